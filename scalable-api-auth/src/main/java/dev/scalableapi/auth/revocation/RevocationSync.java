package dev.scalableapi.auth.revocation;

import dev.scalableapi.core.internal.WarningPacer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what one node knows and what the store holds in step: reads what others have added, and adds what was revoked
 * here until the store has it. Thread-safe.
 */
final class RevocationSync {
    private static final Logger LOGGER = LoggerFactory.getLogger(RevocationChecker.class);
    private static final int PAGE = 1_000;
    private static final long NEVER = Long.MIN_VALUE;
    private static final Duration BETWEEN_SWEEPS = Duration.ofSeconds(10);

    private final RevocationStore store;
    private final RevocationSet known;
    /** What was revoked here; all of it is known, so that its bound is never met. */
    private final RevocationSet own;
    /** Those of our own that the store does not have. */
    private final RevocationSet unsent;

    private final Duration patience;
    private final Clock clock;
    private final WarningPacer warnings = WarningPacer.create();
    private final WarningPacer losses = WarningPacer.create();
    private final ReentrantLock pulling = new ReentrantLock();
    /** Milliseconds of the clock, for an instant would be made with each check. */
    private volatile long lastPull = NEVER;

    /** Guarded by the lock, as are those that follow. */
    private String cursor = RevocationStore.START;

    private Instant nextSweep = Instant.MIN;
    private boolean isFailing;

    RevocationSync(RevocationStore store, RevocationSet known, int maxEntries, Duration patience, Clock clock) {
        this.store = store;
        this.known = known;
        this.patience = patience;
        this.clock = clock;
        own = new RevocationSet(maxEntries);
        unsent = new RevocationSet(maxEntries);
    }

    /**
     * Adds to the store what is known already. A success takes nothing from what is unsent: if it stands there, the store
     * has lost its writes meanwhile, perhaps this one.
     */
    CompletionStage<Void> publish(Revocation revocation) {
        own.add(revocation);
        return added(revocation).whenComplete((done, failure) -> {
            if (failure != null) {
                unsent.add(revocation);
            }
        });
    }

    private CompletableFuture<Void> added(Revocation revocation) {
        try {
            return bounded(store.add(revocation));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** The store's own bound is shorter; this is for one that breaks its promise. */
    private <T extends @Nullable Object> CompletableFuture<T> bounded(CompletionStage<T> stage) {
        return stage.toCompletableFuture().copy().orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Reads all that is new and adds what is unsent; says whether both worked. One at a time. */
    boolean pull() throws InterruptedException {
        pulling.lockInterruptibly();
        try {
            Instant start = clock.instant();
            removeExpired(start);
            read(start);
            lastPull = start.toEpochMilli();
            sendUnsent();
            recovered();
            return true;
        } catch (InterruptedException e) {
            throw e;
        } catch (ExecutionException e) {
            failed(e.getCause());
        } catch (Throwable e) {
            failed(e);
        } finally {
            pulling.unlock();
        }
        return false;
    }

    private void removeExpired(Instant now) {
        if (!now.isBefore(nextSweep)) {
            nextSweep = now.plus(BETWEEN_SWEEPS);
            // Each is part of the next at any moment.
            unsent.removeExpired(now);
            own.removeExpired(now);
            known.removeExpired(now);
        }
    }

    private void read(Instant now) throws InterruptedException, ExecutionException {
        boolean isLast = false;
        while (!isLast) {
            RevocationDelta delta = bounded(store.since(cursor, PAGE)).get();
            if (delta instanceof RevocationDelta.Page page) {
                learn(page.revocations(), now);
                cursor = page.cursor();
                isLast = page.isLast();
            } else {
                startAgain();
            }
        }
    }

    private void learn(List<Revocation> revocations, Instant now) {
        for (Revocation revocation : revocations) {
            if (revocation.until().isAfter(now) && !known.add(revocation)) {
                throw new IllegalStateException("There are more revocations than the checker may hold");
            }
        }
    }

    /** The store has lost what others wrote and what we wrote: each node adds its own again. */
    private void startAgain() {
        if (cursor.equals(RevocationStore.START)) {
            throw new IllegalStateException("The store has lost the position before everything");
        }
        if (losses.isDue()) {
            LOGGER.warn("The store of revocations has lost some; adding again what was revoked here");
        }
        cursor = RevocationStore.START;
        unsent.addAll(own);
    }

    private void sendUnsent() throws InterruptedException, ExecutionException {
        List<Revocation> batch = unsent.first(PAGE);
        while (!batch.isEmpty()) {
            CompletableFuture.allOf(batch.stream().map(this::sent).toArray(CompletableFuture<?>[]::new))
                    .get();
            batch = unsent.first(PAGE);
        }
    }

    private CompletableFuture<Void> sent(Revocation revocation) {
        return added(revocation).thenRun(() -> unsent.remove(revocation));
    }

    private void failed(@Nullable Throwable failure) {
        isFailing = true;
        if (warnings.isDue()) {
            LOGGER.warn("Revocations can't be exchanged with the store; trying again", failure);
        }
    }

    private void recovered() {
        if (isFailing) {
            isFailing = false;
            LOGGER.info("Revocations are exchanged with the store again");
        }
    }

    /** Also true if the clock was set back by more than that: then nobody knows. */
    boolean isOlderThan(Duration limit) {
        long last = lastPull;
        return last == NEVER || Math.abs(clock.millis() - last) > limit.toMillis();
    }

    Optional<Duration> age() {
        long last = lastPull;
        return last == NEVER ? Optional.empty() : Optional.of(Duration.ofMillis(clock.millis() - last));
    }

    void close() {
        int lost = unsent.size();
        if (lost > 0) {
            LOGGER.warn("Closed with {} revocations that the store has not taken", lost);
        }
    }
}

package dev.scalableapi.auth;

import dev.scalableapi.core.http.ThreadContext;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Verifications that need another service: each credential has one at a time, which all its requests share, and the results
 * are kept for a while. The number of kept results and of verifications at a time is limited. Accepted and rejected
 * credentials are kept apart, so that a flood of guesses cannot displace accepted ones. Thread-safe; never blocks for long.
 */
final class SharedVerifications<V> {
    private final Stripes accepted;
    private final Stripes rejected;
    private final Map<CredentialHash, CompletableFuture<V>> running = new ConcurrentHashMap<>();
    private final Semaphore slots;
    private final V overloaded;
    private final LongSupplier nanoTime;

    /**
     * @param maxKept how many results are kept of accepted credentials, and as many of rejected ones
     * @param maxConcurrent how many verifications may run at a time
     * @param overloaded the result for a credential that would need one more
     */
    SharedVerifications(int maxKept, int maxConcurrent, V overloaded, LongSupplier nanoTime) {
        accepted = new Stripes(maxKept);
        rejected = new Stripes(maxKept);
        slots = new Semaphore(maxConcurrent);
        this.overloaded = overloaded;
        this.nanoTime = nanoTime;
    }

    /** The result for an accepted credential, if it is kept. */
    @Nullable V findAccepted(CredentialHash credential) {
        return accepted.find(credential, nanoTime.getAsLong());
    }

    /** Drops the result for an accepted credential. */
    void remove(CredentialHash credential) {
        accepted.of(credential).remove(credential);
    }

    private @Nullable V find(CredentialHash credential) {
        V known = findAccepted(credential);
        return known == null ? rejected.find(credential, nanoTime.getAsLong()) : known;
    }

    /** The kept result, that of the verification that is running, or that of a new one. */
    CompletionStage<V> result(CredentialHash credential, Supplier<CompletionStage<Result<V>>> verification) {
        V known = find(credential);
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        CompletableFuture<V> mine = new CompletableFuture<>();
        CompletableFuture<V> other = running.putIfAbsent(credential, mine);
        if (other == null) {
            begin(credential, mine, verification);
        }
        return follow(other == null ? mine : other);
    }

    private void begin(
            CredentialHash credential, CompletableFuture<V> mine, Supplier<CompletionStage<Result<V>>> verification) {
        V known = find(credential); // another verification may have ended meanwhile
        if (known != null || !slots.tryAcquire()) {
            running.remove(credential);
            mine.complete(known == null ? overloaded : known);
            return;
        }
        CompletionStage<Result<V>> begun;
        try {
            begun = verification.get();
        } catch (RuntimeException e) {
            begun = CompletableFuture.failedFuture(e);
        }
        begun.whenComplete((result, failure) -> {
            slots.release();
            if (result != null) {
                keep(credential, result);
            }
            running.remove(credential);
            if (result != null) {
                mine.complete(result.value());
            } else {
                mine.completeExceptionally(failure == null ? new NullPointerException("No result") : failure);
            }
        });
    }

    private void keep(CredentialHash credential, Result<V> result) {
        if (result.life().isNegative() || result.life().isZero()) {
            return;
        }
        long end = nanoTime.getAsLong() + result.life().toNanos();
        (result.accepted() ? accepted : rejected).of(credential).put(credential, new Kept<>(result.value(), end));
    }

    /** Goes on in the context of the request that waits. */
    private static <V> CompletionStage<V> follow(CompletableFuture<V> verification) {
        if (verification.isDone()) {
            return verification.copy();
        }
        CompletableFuture<V> mine = new CompletableFuture<>();
        ThreadContext caller = ThreadContext.capture(Context.current());
        CompletionStage<V> shared = verification;
        shared.whenComplete((result, failure) -> caller.wrap(() -> {
                    if (failure == null) {
                        mine.complete(result);
                    } else {
                        mine.completeExceptionally(failure);
                    }
                })
                .run());
        return mine;
    }

    /** How many results are kept. */
    int size() {
        return accepted.size() + rejected.size();
    }

    /** A result, whether the credential is accepted, and how long the result is kept: not at all if that is not positive. */
    record Result<V>(V value, boolean accepted, Duration life) {}

    private record Kept<V>(V value, long end) {}

    /** Several maps, each with a lock that is held for one look-up. */
    private final class Stripes {
        private static final int STRIPES = 16;
        private static final int WORTH_STRIPES = 1_024;

        private final Stripe<V>[] stripes;

        @SuppressWarnings({"unchecked", "rawtypes"})
        Stripes(int maxKept) {
            stripes = new Stripe[maxKept < WORTH_STRIPES ? 1 : STRIPES];
            for (int i = 0; i < stripes.length; i++) {
                stripes[i] = new Stripe<>(maxKept / stripes.length);
            }
        }

        Stripe<V> of(CredentialHash credential) {
            return stripes[(int) (credential.d() & (stripes.length - 1))];
        }

        @Nullable V find(CredentialHash credential, long now) {
            return of(credential).find(credential, now);
        }

        int size() {
            int size = 0;
            for (Stripe<V> stripe : stripes) {
                size += stripe.size();
            }
            return size;
        }
    }

    /** The results that were used last. */
    private static final class Stripe<V> {
        private final ReentrantLock lock = new ReentrantLock();
        private final Map<CredentialHash, Kept<V>> kept;

        Stripe(int maxKept) {
            kept = new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<CredentialHash, Kept<V>> eldest) {
                    return size() > maxKept;
                }
            };
        }

        @Nullable V find(CredentialHash credential, long now) {
            lock.lock();
            try {
                Kept<V> found = kept.get(credential);
                if (found != null && now - found.end >= 0) {
                    kept.remove(credential);
                    return null;
                }
                return found == null ? null : found.value;
            } finally {
                lock.unlock();
            }
        }

        void put(CredentialHash credential, Kept<V> result) {
            lock.lock();
            try {
                kept.put(credential, result);
            } finally {
                lock.unlock();
            }
        }

        void remove(CredentialHash credential) {
            lock.lock();
            try {
                kept.remove(credential);
            } finally {
                lock.unlock();
            }
        }

        int size() {
            lock.lock();
            try {
                return kept.size();
            } finally {
                lock.unlock();
            }
        }
    }
}

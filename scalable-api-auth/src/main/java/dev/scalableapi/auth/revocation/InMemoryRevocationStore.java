package dev.scalableapi.auth.revocation;

import dev.scalableapi.core.http.ApiException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;

/** Revocations by their number, under a lock; a cursor is the number of the last one read. */
final class InMemoryRevocationStore implements RevocationStore {
    private static final Duration RETENTION = Duration.ofHours(25);
    private static final Duration BETWEEN_SWEEPS = Duration.ofSeconds(1);
    private static final int MAX_LIMIT = 10_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<Long, Revocation> log = new TreeMap<>();
    private final int maxEntries;
    private final Clock clock;
    private long lastNumber;
    private Instant nextSweep = Instant.MIN;

    InMemoryRevocationStore(int maxEntries, Clock clock) {
        if (maxEntries < 1) {
            throw new IllegalArgumentException("maxEntries must be at least 1");
        }
        this.maxEntries = maxEntries;
        this.clock = clock;
    }

    @Override
    public CompletionStage<Void> add(Revocation revocation) {
        Instant now = clock.instant();
        if (revocation.until().isAfter(now.plus(RETENTION))) {
            throw new IllegalArgumentException("until must not be further away than the retention");
        }
        lock.lock();
        try {
            removeExpired(now);
            if (log.size() >= maxEntries) {
                return CompletableFuture.failedFuture(ApiException.overloaded());
            }
            log.put(++lastNumber, revocation);
            return CompletableFuture.completedFuture(null);
        } finally {
            lock.unlock();
        }
    }

    private void removeExpired(Instant now) {
        if (!now.isBefore(nextSweep)) {
            nextSweep = now.plus(BETWEEN_SWEEPS);
            log.values().removeIf(revocation -> !revocation.until().isAfter(now));
        }
    }

    @Override
    public CompletionStage<RevocationDelta> since(String cursor, int limit) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit must be from 1 to 10,000");
        }
        long position = position(cursor);
        lock.lock();
        try {
            return CompletableFuture.completedFuture(
                    position > lastNumber ? new RevocationDelta.PositionLost() : page(position, limit));
        } finally {
            lock.unlock();
        }
    }

    private static long position(String cursor) {
        long position = cursor.equals(START) ? 0 : Long.parseLong(cursor);
        if (position < 0) {
            throw new IllegalArgumentException("The cursor is malformed");
        }
        return position;
    }

    private RevocationDelta.Page page(long position, int limit) {
        List<Revocation> revocations = new ArrayList<>();
        long end = position;
        for (Map.Entry<Long, Revocation> entry : log.tailMap(position, false).entrySet()) {
            if (revocations.size() == limit) {
                return new RevocationDelta.Page(revocations, Long.toString(end), false);
            }
            revocations.add(entry.getValue());
            end = entry.getKey();
        }
        return new RevocationDelta.Page(revocations, Long.toString(end), true);
    }

    @Override
    public Duration retention() {
        return RETENTION;
    }
}

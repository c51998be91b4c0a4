package dev.scalableapi.core.idempotency;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A map of the entries and a set of the same in the order in which they end, both under one lock. */
final class InMemoryIdempotencyStore implements IdempotencyStore {
    /** Longer would exceed the range of an instant. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Entry> entries = new HashMap<>();
    private final TreeSet<Entry> byEnd = new TreeSet<>(Comparator.comparing(Entry::end)
            .thenComparing(entry -> entry.token().number()));
    private final int maxEntries;
    private final Clock clock;
    private long lastNumber;

    InMemoryIdempotencyStore(int maxEntries, Clock clock) {
        if (maxEntries < 1) {
            throw new IllegalArgumentException("maxEntries must be at least 1");
        }
        this.maxEntries = maxEntries;
        this.clock = clock;
    }

    @Override
    public CompletionStage<Claim> begin(String key, String fingerprint, Duration lease) {
        requirePositive(lease);
        lock.lock();
        try {
            Instant now = expire();
            Entry taken = entries.get(key);
            if (taken != null) {
                return CompletableFuture.completedFuture(taken.claim(fingerprint, now));
            }
            if (entries.size() >= maxEntries) {
                return CompletableFuture.failedFuture(ApiException.overloaded());
            }
            FencingToken token = new FencingToken(key, ++lastNumber);
            add(new Entry(token, fingerprint, end(now, lease), null));
            return CompletableFuture.completedFuture(new Claim.Started(token));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletionStage<Boolean> complete(FencingToken token, ApiResponse response, Duration retention) {
        requirePositive(retention);
        if (response.body() instanceof Body.Streaming) {
            throw new IllegalArgumentException("A stored response's body must be in memory");
        }
        lock.lock();
        try {
            Instant now = expire();
            Entry held = remove(token);
            if (held != null) {
                add(new Entry(token, held.fingerprint(), end(now, retention), response));
            }
            return CompletableFuture.completedFuture(held != null);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletionStage<Void> abandon(FencingToken token) {
        lock.lock();
        try {
            remove(token);
        } finally {
            lock.unlock();
        }
        return CompletableFuture.completedFuture(null);
    }

    private Instant expire() {
        Instant now = clock.instant();
        while (!byEnd.isEmpty() && !now.isBefore(byEnd.first().end())) {
            entries.remove(byEnd.pollFirst().token().key());
        }
        return now;
    }

    private void add(Entry entry) {
        entries.put(entry.token().key(), entry);
        byEnd.add(entry);
    }

    /** The work that the token holds, taken out; null if it holds none. */
    private @Nullable Entry remove(FencingToken token) {
        Entry entry = entries.get(token.key());
        if (entry == null || entry.response() != null || entry.token().number() != token.number()) {
            return null;
        }
        entries.remove(token.key());
        byEnd.remove(entry);
        return entry;
    }

    private static Instant end(Instant now, Duration time) {
        return now.plus(time.compareTo(LONGEST) > 0 ? LONGEST : time);
    }

    private static void requirePositive(Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("Lease and retention must be positive");
        }
    }

    private record Entry(
            FencingToken token,
            String fingerprint,
            Instant end,
            @Nullable ApiResponse response) {
        Claim claim(String other, Instant now) {
            if (!fingerprint.equals(other)) {
                return new Claim.Mismatch();
            }
            return response == null ? new Claim.InProgress(Duration.between(now, end)) : new Claim.Completed(response);
        }
    }
}

package dev.scalableapi.core.cache;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;

/** A map in access order under a lock: no operation holds it for longer than a look-up. */
final class InMemoryCacheStore implements CacheStore {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Entry> entries;
    private final Clock clock;

    InMemoryCacheStore(int maxEntries, Clock clock) {
        if (maxEntries < 1) {
            throw new IllegalArgumentException("maxEntries must be at least 1");
        }
        this.entries = new BoundedMap(maxEntries);
        this.clock = clock;
    }

    @Override
    public CompletionStage<Optional<byte[]>> get(String key) {
        Instant now = clock.instant();
        lock.lock();
        try {
            Entry entry = entries.get(key);
            if (entry != null && !now.isBefore(entry.end())) {
                entries.remove(key);
                entry = null;
            }
            return CompletableFuture.completedFuture(
                    Optional.ofNullable(entry).map(e -> e.value().clone()));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletionStage<Void> put(String key, byte[] value, Duration ttl) {
        if (ttl.isNegative() || ttl.isZero()) {
            throw new IllegalArgumentException("An entry's time to live must be positive");
        }
        Entry entry = new Entry(value.clone(), clock.instant().plus(ttl));
        lock.lock();
        try {
            entries.put(key, entry);
        } finally {
            lock.unlock();
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> invalidate(String key) {
        lock.lock();
        try {
            entries.remove(key);
        } finally {
            lock.unlock();
        }
        return CompletableFuture.completedFuture(null);
    }

    /** Not a record: its bytes are compared by nobody. */
    private static final class Entry {
        private final byte[] value;
        private final Instant end;

        Entry(byte[] value, Instant end) {
            this.value = value;
            this.end = end;
        }

        byte[] value() {
            return value;
        }

        Instant end() {
            return end;
        }
    }

    private static final class BoundedMap extends LinkedHashMap<String, InMemoryCacheStore.Entry> {
        private static final long serialVersionUID = 1L;

        private final int maxEntries;

        BoundedMap(int maxEntries) {
            super(16, 0.75f, true);
            this.maxEntries = maxEntries;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, InMemoryCacheStore.Entry> eldest) {
            return size() > maxEntries;
        }
    }
}

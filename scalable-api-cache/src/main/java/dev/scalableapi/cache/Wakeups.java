package dev.scalableapi.cache;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Tells those who wait for a key that something has happened to it. Thread-safe. */
final class Wakeups {
    private final ConcurrentHashMap<String, CompletableFuture<Void>> waiting = new ConcurrentHashMap<>();

    /** Completes at the next wake-up of this key. To be followed by one, whatever comes: else it is kept for ever. */
    CompletableFuture<Void> next(String key) {
        return waiting.computeIfAbsent(key, unknown -> new CompletableFuture<>());
    }

    void wake(String key) {
        CompletableFuture<Void> waiter = waiting.remove(key);
        if (waiter != null) {
            waiter.complete(null);
        }
    }
}

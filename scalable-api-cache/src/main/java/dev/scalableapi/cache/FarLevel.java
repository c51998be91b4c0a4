package dev.scalableapi.cache;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The level below the near one. Its futures never fail: a level that cannot answer has nothing. Thread-safe.
 *
 * <p>The caller gives the writes to one key an order: it makes no two calls of {@code fill}, {@code replace} and
 * {@code remove} for it at once.
 */
interface FarLevel<K, V> {
    /** Completes with the entry, if there is one that can be trusted. */
    CompletableFuture<Optional<Cached<V>>> read(K key);

    /** The entry as bytes; empty if it cannot be kept here. */
    Optional<byte[]> encode(Cached<V> entry);

    /** Writes what was loaded because there was nothing; completes when that is over, well or not. */
    CompletionStage<Void> fill(K key, byte[] bytes, Instant expiresAt);

    /** Writes what makes the former entry wrong; completes when that is over, well or not. */
    CompletionStage<Void> replace(K key, byte[] bytes, Instant expiresAt);

    /** Removes the entry; completes when that is over, well or not. */
    CompletionStage<Void> remove(K key);

    /** No level: all it needs is to do nothing. */
    static <K, V> FarLevel<K, V> none() {
        return new FarLevel<>() {
            @Override
            public CompletableFuture<Optional<Cached<V>>> read(K key) {
                return CompletableFuture.completedFuture(Optional.empty());
            }

            @Override
            public Optional<byte[]> encode(Cached<V> entry) {
                return Optional.empty();
            }

            @Override
            public CompletionStage<Void> fill(K key, byte[] bytes, Instant expiresAt) {
                return remove(key);
            }

            @Override
            public CompletionStage<Void> replace(K key, byte[] bytes, Instant expiresAt) {
                return remove(key);
            }

            @Override
            public CompletionStage<Void> remove(K key) {
                return CompletableFuture.completedFuture(null);
            }
        };
    }
}

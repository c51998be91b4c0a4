package dev.scalableapi.cache;

import dev.scalableapi.core.http.ApiException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Fetches what the cache does not have from where it is kept. Implementations are thread-safe and do not block.
 *
 * @param <K> the keys' type
 * @param <V> the values' type
 */
@FunctionalInterface
public interface Loader<K, V> {
    /**
     * Fetches a value.
     *
     * @param key which one
     * @param context of this load; most loaders need none of it
     * @return completes with the value; empty if there is none, which is cached too; a failure is not cached
     */
    CompletionStage<Optional<V>> load(K key, LoadContext<V> context);

    /**
     * {@return a loader for code that blocks, such as JDBC} When the executor refuses, the load fails with an
     * {@link ApiException} 503 {@code OVERLOADED}.
     *
     * @param executor where the code runs; a {@link dev.scalableapi.core.http.BlockingExecutor} is bounded
     * @param fetch the code
     * @param <K> the keys' type
     * @param <V> the values' type
     */
    static <K, V> Loader<K, V> blocking(Executor executor, Function<? super K, Optional<V>> fetch) {
        return blocking(executor, (key, context) -> fetch.apply(key));
    }

    /**
     * {@return a loader for code that blocks and has something to say of its values} When the executor refuses, the load
     * fails with an {@link ApiException} 503 {@code OVERLOADED}.
     *
     * @param executor where the code runs; a {@link dev.scalableapi.core.http.BlockingExecutor} is bounded
     * @param fetch the code
     * @param <K> the keys' type
     * @param <V> the values' type
     */
    static <K, V> Loader<K, V> blocking(Executor executor, BiFunction<? super K, LoadContext<V>, Optional<V>> fetch) {
        return (key, context) -> {
            try {
                return CompletableFuture.supplyAsync(() -> fetch.apply(key, context), executor);
            } catch (RejectedExecutionException full) {
                return CompletableFuture.failedFuture(ApiException.overloaded());
            }
        };
    }
}

package dev.scalableapi.cache;

import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * A {@link CacheAside} for code that blocks. A near hit takes a direct way and allocates nothing; everything else waits
 * for the stage of the same method there. What such a stage fails with is thrown: an unchecked exception as it is, another
 * as the cause of a {@link CompletionException}. A thread that is interrupted while it waits stays interrupted and gets a
 * {@link CancellationException}; the load goes on for others. Thread-safe.
 *
 * @param <K> the keys' type
 * @param <V> the values' type
 */
public final class SynchronousCache<K, V> {
    private final CacheAside<K, V> cache;

    SynchronousCache(CacheAside<K, V> cache) {
        this.cache = cache;
    }

    /**
     * {@return the value, or the knowledge that there is none}
     *
     * @param key which one
     */
    public Cached<V> get(K key) {
        Cached<V> hit = cache.quietly(key);
        return hit == null ? await(cache.shared(key)) : hit;
    }

    /**
     * {@return the value, or the knowledge that there is none}
     *
     * @param key which one
     * @param fetch fetches the value if the cache does not have it, on the calling thread; it may block. A load of the key
     *     that is under way is joined. A refresh in the background runs it in the common pool
     */
    public Cached<V> get(K key, Function<? super K, Optional<V>> fetch) {
        Cached<V> hit = cache.quietly(key);
        if (hit != null) {
            return hit;
        }
        CallingThread caller = new CallingThread();
        CompletionStage<Cached<V>> answer =
                cache.shared(key, (k, context) -> CompletableFuture.supplyAsync(() -> fetch.apply(k), caller));
        caller.runUntil(answer);
        return await(answer);
    }

    /**
     * {@return the answers and failures of many keys}
     *
     * @param keys which ones
     * @param bulkLoader fetches what the cache does not have
     */
    public BulkResult<K, V> getAll(Collection<K> keys, BulkLoader<K, V> bulkLoader) {
        return await(cache.getAll(keys, bulkLoader));
    }

    /**
     * {@return what one of the levels has fresh; empty if nothing is known}
     *
     * @param key which one
     */
    public Optional<Cached<V>> getIfPresent(K key) {
        Optional<Cached<V>> present = cache.presentNear(key);
        return present.isPresent() ? present : await(cache.getIfPresent(key));
    }

    /**
     * Writes a value; see {@link CacheAside#put}.
     *
     * @param key which one
     * @param value its new value
     */
    public void put(K key, V value) {
        await(cache.put(key, value));
    }

    /**
     * Forgets a value; see {@link CacheAside#invalidate}.
     *
     * @param key which one
     */
    public void invalidate(K key) {
        await(cache.invalidate(key));
    }

    /**
     * Forgets values; see {@link CacheAside#invalidateAll}.
     *
     * @param keys which ones
     */
    public void invalidateAll(Collection<K> keys) {
        await(cache.invalidateAll(keys));
    }

    /**
     * Forgets all values that have a tag; see {@link CacheAside#invalidateTag}.
     *
     * @param tag which one
     */
    public void invalidateTag(String tag) {
        await(cache.invalidateTag(tag));
    }

    /** Forgets all values; see {@link CacheAside#clear}. */
    public void clear() {
        await(cache.clear());
    }

    /**
     * Makes a value stale; see {@link CacheAside#expire}.
     *
     * @param key which one
     */
    public void expire(K key) {
        await(cache.expire(key));
    }

    /**
     * Loads a value anew; see {@link CacheAside#refresh}.
     *
     * @param key which one
     * @return the new value
     */
    public Cached<V> refresh(K key) {
        return await(cache.refresh(key));
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("Interrupted while waiting for the cache");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new CompletionException(e.getCause());
        }
    }
}

package dev.scalableapi.cache;

import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * Fetches what the cache does not have, many values at once. Implementations are thread-safe and do not block.
 *
 * @param <K> the keys' type
 * @param <V> the values' type
 */
@FunctionalInterface
public interface BulkLoader<K, V> {
    /**
     * Fetches values.
     *
     * @param contexts the keys, each with the context of its load; unmodifiable. A key whose context is told a failure
     *     fails alone
     * @return completes with the values that there are; that a key has none is cached too. If the stage fails, so does the
     *     load of all these keys
     */
    CompletionStage<Map<K, V>> loadAll(Map<K, LoadContext<V>> contexts);
}

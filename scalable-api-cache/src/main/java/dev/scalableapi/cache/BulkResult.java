package dev.scalableapi.cache;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * What became of many keys: each has an answer or a failure. Immutable.
 *
 * @param answers in the order in which the keys were asked for
 * @param failures what the loads of the other keys failed with
 * @param <K> the keys' type
 * @param <V> the values' type
 */
public record BulkResult<K, V>(Map<K, Cached<V>> answers, Map<K, Throwable> failures) {
    /**
     * Copies the maps.
     *
     * @param answers in the order in which the keys were asked for
     * @param failures what the loads of the other keys failed with
     */
    public BulkResult {
        answers = Collections.unmodifiableMap(new LinkedHashMap<>(answers));
        failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
    }

    /** {@return the values that there are, by key} */
    public Map<K, V> values() {
        Map<K, V> values = new LinkedHashMap<>();
        answers.forEach((key, cached) -> cached.value().ifPresent(value -> values.put(key, value)));
        return values;
    }

    /**
     * {@return this, if no key has failed}
     *
     * @throws CompletionException with the first failure as its cause, and the others suppressed
     */
    public BulkResult<K, V> orElseThrow() {
        Optional<Throwable> first = failures.values().stream().findFirst();
        if (first.isEmpty()) {
            return this;
        }
        CompletionException thrown = new CompletionException(first.get());
        failures.values().stream().skip(1).forEach(thrown::addSuppressed);
        throw thrown;
    }
}

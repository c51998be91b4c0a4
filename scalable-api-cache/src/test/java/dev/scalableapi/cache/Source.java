package dev.scalableapi.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where a test's cache loads from: values that the test sets, and loads that it holds up. */
final class Source implements Loader<String, String>, BulkLoader<String, String> {
    private final Map<String, String> values = new ConcurrentHashMap<>();
    final List<String> loads = new CopyOnWriteArrayList<>();
    final List<List<String>> bulkLoads = new CopyOnWriteArrayList<>();
    volatile Consumer<LoadContext<String>> sayings = context -> {};
    volatile @Nullable RuntimeException failure;
    private volatile @Nullable CompletableFuture<Void> gate;

    Source set(String key, String value) {
        values.put(key, value);
        return this;
    }

    void remove(String key) {
        values.remove(key);
    }

    /** From now on loads have read their value, and wait for the gate before they give it. */
    CompletableFuture<Void> holdUp() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        gate = closed;
        return closed;
    }

    void letPass() {
        gate = null;
    }

    @Override
    public CompletionStage<Optional<String>> load(String key, LoadContext<String> context) {
        loads.add(key);
        RuntimeException now = failure;
        if (now != null) {
            return CompletableFuture.failedFuture(now);
        }
        Optional<String> value = Optional.ofNullable(values.get(key));
        sayings.accept(context);
        return passed().thenApply(open -> value);
    }

    @Override
    public CompletionStage<Map<String, String>> loadAll(Map<String, LoadContext<String>> contexts) {
        bulkLoads.add(new ArrayList<>(contexts.keySet()));
        RuntimeException now = failure;
        if (now != null) {
            return CompletableFuture.failedFuture(now);
        }
        contexts.values().forEach(sayings);
        Map<String, String> found = new ConcurrentHashMap<>();
        contexts.keySet().forEach(key -> {
            String value = values.get(key);
            if (value != null) {
                found.put(key, value);
            }
        });
        return passed().thenApply(open -> found);
    }

    private CompletionStage<Void> passed() {
        CompletableFuture<Void> closed = gate;
        return closed == null ? CompletableFuture.completedFuture(null) : closed;
    }
}

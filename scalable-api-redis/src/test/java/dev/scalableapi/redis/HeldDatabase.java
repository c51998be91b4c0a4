package dev.scalableapi.redis;

import dev.scalableapi.cache.BulkLoader;
import dev.scalableapi.cache.LoadContext;
import dev.scalableapi.cache.Loader;
import dev.scalableapi.testkit.TestRun;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What nodes of one test load from. The next load can be held up between reading its value and giving it. */
final class HeldDatabase implements Loader<String, String>, BulkLoader<String, String> {
    private final Map<String, String> values = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Hold> next = new AtomicReference<>();
    final List<String> loads = new CopyOnWriteArrayList<>();
    final List<List<String>> bulkLoads = new CopyOnWriteArrayList<>();
    volatile Consumer<LoadContext<String>> sayings = context -> {};
    volatile @Nullable RuntimeException failure;

    /** A load that has read its value when it is reached, and gives it when it is let go. */
    record Hold(CompletableFuture<Void> reached, CompletableFuture<Void> gate) {
        void awaitReached() {
            reached.copy()
                    .orTimeout(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }

        void letGo() {
            gate.complete(null);
        }
    }

    void set(String key, String value) {
        values.put(key, value);
    }

    Hold holdNext() {
        Hold hold = new Hold(new CompletableFuture<>(), new CompletableFuture<>());
        next.set(hold);
        return hold;
    }

    @Override
    public CompletionStage<Optional<String>> load(String key, LoadContext<String> context) {
        loads.add(key);
        sayings.accept(context);
        RuntimeException now = failure;
        Optional<String> value = Optional.ofNullable(values.get(key));
        return now == null ? passed().thenApply(open -> value) : CompletableFuture.failedFuture(now);
    }

    @Override
    public CompletionStage<Map<String, String>> loadAll(Map<String, LoadContext<String>> contexts) {
        bulkLoads.add(List.copyOf(contexts.keySet()));
        contexts.values().forEach(sayings);
        Map<String, String> read = new HashMap<>();
        contexts.keySet().forEach(key -> Optional.ofNullable(values.get(key)).ifPresent(value -> read.put(key, value)));
        return passed().thenApply(open -> read);
    }

    private CompletableFuture<Void> passed() {
        Hold hold = next.getAndSet(null);
        if (hold == null) {
            return CompletableFuture.completedFuture(null);
        }
        hold.reached.complete(null);
        return hold.gate;
    }
}

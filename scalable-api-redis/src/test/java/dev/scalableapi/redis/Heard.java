package dev.scalableapi.redis;

import static org.awaitility.Awaitility.await;

import dev.scalableapi.core.cache.CacheStore;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** What a listener was told. */
final class Heard implements CacheStore.Listener {
    private final Queue<String> entries = new ConcurrentLinkedQueue<>();
    private final Queue<String> leases = new ConcurrentLinkedQueue<>();
    private final Queue<String> nonces = new ConcurrentLinkedQueue<>();
    private final AtomicInteger epochs = new AtomicInteger();

    static Heard of(CacheStore store) {
        Heard heard = new Heard();
        store.listen(heard);
        return heard;
    }

    @Override
    public void entryChanged(String key) {
        entries.add(key);
    }

    @Override
    public void leaseEnded(String key) {
        leases.add(key);
    }

    @Override
    public void nonceChanged(String group, String name) {
        nonces.add(group + "/" + name);
    }

    @Override
    public void epochBegan() {
        epochs.incrementAndGet();
    }

    List<String> entries() {
        return List.copyOf(entries);
    }

    int epochs() {
        return epochs.get();
    }

    void awaitEntry(String key) {
        await().pollInterval(Duration.ofMillis(1)).until(() -> entries.contains(key));
    }

    void awaitLease(String key) {
        await().pollInterval(Duration.ofMillis(1)).until(() -> leases.contains(key));
    }

    void awaitNonce(String group, String name) {
        await().pollInterval(Duration.ofMillis(1)).until(() -> nonces.contains(group + "/" + name));
    }

    void clear() {
        entries.clear();
        nonces.clear();
    }

    static boolean isLive(CacheStore store) {
        return store.epoch().isLive(System.nanoTime());
    }

    static void awaitConnection(CacheStore store) {
        await().ignoreExceptions().pollInterval(Duration.ofMillis(5)).until(() -> {
            store.get("connected").toCompletableFuture().join();
            return true;
        });
    }

    static void awaitEpoch(CacheStore store) {
        await().pollInterval(Duration.ofMillis(5)).until(() -> isLive(store));
    }
}

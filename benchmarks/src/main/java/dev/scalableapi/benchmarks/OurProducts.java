package dev.scalableapi.benchmarks;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.scalableapi.cache.BulkLoader;
import dev.scalableapi.cache.CacheAside;
import dev.scalableapi.cache.Cached;
import dev.scalableapi.cache.Codec;
import dev.scalableapi.cache.Loader;
import dev.scalableapi.redis.RedisCacheStore;
import dev.scalableapi.redis.RedisConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Ours. */
final class OurProducts implements Products {
    private static final Duration TTL = Duration.ofMinutes(10);
    private static final BulkLoader<String, Product> NONE =
            contexts -> CompletableFuture.failedFuture(new IllegalStateException("Not a hit"));

    private final ExecutorService loads = Executors.newFixedThreadPool(4, OurProducts::daemon);
    private final RedisConnection redis;
    private final RedisCacheStore store;
    private final CacheAside<String, Product> cache;
    private final Way way;

    /** How it is asked. */
    private enum Way {
        SYNCHRONOUS,
        ASYNCHRONOUS,
        IF_PRESENT
    }

    private OurProducts(String url, Source source, int nearEntries, Way way) {
        this.way = way;
        redis = RedisConnection.open(url);
        store = RedisCacheStore.create(redis, "ours");
        cache = CacheAside.<String, Product>builder(
                        "products", TTL, Loader.blocking(loads, key -> Optional.of(source.load(key))))
                .store(store, Codec.json(new ObjectMapper(), new TypeReference<Product>() {}))
                .nearEntries(nearEntries)
                .build();
        awaitStore();
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "loads");
        thread.setDaemon(true);
        return thread;
    }

    /** Until it hears of changes, a cache on it does not trust what it remembers. */
    private void awaitStore() {
        long begun = System.nanoTime();
        while (!store.epoch().isLive(System.nanoTime())) {
            if (System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(20)) {
                throw new IllegalStateException("The store does not follow changes");
            }
            Thread.onSpinWait();
        }
    }

    /** As it is without settings. */
    static OurProducts withNearLevel(String url, Source source) {
        return new OurProducts(url, source, 10_000, Way.SYNCHRONOUS);
    }

    /** The near level has room for one value alone: each read fills it, and pushes the one before out. */
    static OurProducts synchronous(String url, Source source) {
        return new OurProducts(url, source, 1, Way.SYNCHRONOUS);
    }

    static OurProducts asynchronous(String url, Source source) {
        return new OurProducts(url, source, 1, Way.ASYNCHRONOUS);
    }

    /** The near level is empty, and is not filled. */
    static OurProducts ifPresent(String url, Source source) {
        return new OurProducts(url, source, 1, Way.IF_PRESENT);
    }

    @Override
    public Product get(String key) {
        Cached<Product> cached = switch (way) {
            case SYNCHRONOUS -> cache.synchronous().get(key);
            case ASYNCHRONOUS -> cache.get(key).toCompletableFuture().join();
            case IF_PRESENT -> cache.synchronous().getIfPresent(key).orElseThrow();
        };
        return cached.value().orElseThrow();
    }

    @Override
    public Map<String, Product> getAll(List<String> keys) {
        return cache.synchronous().getAll(keys, NONE).orElseThrow().values();
    }

    @Override
    public void put(String key, Product product) {
        cache.synchronous().put(key, product);
    }

    @Override
    public void invalidate(String key) {
        cache.synchronous().invalidate(key);
    }

    @Override
    public void close() {
        store.close();
        redis.close();
        loads.shutdownNow();
    }
}

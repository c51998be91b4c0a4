package dev.scalableapi.benchmarks;

import com.alicp.jetcache.Cache;
import com.alicp.jetcache.embedded.CaffeineCacheBuilder;
import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.scalableapi.cache.CacheAside;
import dev.scalableapi.cache.Cached;
import dev.scalableapi.cache.SynchronousCache;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.cache.caffeine.CaffeineCache;

/**
 * What does a hit in this process cost, beside Caffeine's own caches with the same bounds? All hold the same thousand
 * values; keys are asked for in a random order that is the same for all.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NearHitBenchmark {
    private static final int KEYS = 1_000;
    private static final int ORDER = 1 << 14;
    private static final Duration TTL = Duration.ofMinutes(10);

    private final CacheAside<Integer, String> cacheAside = CacheAside.<Integer, String>builder(
                    "benchmark", TTL, (key, context) -> CompletableFuture.completedFuture(Optional.of(value(key))))
            .build();
    private final SynchronousCache<Integer, String> synchronous = cacheAside.synchronous();
    private final AsyncCache<Integer, String> caffeine =
            Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(TTL).buildAsync();
    private final AsyncCache<Integer, String> endless =
            Caffeine.newBuilder().maximumSize(10_000).buildAsync();
    private final LoadingCache<Integer, String> loading =
            Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(TTL).build(NearHitBenchmark::value);
    private final CaffeineCache spring = new CaffeineCache(
            "benchmark",
            Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(TTL).build());
    private final Cache<Integer, String> jetCache = CaffeineCacheBuilder.createCaffeineCacheBuilder()
            .limit(10_000)
            .expireAfterWrite(TTL.toMillis(), TimeUnit.MILLISECONDS)
            .buildCache();

    /** The next place in the order of keys: each thread has its own. */
    @State(Scope.Thread)
    public static class Keys {
        private final Integer[] order =
                new Random(1).ints(ORDER, 0, KEYS).boxed().toArray(Integer[]::new);
        private int next;

        Integer next() {
            return order[next++ & ORDER - 1];
        }
    }

    @Setup
    public void fill() {
        for (int key = 0; key < KEYS; key++) {
            synchronous.put(key, value(key));
            caffeine.synchronous().put(key, value(key));
            endless.synchronous().put(key, value(key));
            loading.put(key, value(key));
            spring.put(key, value(key));
            jetCache.put(key, value(key));
        }
    }

    private static String value(Integer key) {
        return "value " + key;
    }

    @Benchmark
    public Cached<String> get(Keys keys) {
        return synchronous.get(keys.next());
    }

    @Benchmark
    public Optional<Cached<String>> getIfPresent(Keys keys) {
        return synchronous.getIfPresent(keys.next());
    }

    @Benchmark
    public CompletionStage<Cached<String>> getAsync(Keys keys) {
        return cacheAside.get(keys.next());
    }

    @Benchmark
    public String caffeineGet(Keys keys) {
        return caffeine.synchronous().get(keys.next(), NearHitBenchmark::value);
    }

    @Benchmark
    public @Nullable String caffeineGetIfPresent(Keys keys) {
        return caffeine.synchronous().getIfPresent(keys.next());
    }

    @Benchmark
    public String caffeineWithoutTimeGet(Keys keys) {
        return endless.synchronous().get(keys.next(), NearHitBenchmark::value);
    }

    @Benchmark
    public @Nullable String caffeineWithoutTimeGetIfPresent(Keys keys) {
        return endless.synchronous().getIfPresent(keys.next());
    }

    @Benchmark
    public @Nullable CompletableFuture<String> caffeineGetAsync(Keys keys) {
        return caffeine.get(keys.next(), NearHitBenchmark::value);
    }

    @Benchmark
    public String caffeineLoadingGet(Keys keys) {
        return loading.get(keys.next());
    }

    @Benchmark
    public @Nullable String springGet(Keys keys) {
        Integer key = keys.next();
        return spring.get(key, () -> value(key));
    }

    @Benchmark
    public String jetCacheGet(Keys keys) {
        return jetCache.computeIfAbsent(keys.next(), NearHitBenchmark::value);
    }
}

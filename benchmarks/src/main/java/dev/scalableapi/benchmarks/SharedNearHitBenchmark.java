package dev.scalableapi.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a hit in this process cost, where there is a Redis below, and changes made elsewhere are heard of? See {@link
 * NearHitBenchmark} for caches without one.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class SharedNearHitBenchmark {
    private static final int KEYS = 1_000;

    /** By which library. */
    @Param({"OURS_NEAR", "JETCACHE_NEAR", "REDISSON_NEAR"})
    public Library library = Library.OURS_NEAR;

    private final String[] keys =
            IntStream.range(0, KEYS).mapToObj(i -> "product-" + i).toArray(String[]::new);

    @SuppressWarnings("NullAway.Init") // By JMH.
    private Products products;

    /** The next key: each thread has its own, and begins elsewhere. */
    @State(Scope.Thread)
    public static class Turn {
        private int next = (int) (Thread.currentThread().getId() * 97 % KEYS);

        int next() {
            next = next == KEYS - 1 ? 0 : next + 1;
            return next;
        }
    }

    /** Fills the cache. */
    @Setup
    public void open() {
        products = library.open(RedisServer.url(), Products.Source.none());
        for (String key : keys) {
            products.put(key, Product.of(key));
            products.get(key);
        }
    }

    /** Ends all that was opened, but for the Redis, which ends with the JVM. */
    @TearDown
    public void close() {
        products.close();
    }

    @Benchmark
    public Product hit(Turn turn) {
        return products.get(keys[turn.next()]);
    }
}

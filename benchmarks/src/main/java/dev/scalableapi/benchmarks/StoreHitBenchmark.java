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
 * What does a hit in Redis cost, beside lettuce's GET and Jackson? The Redis is one on loopback; keys are asked for in
 * turn, so that a near level with room for one value never has the one that is asked for.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class StoreHitBenchmark {
    private static final int KEYS = 1_000;

    /** By which library. */
    @Param({
        "RAW",
        "RAW_ASYNC",
        "OURS",
        "OURS_ASYNC",
        "OURS_IF_PRESENT",
        "SPRING",
        "JETCACHE",
        "REDISSON_BUCKET",
        "REDISSON"
    })
    public Library library = Library.RAW;

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

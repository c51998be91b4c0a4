package dev.scalableapi.benchmarks;

import java.util.List;
import java.util.Map;
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
 * What does it cost to read a hundred values at once that are all in Redis, beside lettuce's MGET and Jackson? Ten such
 * hundreds are asked for in turn.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class BulkHitBenchmark {
    private static final int BULKS = 10;
    private static final int SIZE = 100;

    /** By which library. */
    @Param({"RAW", "OURS", "SPRING", "SPRING_TEMPLATE", "JETCACHE", "REDISSON_BUCKET", "REDISSON"})
    public Library library = Library.RAW;

    private final List<List<String>> bulks = IntStream.range(0, BULKS)
            .mapToObj(bulk -> IntStream.range(0, SIZE)
                    .mapToObj(i -> "product-" + bulk + "-" + i)
                    .toList())
            .toList();

    @SuppressWarnings("NullAway.Init") // By JMH.
    private Products products;

    /** The next hundred: each thread has its own, and begins elsewhere. */
    @State(Scope.Thread)
    public static class Turn {
        private int next = (int) (Thread.currentThread().getId() * 7 % BULKS);

        int next() {
            next = next == BULKS - 1 ? 0 : next + 1;
            return next;
        }
    }

    /** Fills the cache. */
    @Setup
    public void open() {
        products = library.open(RedisServer.url(), Products.Source.none());
        bulks.forEach(bulk -> bulk.forEach(key -> products.put(key, Product.of(key))));
    }

    /** Ends all that was opened, but for the Redis, which ends with the JVM. */
    @TearDown
    public void close() {
        products.close();
    }

    @Benchmark
    public Map<String, Product> hits(Turn turn) {
        return products.getAll(bulks.get(turn.next()));
    }
}

package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheNode.done;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.cache.Cached;
import dev.scalableapi.cache.LoadContext;
import dev.scalableapi.cache.Loader;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A steady traffic of reads, puts and invalidations by nodes. A value is the number of its key's version, which each write
 * raises. A key is written by one node, never twice at once, so that the order of its writes is known; all nodes read it.
 */
final class VersionTraffic implements Loader<String, String>, AutoCloseable {
    private static final long READS_MICROS = 1_000;
    private static final long WRITES_MICROS = 2_000;

    private final List<String> keys;
    private final Random random;
    private final Map<String, Long> versions = new ConcurrentHashMap<>();
    private final Map<String, Write> last = new ConcurrentHashMap<>();
    private final Queue<Write> acknowledged = new ConcurrentLinkedQueue<>();
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private final AtomicInteger readsUnderWay = new AtomicInteger();
    private volatile List<CacheNode> nodes = List.of();
    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor();
    private volatile boolean writing = true;
    private volatile boolean reading = true;

    final Queue<Throwable> readFailures = new ConcurrentLinkedQueue<>();
    final LongAdder reads = new LongAdder();
    final LongAdder unconfirmedWrites = new LongAdder();
    final LongAccumulator longestReadNanos = new LongAccumulator(Math::max, 0);
    /** How long before its read began the last write of a key was acknowledged that the read did not show. */
    final LongAccumulator oldestReadNanos = new LongAccumulator(Math::max, 0);

    /** One that its caller knows to have succeeded, and since when. */
    record Write(String key, long version, long at) {}

    VersionTraffic(List<String> keys, long seed) {
        this.keys = List.copyOf(keys);
        random = new Random(seed);
    }

    @Override
    public CompletionStage<Optional<String>> load(String key, LoadContext<String> context) {
        return CompletableFuture.completedFuture(Optional.of(Long.toString(versions.getOrDefault(key, 0L))));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // They hand on what fails.
    void start(List<CacheNode> started) {
        nodes = List.copyOf(started);
        ticks.scheduleAtFixedRate(this::readOnAll, 0, READS_MICROS, TimeUnit.MICROSECONDS);
        ticks.scheduleAtFixedRate(this::writeOne, 0, WRITES_MICROS, TimeUnit.MICROSECONDS);
    }

    private void readOnAll() {
        if (reading) {
            nodes.forEach(node -> read(node, keys.get(random.nextInt(keys.size()))));
        }
    }

    private void read(CacheNode node, String key) {
        Write before = last.get(key);
        readsUnderWay.incrementAndGet();
        long begun = System.nanoTime();
        try {
            CompletionStage<Cached<String>> answer = node.cache().get(key);
            answer.whenComplete((cached, failure) -> ended(before, begun, cached, failure));
        } catch (RuntimeException e) {
            ended(before, begun, null, e);
        }
    }

    private void ended(
            @Nullable Write before, long begun, @Nullable Cached<String> answer, @Nullable Throwable failure) {
        reads.increment();
        longestReadNanos.accumulate(System.nanoTime() - begun);
        if (failure != null) {
            readFailures.add(failure);
        } else if (before != null && version(answer) < before.version) {
            oldestReadNanos.accumulate(begun - before.at);
        }
        readsUnderWay.decrementAndGet();
    }

    private static long version(@Nullable Cached<String> answer) {
        return answer == null ? -1 : Long.parseLong(answer.value().orElse("-1"));
    }

    private void writeOne() {
        int number = random.nextInt(keys.size());
        boolean put = random.nextBoolean();
        if (writing && underWay.add(keys.get(number))) {
            CompletionStage<Void> write = write(number, put);
            write.whenComplete((done, failure) -> underWay.remove(keys.get(number)));
        }
    }

    private CompletionStage<Void> write(int number, boolean put) {
        String key = keys.get(number);
        CacheNode node = nodes.get(number % nodes.size());
        long version = versions.merge(key, 1L, Long::sum);
        CompletionStage<Void> write = put
                ? node.cache().put(key, Long.toString(version))
                : node.cache().invalidate(key);
        return write.whenComplete((done, failure) -> {
            if (failure == null) {
                Write success = new Write(key, version, System.nanoTime());
                last.put(key, success);
                acknowledged.add(success);
            } else {
                unconfirmedWrites.increment();
            }
        });
    }

    /** The writes that succeeded so far, in about this order. */
    List<Write> acknowledged() {
        return List.copyOf(acknowledged);
    }

    void awaitWrites(int more, Predicate<Write> counted) {
        int before = acknowledged.size();
        await().until(() -> acknowledged.stream().skip(before).filter(counted).count() >= more);
    }

    /** Ends the writes and invalidates each key once more, until that succeeds; gives the versions since then. */
    Map<String, Long> invalidateEach() {
        writing = false;
        await().until(underWay::isEmpty);
        Set<Integer> left =
                new HashSet<>(IntStream.range(0, keys.size()).boxed().toList());
        await().until(() -> {
            Map<Integer, CompletionStage<Boolean>> round = new HashMap<>();
            left.forEach(number -> round.put(number, write(number, false).handle((done, failure) -> failure == null)));
            round.forEach((number, succeeded) -> {
                if (done(succeeded)) {
                    left.remove(number);
                }
            });
            return left.isEmpty();
        });
        return Map.copyOf(versions);
    }

    /** Ends the reads too, and waits for those that are under way. */
    void stop() {
        writing = false;
        reading = false;
        await().until(() -> readsUnderWay.get() == 0 && underWay.isEmpty());
    }

    @Override
    public void close() {
        ticks.shutdownNow();
    }
}

package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheNode.done;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.cache.BulkResult;
import dev.scalableapi.cache.CacheAside;
import dev.scalableapi.cache.Cached;
import dev.scalableapi.cache.Loader;
import dev.scalableapi.testkit.TestRun;
import dev.scalableapi.testkit.TestSeed;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two nodes on a cluster of three masters, each of which holds some of their keys; one holds all of their nonces. */
class CacheAsideClusterSystemTest {
    private static final int MASTERS = 3;
    private static final int THREADS_A_NODE = 50;
    private static final int MANY = 20_000;
    private static final String TAG = "tag";
    /** For a machine that has much to do: a timeout would count as an empty store. */
    private static final Duration PATIENCE = TestRun.PATIENCE;

    private static final Pattern CALLS = Pattern.compile("cmdstat_([^:]+):calls=([0-9]+)");
    /** Heartbeats, what keeps a cluster together, and the test's own. */
    private static final Pattern OTHERS =
            Pattern.compile("ping|info|hello|auth|replconf|select|(cluster|client|config)(\\|.*)?");

    private static TestRedisCluster cluster;

    private final String namespace = TestRedis.namespace();
    private final HeldDatabase database = new HeldDatabase();
    private final CacheNode one = node();
    private final CacheNode other = node();

    @BeforeAll
    static void startRedis() {
        cluster = TestRedisCluster.started();
    }

    @AfterAll
    static void stopRedis() {
        cluster.close();
    }

    private CacheNode node() {
        RedisConnection connection =
                RedisConnection.builder(cluster.url()).timeout(PATIENCE).open();
        return CacheNode.on(
                connection,
                namespace,
                database,
                builder -> builder.earlyRefresh(0).storeTimeout(PATIENCE));
    }

    @AfterEach
    void stop() {
        one.close();
        other.close();
    }

    private List<CacheNode> nodes() {
        return List.of(one, other);
    }

    /** So many of each master. */
    private static List<String> keys(int ofEach) {
        List<List<String>> keys = Stream.generate(() -> (List<String>) new ArrayList<String>())
                .limit(MASTERS)
                .toList();
        for (int i = 0; keys.stream().anyMatch(list -> list.size() < ofEach); i++) {
            List<String> ofMaster = keys.get(cluster.masterOf("{" + CacheNode.name("k" + i) + "}"));
            if (ofMaster.size() < ofEach) {
                ofMaster.add("k" + i);
            }
        }
        return keys.stream().flatMap(List::stream).toList();
    }

    private static List<String> keys(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(i -> "k" + i).toList();
    }

    /** In the one case no load ends before all have asked; in the other, loads end at once. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void coldKeysOfAllMastersAreLoadedOnceForAllThreadsOfBothNodes(boolean held) throws Exception {
        long seed = TestSeed.value();
        List<String> keys = keys(10);
        CompletableFuture<Void> gate = held ? new CompletableFuture<>() : CompletableFuture.completedFuture(null);
        Queue<String> loads = new ConcurrentLinkedQueue<>();
        Loader<String, String> loader = (key, context) -> {
            loads.add(key);
            return gate.thenApply(open -> Optional.of("v-" + key));
        };
        CyclicBarrier barrier = new CyclicBarrier(2 * THREADS_A_NODE);
        ExecutorService threads = Executors.newFixedThreadPool(2 * THREADS_A_NODE);
        try {
            List<Future<Map<String, CompletionStage<Cached<String>>>>> readers = new ArrayList<>();
            for (int i = 0; i < 2 * THREADS_A_NODE; i++) {
                CacheNode node = nodes().get(i % 2);
                List<String> shuffled = new ArrayList<>(keys);
                Collections.shuffle(shuffled, new Random(seed + i));
                Callable<Map<String, CompletionStage<Cached<String>>>> reader = () -> {
                    barrier.await(20, TimeUnit.SECONDS);
                    return read(node.cache(), shuffled, loader, held);
                };
                readers.add(threads.submit(reader));
            }
            for (Future<Map<String, CompletionStage<Cached<String>>>> reader : readers) {
                reader.get(60, TimeUnit.SECONDS);
            }
            gate.complete(null);
            for (Future<Map<String, CompletionStage<Cached<String>>>> reader : readers) {
                assertThat(reader.get())
                        .hasSize(keys.size())
                        .allSatisfy((key, answer) ->
                                assertThat(done(answer).value()).hasValue("v-" + key));
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(loads).containsExactlyInAnyOrderElementsOf(keys);
        assertThat(nodes().stream()
                        .mapToLong(node -> node.cache().statistics().loads())
                        .sum())
                .isEqualTo(keys.size());
    }

    private static Map<String, CompletionStage<Cached<String>>> read(
            CacheAside<String, String> cache, List<String> keys, Loader<String, String> loader, boolean atOnce) {
        Map<String, CompletionStage<Cached<String>>> answers = new TreeMap<>();
        for (String key : keys) {
            CompletionStage<Cached<String>> answer = cache.get(key, loader);
            answers.put(key, answer);
            if (!atOnce) {
                done(answer);
            }
        }
        return answers;
    }

    @Test
    void keysOfOverlappingBulkReadsAreLoadedOnceWithOneLoadACall() {
        List<String> all = keys(1, 150);
        assertThat(all.stream().mapToInt(CacheAsideClusterSystemTest::master).distinct())
                .hasSize(MASTERS);
        all.forEach(key -> database.set(key, "v-" + key));
        HeldDatabase.Hold hold = database.holdNext();
        CompletionStage<BulkResult<String, String>> first = one.cache().getAll(keys(1, 100), database);
        hold.awaitReached();
        CompletionStage<BulkResult<String, String>> second = other.cache().getAll(keys(50, 150), database);
        CompletionStage<Cached<String>> single = other.cache().get("k75");
        hold.letGo();

        assertThat(done(first).answers().keySet()).containsExactlyElementsOf(keys(1, 100));
        assertThat(done(second).answers().keySet()).containsExactlyElementsOf(keys(50, 150));
        assertThat(done(first).values())
                .allSatisfy((key, value) -> assertThat(value).isEqualTo("v-" + key));
        assertThat(done(second).values())
                .allSatisfy((key, value) -> assertThat(value).isEqualTo("v-" + key));
        assertThat(done(single).value()).hasValue("v-k75");
        assertThat(database.loads).isEmpty();
        assertThat(database.bulkLoads).hasSize(2);
        assertThat(database.bulkLoads.get(0)).containsExactlyInAnyOrderElementsOf(keys(1, 100));
        assertThat(database.bulkLoads.get(1)).containsExactlyInAnyOrderElementsOf(keys(101, 150));
    }

    private static int master(String key) {
        return cluster.masterOf("{" + CacheNode.name(key) + "}");
    }

    /** How v1 is read: one load for each key, or one for the keys of all masters. */
    enum Load {
        GET,
        BULK
    }

    /** How v2 is told. */
    enum Write {
        INVALIDATE,
        PUT,
        TAG,
        CLEAR
    }

    static Stream<Arguments> loadsAndWrites() {
        return Stream.of(Load.values())
                .flatMap(load -> Stream.of(Write.values())
                        .flatMap(
                                write -> Stream.of(Arguments.of(load, write, true), Arguments.of(load, write, false))));
    }

    @ParameterizedTest
    @MethodSource("loadsAndWrites")
    void loadThatReadTheFormerValueReachesNeitherLevelOfEitherNode(Load load, Write write, boolean sameNode) {
        List<String> keys = keys(1);
        database.sayings = context -> context.tags(TAG);
        keys.forEach(key -> database.set(key, "v1"));
        CacheNode writer = sameNode ? one : other;
        if (load == Load.BULK) {
            HeldDatabase.Hold hold = database.holdNext();
            CompletionStage<BulkResult<String, String>> early = one.cache().getAll(keys, database);
            hold.awaitReached();
            keys.forEach(key -> tell(write, writer, key));
            hold.letGo();
            assertThat(done(early).values().keySet()).containsExactlyElementsOf(keys);
            keys.forEach(key -> assertNeverOld(write, key));
        } else {
            for (String key : keys) {
                HeldDatabase.Hold hold = database.holdNext();
                CompletionStage<Cached<String>> early = one.cache().get(key);
                hold.awaitReached();
                tell(write, writer, key);
                hold.letGo();
                assertThat(done(early).value().orElseThrow()).isIn("v1", "v2");
                assertNeverOld(write, key);
            }
        }
    }

    private void tell(Write write, CacheNode writer, String key) {
        database.set(key, "v2");
        done(write(write, writer.cache(), key));
    }

    private static CompletionStage<Void> write(Write write, CacheAside<String, String> cache, String key) {
        return switch (write) {
            case INVALIDATE -> cache.invalidate(key);
            case PUT -> cache.put(key, "v2");
            case TAG -> cache.invalidateTag(TAG);
            case CLEAR -> cache.clear();
        };
    }

    private void assertNeverOld(Write write, String key) {
        await().during(Duration.ofMillis(50))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> isNeverOld(write, key));
        for (CacheNode node : List.of(one, other, one, other)) {
            assertThat(node.get(key)).isEqualTo("v2");
        }
    }

    /** Where a nonce has ended the bytes may stand in Redis: nobody takes them for fresh. */
    private boolean isNeverOld(Write write, String key) {
        assertThat(one.present(key)).isNotEqualTo(Optional.of("v1"));
        assertThat(other.present(key)).isNotEqualTo(Optional.of("v1"));
        if (write == Write.INVALIDATE || write == Write.PUT) {
            assertThat(stored(key)).doesNotEndWith("1v1");
        }
        return true;
    }

    private String stored(String key) {
        byte[] name = (namespace + ":v:{" + CacheNode.name(key) + "}").getBytes(UTF_8);
        return done(one.connection()
                .call(name, commands -> commands.get(name).thenApply(bytes -> bytes == null ? "" : text(bytes))));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    @ParameterizedTest
    @EnumSource
    void changeOnAnyMasterEmptiesTheNearLevelOfTheOtherNode(Write write) {
        List<String> keys = keys(2);
        database.sayings = context -> context.tags(TAG);
        for (String key : keys) {
            database.set(key, "v1");
            await().until(() -> nodes().stream()
                    .map(node -> done(node.cache().get(key)))
                    .allMatch(cached -> cached.origin() == Cached.Origin.HIT_NEAR));
            other.heard().clear();
            tell(write, one, key);
            awaitHeard(write, key);

            assertThat(other.get(key)).isEqualTo("v2");
            assertThat(one.get(key)).isEqualTo("v2");
        }
    }

    private void awaitHeard(Write write, String key) {
        if (write == Write.TAG) {
            other.heard().awaitNonce(CacheNode.NAME, "t:" + TAG);
        } else if (write == Write.CLEAR) {
            other.heard().awaitNonce(CacheNode.NAME, "all");
        } else {
            other.heard().awaitEntry(CacheNode.name(key));
        }
    }

    @Test
    void clearCostsTheSameWhateverTheNumberOfEntries() {
        done(one.cache().put("k0", "v"));
        Map<String, Long> few = commands(() -> done(one.cache().clear()));
        putMany();
        Map<String, Long> many = commands(() -> done(one.cache().clear()));
        System.out.println("CacheAsideClusterSystemTest: clear of " + MANY + " entries: " + many);

        assertThat(many)
                .isEqualTo(few)
                .containsOnly(Map.entry("eval", 1L), Map.entry("time", 1L), Map.entry("unlink", 1L));
        for (String key : keys(10)) {
            assertThat(nodes()).allSatisfy(node -> assertThat(node.present(key)).isEmpty());
        }
    }

    private void putMany() {
        for (int i = 0; i < MANY; i += 1_000) {
            List<CompletionStage<Void>> puts = new ArrayList<>();
            for (int j = i; j < i + 1_000; j++) {
                puts.add(one.cache().put("k" + j, "v"));
            }
            puts.forEach(CacheNode::done);
        }
        for (String key : keys(10)) {
            assertThat(nodes()).allSatisfy(node -> assertThat(node.present(key)).hasValue("v"));
        }
    }

    /** What all masters together have run. */
    private static Map<String, Long> commands(Runnable operation) {
        RedisClient client = RedisClient.create();
        try {
            List<RedisCommands<String, String>> masters = cluster.uris().stream()
                    .limit(MASTERS)
                    .map((RedisURI uri) -> client.connect(uri))
                    .map(StatefulRedisConnection::sync)
                    .toList();
            masters.forEach(RedisCommands::configResetstat);
            operation.run();
            Map<String, Long> calls = new TreeMap<>();
            for (RedisCommands<String, String> master : masters) {
                Matcher line = CALLS.matcher(master.info("commandstats"));
                while (line.find()) {
                    if (!OTHERS.matcher(line.group(1)).matches()) {
                        calls.merge(line.group(1), Long.parseLong(line.group(2)), Long::sum);
                    }
                }
            }
            return calls;
        } finally {
            client.shutdown();
        }
    }
}

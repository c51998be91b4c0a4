package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheNode.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.cache.BulkResult;
import dev.scalableapi.cache.Cached;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes on one Redis: what they load and send, and how old a near value gets. */
class CacheOnRedisTest {
    /** The default heartbeat timeout, and what a machine under load may add. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(2);

    private static final Duration LOAD = Duration.ofSeconds(3);

    private final TestRedis server = TestRedis.started();
    private final HeldDatabase database = new HeldDatabase();
    private final String namespace = TestRedis.namespace();
    private final CacheNode one = CacheNode.on(server.connect(), namespace, database);
    private final CacheNode other = CacheNode.on(server.connect(), namespace, database);
    private final RedisClient client = RedisClient.create(server.uri());
    private RedisCommands<String, String> redis;

    @BeforeEach
    void start() {
        redis = client.connect().sync();
        database.set("k", "v1");
    }

    @AfterEach
    void stop() {
        one.close();
        other.close();
        client.shutdown();
        server.close();
    }

    @Test
    void keysOfOverlappingBulkReadsAreLoadedOnceWithOneReadAndOneLoadACall() {
        List<String> low = keys(1, 100);
        List<String> high = keys(50, 150);
        keys(1, 150).forEach(key -> database.set(key, "v"));
        one.get("k1");
        other.get("k150");
        redis.configResetstat();
        HeldDatabase.Hold hold = database.holdNext();
        CompletionStage<BulkResult<String, String>> first = one.cache().getAll(low, database);
        hold.awaitReached();
        CompletionStage<BulkResult<String, String>> second = other.cache().getAll(high, database);
        CompletionStage<Cached<String>> single = other.cache().get("k75");
        hold.letGo();

        assertThat(done(first).answers()).hasSize(100);
        assertThat(done(second).answers()).hasSize(101);
        assertThat(done(single).value()).hasValue("v");
        assertThat(database.bulkLoads).hasSize(2);
        assertThat(database.bulkLoads.stream().flatMap(List::stream).toList()).doesNotHaveDuplicates();
        assertThat(calls("mget")).isEqualTo(2);
    }

    private static List<String> keys(int first, int last) {
        return IntStream.rangeClosed(first, last).mapToObj(i -> "k" + i).toList();
    }

    private long calls(String command) {
        Matcher line = Pattern.compile("cmdstat_" + command + ":calls=([0-9]+)").matcher(redis.info("commandstats"));
        return line.find() ? Long.parseLong(line.group(1)) : 0;
    }

    @Test
    void killedTrackingConnectionLeavesNoOldValueBeyondTheHeartbeatTimeout() {
        staleness("CLIENT KILL", () -> {
            redis.multi();
            redis.clientKill(KillArgs.Builder.typePubsub());
            redis.del(namespace + ":v:{versions:k}");
            assertThat(redis.exec().<Object>get(1)).isEqualTo(1L);
        });
    }

    @Test
    void flushLeavesNoOldValueBeyondTheHeartbeatTimeout() {
        staleness("FLUSHALL", redis::flushall);
    }

    @Test
    void restartLeavesNoOldValueBeyondTheHeartbeatTimeout() {
        staleness("restart", () -> {
            server.kill();
            server.start();
        });
    }

    /** Redis forgets the entry, and nobody is told of it: that its word is doubted is all that helps. */
    private void staleness(String name, Runnable loss) {
        await().until(() -> done(other.cache().get("k")).origin() == Cached.Origin.HIT_NEAR);
        database.set("k", "v2");
        loss.run();
        long lost = System.nanoTime();
        await().pollInterval(Duration.ofMillis(1)).until(() -> other.get("k").equals("v2"));
        Duration age = Duration.ofNanos(System.nanoTime() - lost);
        System.out.println("CacheOnRedisTest: " + name + ": the old value was served for " + age.toMillis() + " ms");

        assertThat(age).isLessThan(HEARTBEAT.plus(LOAD));
        await().until(() -> done(other.cache().get("k")).origin() == Cached.Origin.HIT_NEAR);
        Heard.awaitConnection(one.store());
        database.set("k", "v3");
        done(one.cache().invalidate("k"));
        await().until(() -> other.get("k").equals("v3"));
    }

    @Test
    void clearCostsTheSameWhateverTheNumberOfEntries() {
        fill(100_000);
        assertThat(redis.dbsize()).isGreaterThan(100_000);
        redis.configResetstat();
        done(one.cache().clear());

        assertThat(calls("evalsha") + calls("eval")).isLessThanOrEqualTo(2);
        assertThat(calls("unlink")).isEqualTo(1);
        assertThat(calls("scan") + calls("keys")).isZero();
        assertThat(one.present("n5")).isEmpty();
        assertThat(other.present("n99999")).isEmpty();
    }

    /** In great numbers at once, which may take a while. */
    private void fill(int entries) {
        RedisConnection patient = RedisConnection.builder(server.url())
                .timeout(Duration.ofSeconds(20))
                .open();
        try (CacheNode filling = CacheNode.on(
                patient,
                namespace,
                database,
                builder -> builder.earlyRefresh(0).storeTimeout(Duration.ofSeconds(20)))) {
            for (int i = 0; i < entries; i += 2_000) {
                List<CompletionStage<Void>> puts = new ArrayList<>();
                for (int j = i; j < i + 2_000; j++) {
                    puts.add(filling.cache().put("n" + j, "v"));
                }
                puts.forEach(CacheNode::done);
            }
        }
    }

    /** An invalidation made meanwhile fails visibly, and is made up for though nobody reads its key on its node. */
    @Test
    void redisThatHangsFailsNoReadAndIsMadeUpForWhenItGoesOn() {
        keys(0, 4_000).forEach(key -> database.set(key, "v"));
        one.get("k");
        database.set("k", "v1");
        one.get("k0");
        done(one.cache().put("k", "v1"));
        server.pause();
        database.set("k", "v2");
        CompletionStage<Void> told = other.cache().invalidate("k");
        List<Long> millis = new ArrayList<>();
        long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
        for (int i = 0; System.nanoTime() < end; i++) {
            long begun = System.nanoTime();
            assertThat(one.get("k" + i % 4_000)).isIn("v", "v1", "v2");
            millis.add(Duration.ofNanos(System.nanoTime() - begun).toMillis());
        }
        long slow = millis.stream().filter(time -> time > 50).count();
        long longest = millis.stream().mapToLong(time -> time).max().orElseThrow();
        System.out.printf(
                "CacheOnRedisTest: SIGSTOP: %d reads, the longest took %d ms, %d took more than 50 ms%n",
                millis.size(), longest, slow);
        assertThat(longest).isLessThan(500 + LOAD.toMillis());
        assertThat(told.toCompletableFuture()).failsWithin(LOAD);
        server.resume();

        await().atMost(Duration.ofSeconds(20))
                .until(() -> !String.valueOf(redis.get(namespace + ":v:{versions:k}"))
                        .endsWith("v1"));
        await().until(() -> one.get("k").equals("v2") && other.get("k").equals("v2"));
        await().until(() -> done(one.cache().get("k")).origin() == Cached.Origin.HIT_NEAR);
        assertThat(one.cache().statistics().storeFailures()).isPositive();
    }
}

package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheNode.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.cache.BulkResult;
import dev.scalableapi.cache.Cached;
import dev.scalableapi.testkit.TestRun;
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
    private static final int READS = 500;

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
    void killedTrackingConnectionEndsTheTrustInNearValues() {
        staleness("CLIENT KILL", () -> {
            redis.multi();
            redis.clientKill(KillArgs.Builder.typePubsub());
            redis.del(namespace + ":v:{versions:k}");
            assertThat(redis.exec().<Object>get(1)).isEqualTo(1L);
        });
    }

    @Test
    void flushEndsTheTrustInNearValues() {
        staleness("FLUSHALL", redis::flushall);
    }

    @Test
    void restartEndsTheTrustInNearValues() {
        staleness("restart", () -> {
            server.kill();
            server.start();
        });
    }

    /** Measured, and checked where there is time for it. */
    void checkAge(Duration age) {}

    /** Redis forgets the entry without a message: only the end of the epoch removes the near value before its lifetime. */
    private void staleness(String name, Runnable loss) {
        await().until(() -> done(other.cache().get("k")).origin() == Cached.Origin.HIT_NEAR);
        database.set("k", "v2");
        loss.run();
        long lost = System.nanoTime();
        await().pollInterval(Duration.ofMillis(1)).until(() -> other.get("k").equals("v2"));
        Duration age = Duration.ofNanos(System.nanoTime() - lost);
        System.out.println("CacheOnRedisTest: " + name + ": the old value was served for " + age.toMillis() + " ms");

        checkAge(age);
        await().until(() -> done(other.cache().get("k")).origin() == Cached.Origin.HIT_NEAR);
        Heard.awaitConnection(one.store());
        database.set("k", "v3");
        done(one.cache().invalidate("k"));
        await().until(() -> other.get("k").equals("v3"));
    }

    @Test
    void clearCostsTheSameWhateverTheNumberOfEntries() {
        fill(10_000);
        assertThat(redis.dbsize()).isGreaterThan(10_000);
        redis.configResetstat();
        done(one.cache().clear());

        assertThat(calls("evalsha") + calls("eval")).isLessThanOrEqualTo(2);
        assertThat(calls("unlink")).isEqualTo(1);
        assertThat(calls("scan") + calls("keys")).isZero();
        assertThat(one.present("n5")).isEmpty();
        assertThat(other.present("n9999")).isEmpty();
    }

    private void fill(int entries) {
        for (int i = 0; i < entries; i += 2_000) {
            List<CompletionStage<Void>> puts = new ArrayList<>();
            for (int j = i; j < i + 2_000; j++) {
                puts.add(one.cache().put("n" + j, "v"));
            }
            puts.forEach(CacheNode::done);
        }
    }

    /** The time that the longest read took while Redis hung: measured, and checked where there is time for it. */
    void checkRead(Duration longest) {}

    /** An invalidation made meanwhile fails visibly, and is made up for though nobody reads its key on its node. */
    @Test
    void redisThatHangsFailsNoReadAndIsMadeUpForWhenItGoesOn() {
        try (CacheNode hasty = hasty();
                CacheNode teller = hasty()) {
            IntStream.range(0, READS).forEach(i -> database.set("k" + i, "v"));
            hasty.get("k");
            done(hasty.cache().put("k", "v1"));
            server.pause();
            database.set("k", "v2");
            CompletionStage<Void> told = teller.cache().invalidate("k");
            Duration longest = Duration.ZERO;
            for (int i = 0; i < READS; i++) {
                long begun = System.nanoTime();
                assertThat(hasty.get("k" + i)).isEqualTo("v");
                assertThat(hasty.get("k")).isIn("v1", "v2");
                Duration took = Duration.ofNanos(System.nanoTime() - begun);
                longest = took.compareTo(longest) > 0 ? took : longest;
            }
            System.out.printf(
                    "CacheOnRedisTest: SIGSTOP: %d reads, the longest took %d ms%n", 2 * READS, longest.toMillis());
            checkRead(longest);
            assertThat(told.toCompletableFuture()).failsWithin(TestRun.PATIENCE);
            server.resume();

            await().until(() ->
                    !String.valueOf(redis.get(namespace + ":v:{versions:k}")).endsWith("v1"));
            await().until(() -> hasty.get("k").equals("v2") && teller.get("k").equals("v2"));
            await().until(() -> done(hasty.cache().get("k")).origin() == Cached.Origin.HIT_NEAR);
            assertThat(hasty.cache().statistics().storeFailures()).isPositive();
        }
    }

    /** Has the default timeouts of a cache and of a connection. */
    private CacheNode hasty() {
        return CacheNode.on(
                RedisConnection.open(server.url()), namespace, database, builder -> builder.earlyRefresh(0));
    }
}

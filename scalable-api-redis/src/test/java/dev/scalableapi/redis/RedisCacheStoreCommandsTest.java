package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.FRESH;
import static dev.scalableapi.redis.CacheStoreContract.MINUTE;
import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.core.cache.Acquisition;
import dev.scalableapi.core.cache.Lease;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operations cost, as Redis itself counts. */
class RedisCacheStoreCommandsTest {
    private static final Pattern CALLS = Pattern.compile("cmdstat_([^:]+):calls=([0-9]+)");
    private static final byte[] ONE = {1};
    /** Heartbeats, and the test's own. */
    private static final Set<String> OTHERS = Set.of("ping", "info", "config|resetstat");

    private final String namespace = TestRedis.namespace();
    private final TestRedis server = TestRedis.started();
    private final RedisConnection connection = server.connect();
    private final RedisCacheStore store = RedisCacheStore.create(connection, namespace);
    private final RedisClient client = RedisClient.create(server.uri());
    private RedisCommands<String, String> redis;

    @BeforeEach
    void warmUp() {
        redis = client.connect().sync();
        Heard.awaitEpoch(store);
        Heard.awaitConnection(store);
        done(store.put("warm", ONE, FRESH));
        done(store.invalidate("warm"));
        done(store.commit(granted("warm"), ONE, FRESH));
        done(store.nonces("g", List.of("warm"), MINUTE));
        done(store.changeNonces("g", List.of("warm")));
    }

    @AfterEach
    void stop() {
        store.close();
        connection.close();
        client.shutdown();
        server.close();
    }

    @Test
    void readIsOneGet() {
        assertThat(commands(() -> done(store.get("a")))).containsOnly(Map.entry("get", 1L));
        done(store.put("a", ONE, FRESH));
        assertThat(commands(() -> done(store.get("a")))).containsOnly(Map.entry("get", 1L));
    }

    @Test
    void hundredReadsAtOnceAreOneMget() {
        List<String> keys = IntStream.range(0, 100).mapToObj(i -> "k" + i).toList();

        assertThat(commands(() -> done(store.getAll(keys)))).containsOnly(Map.entry("mget", 1L));
    }

    @Test
    void everythingElseIsOneScript() {
        assertThat(commands(() -> done(store.put("a", ONE, FRESH))))
                .containsOnly(Map.entry("eval", 1L), Map.entry("time", 1L), Map.entry("set", 1L), Map.entry("del", 1L));
        assertThat(commands(() -> done(store.commit(granted("b"), ONE, FRESH))))
                .containsEntry("evalsha", 2L)
                .doesNotContainKeys("publish", "eval");
        assertThat(commands(() -> done(store.invalidate("a"))))
                .containsOnly(
                        Map.entry("eval", 1L), Map.entry("time", 1L), Map.entry("del", 1L), Map.entry("unlink", 1L));
        assertThat(commands(() -> done(store.nonces("g", List.of("x", "y"), MINUTE))))
                .containsOnly(
                        Map.entry("evalsha", 1L), Map.entry("time", 1L), Map.entry("get", 2L), Map.entry("set", 2L));
        assertThat(commands(() -> done(store.nonces("g", List.of("x", "y"), MINUTE))))
                .containsOnly(
                        Map.entry("evalsha", 1L), Map.entry("time", 1L), Map.entry("get", 2L), Map.entry("pttl", 2L));
    }

    @Test
    void changeOfANonceCostsTheSameWhateverTheNumberOfEntries() {
        done(store.nonces("g", List.of("clear"), MINUTE));
        Map<String, Long> few = commands(() -> done(store.changeNonces("g", List.of("clear"))));
        for (int i = 0; i < 10_000; i += 500) {
            putMany(i, i + 500);
        }
        done(store.nonces("g", List.of("clear"), MINUTE));

        assertThat(commands(() -> done(store.changeNonces("g", List.of("clear")))))
                .isEqualTo(few)
                .containsOnly(Map.entry("eval", 1L), Map.entry("time", 1L), Map.entry("unlink", 1L));
        assertThat(redis.dbsize()).isGreaterThan(10_000);
    }

    private void putMany(int from, int to) {
        List<CompletionStage<Void>> puts = new ArrayList<>();
        for (int i = from; i < to; i++) {
            puts.add(store.put("many" + i, ONE, FRESH));
        }
        puts.forEach(CacheStoreContract::done);
    }

    @Test
    void timeOfRedisIsAskedForOnceBesideReads() {
        RedisCacheStore fresh = RedisCacheStore.create(connection, namespace);
        done(fresh.get("a"));
        Heard.awaitEpoch(fresh);
        done(fresh.get("a"));

        assertThat(commands(() -> {
                    for (int i = 0; i < 100; i++) {
                        done(fresh.get("a"));
                    }
                }))
                .containsOnly(Map.entry("get", 100L));
        fresh.close();
    }

    @Test
    void lostScriptsAreSentAgain() {
        Lease lease = granted("s");
        redis.scriptFlush();
        assertThat(done(store.commit(lease, ONE, FRESH))).isTrue();
        assertThat(done(store.get("s"))).isPresent();

        assertThat(commands(() -> done(store.commit(lease, ONE, FRESH)))).containsEntry("evalsha", 1L);
    }

    @Test
    void whatWritesIsNotOvertakenWhereScriptsAreLost() {
        for (int i = 0; i < 50; i++) {
            redis.scriptFlush();
            CompletionStage<Void> put = store.put("o", ONE, FRESH);
            CompletionStage<Void> removed = store.invalidate("o");
            assertThat(done(store.get("o"))).isEmpty();
            done(put);
            done(removed);
            assertThat(done(store.get("o"))).isEmpty();
        }
    }

    @Test
    void nonceLivesAtLeastAsLongAsAskedForAndIsRarelyProlonged() {
        String key = namespace + ":n:{g}life";
        Duration life = Duration.ofHours(10);
        long hour = Duration.ofHours(1).toMillis();
        done(store.nonces("g", List.of("life"), life));
        assertThat(redis.pttl(key)).isBetween(19 * hour, 20 * hour);

        redis.pexpire(key, 11 * hour);
        done(store.nonces("g", List.of("life"), life));
        assertThat(redis.pttl(key)).isLessThanOrEqualTo(11 * hour);
        redis.pexpire(key, 9 * hour);
        done(store.nonces("g", List.of("life"), life));
        assertThat(redis.pttl(key)).isGreaterThan(19 * hour);

        done(store.nonces("g", List.of("life"), Duration.ofDays(36_500)));
        assertThat(redis.pttl(key)).isEqualTo(-1);
        done(store.nonces("g", List.of("life"), MINUTE));
        assertThat(redis.pttl(key)).isEqualTo(-1);
    }

    @Test
    void nothingIsLeftThatDoesNotEnd() {
        granted("a");
        done(store.put("b", ONE, FRESH));
        done(store.expire("b"));
        done(store.commit(granted("c"), ONE, FRESH));
        done(store.nonces("g", List.of("n"), MINUTE));
        done(store.changeNonces("g", List.of("n", "m")));

        assertThat(redis.keys("*"))
                .isNotEmpty()
                .allSatisfy(key -> assertThat(redis.pttl(key)).isPositive());
    }

    private Lease granted(String key) {
        return ((Acquisition.Granted) done(store.acquire(key, MINUTE, ""))).lease();
    }

    private Map<String, Long> commands(Runnable operation) {
        redis.configResetstat();
        operation.run();
        Map<String, Long> calls = new TreeMap<>();
        Matcher line = CALLS.matcher(redis.info("commandstats"));
        while (line.find()) {
            if (!OTHERS.contains(line.group(1))) {
                calls.put(line.group(1), Long.parseLong(line.group(2)));
            }
        }
        return calls;
    }
}

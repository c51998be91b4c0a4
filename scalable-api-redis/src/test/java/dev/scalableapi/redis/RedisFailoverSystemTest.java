package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.FRESH;
import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.core.ratelimit.RateLimit;
import dev.scalableapi.core.ratelimit.RateLimiter;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A failover as managed Redis does it: a replica is promoted, the former primary becomes its replica and keeps its connections,
 * and the name leads to the new primary. The figures are printed; those of time are asserted with a margin of three.
 */
class RedisFailoverSystemTest {
    private static final Duration PROMISED = Duration.ofSeconds(3);
    private static final Duration BOUND = Duration.ofSeconds(30);

    private final String namespace = TestRedis.namespace();
    private final TestRedis former = TestRedis.started();
    private final TestRedis latter = TestRedis.replicaOf(former);
    private final NamedEndpoint endpoint = NamedEndpoint.to(former);
    private final RedisClient admin = RedisClient.create();
    private RedisCommands<String, String> atFormer;
    private RedisCommands<String, String> atLatter;
    private RedisConnection connection;
    private RedisCacheStore store;
    private RateLimiter limiter;

    @BeforeEach
    void open() {
        atFormer = admin.connect(former.uri()).sync();
        atLatter = admin.connect(latter.uri()).sync();
        await().atMost(BOUND).until(() -> atLatter.info("replication").contains("master_link_status:up"));
        connection = RedisConnection.open(endpoint.url());
        store = RedisCacheStore.create(connection, namespace);
        limiter = RedisRateLimiter.create(
                connection, TestRedis.namespace(), RateLimit.of(1_000_000, Duration.ofMinutes(1)));
        awaitWrites();
        Heard.awaitEpoch(store);
    }

    @AfterEach
    void stop() {
        store.close();
        connection.close();
        endpoint.close();
        admin.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        latter.close();
        former.close();
    }

    @Test
    void writesSucceedSoonAfterRolesAndNameChangeTogether() {
        promote();
        long changed = System.nanoTime();
        endpoint.moveTo(latter);

        assertFewConnections(changed, awaitWrites() - changed, "roles and name at once");
        assertThat(atLatter.keys("*")).isNotEmpty();
    }

    /** Until the name moves, each new connection leads to the former primary again. */
    @Test
    void writesSucceedSoonAfterTheNameFollowsTheRoles() {
        promote();
        long demoted = System.nanoTime();
        await().atMost(BOUND).until(() -> !isWritten());
        await().atMost(BOUND).until(() -> endpoint.connections() >= 5);
        long changed = System.nanoTime();
        endpoint.moveTo(latter);

        long recovered = awaitWrites();
        assertFewConnections(demoted, recovered - changed, "the name later");
    }

    /** As Redis does when Sentinel demotes it, and as some managed ones do at each write. */
    @Test
    void formerPrimaryThatClosesConnectionsCausesFewOfThem() {
        promote();
        long demoted = System.nanoTime();
        while (endpoint.connections() < 5) {
            isWritten();
            atFormer.clientKill(KillArgs.Builder.typeNormal().skipme(true));
        }
        long changed = System.nanoTime();
        endpoint.moveTo(latter);

        assertFewConnections(demoted, awaitWrites() - changed, "connections closed");
    }

    @Test
    void invalidationsComeFromTheNewPrimary() {
        promote();
        endpoint.moveTo(latter);
        awaitWrites();
        Heard.awaitEpoch(store);
        Heard heard = Heard.of(store);
        try (RedisConnection direct = latter.connect();
                RedisCacheStore other = RedisCacheStore.create(direct, namespace)) {
            Heard.awaitConnection(other);
            done(other.put("watched", new byte[] {1}, FRESH));

            heard.awaitEntry("watched");
        }
        assertThat(atFormer.info("clients")).contains("tracking_clients:0");
    }

    private void promote() {
        atLatter.replicaofNoOne();
        atFormer.replicaof("127.0.0.1", latter.port());
    }

    /** {@return when three kinds of writes had succeeded} */
    private long awaitWrites() {
        await().atMost(BOUND).pollInterval(Duration.ofMillis(5)).until(this::isWritten);
        return System.nanoTime();
    }

    private boolean isWritten() {
        try {
            done(store.put("a", new byte[] {1}, FRESH));
            done(store.changeNonces("g", List.of("n")));
            done(limiter.acquire("a"));
            return true;
        } catch (CompletionException e) {
            return false;
        }
    }

    private void assertFewConnections(long since, long recovery, String what) {
        Heard.awaitEpoch(store);
        List<Long> attempts =
                endpoint.accepted().stream().filter(at -> at - since >= 0).toList();
        double seconds = (System.nanoTime() - since) / 1e9;
        System.out.printf(
                "RedisFailoverSystemTest: %s: writes after %d ms, %d new connections in %.1f s%n",
                what, TimeUnit.NANOSECONDS.toMillis(recovery), attempts.size(), seconds);
        assertThat(attempts.size()).isLessThanOrEqualTo((int) seconds + 1);
        for (int i = 1; i < attempts.size(); i++) {
            // The proxy accepts later than the client connects, by what the machine's load adds.
            assertThat(attempts.get(i) - attempts.get(i - 1)).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(333));
        }
        assertThat(recovery).isLessThan(PROMISED.multipliedBy(3).toNanos());
    }
}

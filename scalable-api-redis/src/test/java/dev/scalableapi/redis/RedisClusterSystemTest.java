package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.FRESH;
import static dev.scalableapi.redis.CacheStoreContract.MINUTE;
import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.idempotency.Claim;
import dev.scalableapi.core.idempotency.FencingToken;
import dev.scalableapi.core.idempotency.IdempotencyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The death of a master, on a cluster of its own for each test. */
class RedisClusterSystemTest {
    /** Sooner than the map of slots is read anew without a reason. */
    private static final Duration FAILOVER = Duration.ofSeconds(12);

    private static final int KEYS = 100;

    private final String namespace = TestRedis.namespace();
    private TestRedisCluster cluster;
    private RedisConnection redis;

    @BeforeEach
    void start() {
        cluster = TestRedisCluster.started();
        redis = cluster.connect();
        await().ignoreExceptions()
                .until(() -> done(redis.call(commands -> commands.ping())).equals("PONG"));
    }

    @AfterEach
    void stop() {
        redis.close();
        cluster.close();
    }

    @Test
    void idempotencyStoreWorksOnAllNodesAndThroughTheDeathOfAMaster() {
        IdempotencyStore store = RedisIdempotencyStore.create(redis, namespace);
        for (int i = 0; i < 20; i++) {
            FencingToken token = started(store, "k" + i);
            assertThat(done(store.complete(token, ApiResponse.of(201), MINUTE))).isTrue();
            assertThat(done(store.begin("k" + i, "f", MINUTE))).isInstanceOf(Claim.Completed.class);
        }
        FencingToken first = started(store, "dies");
        cluster.awaitReplicas();
        cluster.kill(cluster.masterOf(namespace + ":idempotency:dies"));

        await().atMost(FAILOVER)
                .ignoreExceptions()
                .until(() -> done(store.begin("dies", "f", MINUTE)) instanceof Claim.InProgress);
        done(store.abandon(first));
        assertThat(started(store, "dies").number()).isGreaterThan(first.number());
    }

    private static FencingToken started(IdempotencyStore store, String key) {
        return ((Claim.Started) done(store.begin(key, "f", MINUTE))).token();
    }

    @Test
    void operationsGoOnAfterTheDeathOfAMaster() {
        goesOnAfter(() -> cluster.kill(cluster.masterOf(namespace + ":v:{k0}")));
    }

    /** It redirects nobody to its successor. */
    @Test
    void operationsGoOnAfterAMasterHasHung() {
        goesOnAfter(() -> cluster.pause(cluster.masterOf(namespace + ":v:{k0}")));
    }

    /** A machine that has much to do may let one or the other exceed its time. */
    private static void awaitPut(RedisCacheStore cache, String key) {
        await().atMost(FAILOVER).ignoreExceptions().until(() -> {
            done(cache.put(key, new byte[] {2}, FRESH));
            return true;
        });
    }

    private void goesOnAfter(Runnable failure) {
        RedisCacheStore cache = RedisCacheStore.create(redis, namespace);
        for (int i = 0; i < KEYS; i++) {
            done(cache.put("k" + i, new byte[] {1}, FRESH));
        }
        failure.run();

        awaitPut(cache, "k0");
        for (int i = 0; i < KEYS; i++) {
            awaitPut(cache, "k" + i);
        }
        await().until(() -> !redis.isRefusing());
    }

    @Test
    void masterThatHangsIsNoReasonToRefuseWhatOthersHold() {
        RedisCacheStore cache = RedisCacheStore.create(redis, namespace);
        int hung = cluster.masterOf(namespace + ":v:{k0}");
        String elsewhere = IntStream.range(0, KEYS)
                .mapToObj(i -> "k" + i)
                .filter(key -> cluster.masterOf(namespace + ":v:{" + key + "}") != hung)
                .findFirst()
                .orElseThrow();
        cluster.pause(hung);
        // At once, before the cluster notices and is down as a whole.
        List<CompletionStage<?>> asked = IntStream.range(0, 5)
                .<CompletionStage<?>>mapToObj(i -> cache.get("k0"))
                .toList();
        asked.forEach(get -> assertThat(get.toCompletableFuture()).failsWithin(FAILOVER));

        assertThat(redis.isRefusing()).isTrue();
        assertThat(cache.get(elsewhere).toCompletableFuture()).succeedsWithin(FAILOVER);
    }
}

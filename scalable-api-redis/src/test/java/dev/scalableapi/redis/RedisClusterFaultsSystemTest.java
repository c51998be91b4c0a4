package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.FRESH;
import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Error replies of a cluster's nodes which mean that a node does not serve. */
class RedisClusterFaultsSystemTest {
    private static final Duration BOUND = Duration.ofSeconds(40);

    private TestRedisCluster cluster;
    private RedisConnection redis;
    private RedisCacheStore store;

    @BeforeEach
    void start() {
        cluster = TestRedisCluster.started();
        redis = cluster.connect();
        store = RedisCacheStore.create(redis, TestRedis.namespace());
        awaitWrites();
    }

    @AfterEach
    void stop() {
        store.close();
        redis.close();
        cluster.close();
    }

    @Test
    void connectionToANodeGetsItsLoginBack() {
        Logout.of(redis, new byte[] {1});

        awaitWrites();
        assertThat(redis.isRefusing()).isFalse();
    }

    /** Two of three masters are gone for longer than their replicas need, so that the rest knows that the cluster is down. */
    @Test
    void breakersStayOpenWhileTheClusterIsDown() {
        for (int node = 1; node < 6; node++) {
            cluster.pause(node);
        }
        await().atMost(BOUND).until(() -> !isWritten() && redis.isRefusing());
        for (int node = 1; node < 6; node++) {
            cluster.resume(node);
        }
        cluster.awaitReady();

        awaitWrites();
        await().atMost(BOUND).until(() -> !redis.isRefusing());
    }

    private void awaitWrites() {
        await().atMost(BOUND).until(this::isWritten);
    }

    private boolean isWritten() {
        try {
            for (int i = 0; i < 20; i++) {
                done(store.put("k" + i, new byte[] {1}, FRESH));
            }
            return true;
        } catch (CompletionException e) {
            return false;
        }
    }
}

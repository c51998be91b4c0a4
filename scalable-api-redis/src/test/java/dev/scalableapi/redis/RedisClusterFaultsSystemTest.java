package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.FRESH;
import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.core.http.ApiPipeline;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
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
    void connectionsToNodesGetTheirLoginBack() {
        Logout.ofMasters(redis);
        assertThat(isRead()).isFalse();

        await().atMost(BOUND).until(this::isRead);
    }

    /** With few arguments: Redis closes a connection without a login that sends more. */
    private boolean isRead() {
        try {
            for (byte i = 0; i < 20; i++) {
                byte[] key = {i};
                done(redis.call(key, commands -> commands.get(key)));
            }
            return true;
        } catch (CompletionException e) {
            return false;
        }
    }

    /** Without the majority, the node that is left answers that the cluster is down. */
    @Test
    void nodeOfAClusterThatIsDownIsSentNothing() {
        byte[] key = keyOf(0);
        for (int node = 1; node < 6; node++) {
            cluster.pause(node);
        }
        await().atMost(BOUND)
                .during(Duration.ofSeconds(2))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> failure(key).startsWith("Redis does not answer"));
        for (int node = 1; node < 6; node++) {
            cluster.resume(node);
        }
        cluster.awaitReady();

        awaitWrites();
        await().atMost(BOUND).until(() -> !redis.isRefusing());
    }

    private byte[] keyOf(int node) {
        return Stream.iterate(0, i -> i + 1)
                .map(i -> "key" + i)
                .filter(name -> cluster.masterOf(name) == node)
                .findFirst()
                .orElseThrow()
                .getBytes(StandardCharsets.UTF_8);
    }

    private String failure(byte[] key) {
        try {
            done(redis.call(key, commands -> commands.get(key)));
            return "";
        } catch (CompletionException e) {
            return String.valueOf(ApiPipeline.cause(e).getMessage());
        }
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

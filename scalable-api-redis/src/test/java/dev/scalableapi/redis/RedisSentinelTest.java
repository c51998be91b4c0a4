package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.FRESH;
import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.core.cache.StoredEntry;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a master, a replica and a Sentinel of its own. */
class RedisSentinelTest {
    private static final Duration FAILOVER = Duration.ofSeconds(30);

    private final int port = RedisProcess.freePort();
    private final TestRedis master = TestRedis.started();
    private final TestRedis replica = TestRedis.replicaOf(master);
    private RedisProcess sentinel;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        awaitReplica();
        Path settings = Files.writeString(
                directory.resolve("sentinel.conf"),
                String.join(
                        "\n",
                        "port " + port,
                        "sentinel monitor main 127.0.0.1 " + master.port() + " 1",
                        "sentinel auth-pass main " + TestRedis.PASSWORD,
                        "sentinel down-after-milliseconds main 1000",
                        "sentinel failover-timeout main 5000",
                        ""));
        sentinel = RedisProcess.start(port, List.of(settings.toString(), "--sentinel"));
        awaitDiscovery();
    }

    @AfterEach
    void stop() {
        sentinel.close();
        replica.close();
        master.close();
    }

    @Test
    void operationsGoOnAfterTheDeathOfTheMaster() {
        goesOnAfter(master::kill);
    }

    /** It keeps the connection that goes to it: only a new one finds the new master. */
    @Test
    void operationsGoOnAfterTheMasterHasHung() {
        goesOnAfter(master::pause);
    }

    private void goesOnAfter(Runnable failure) {
        try (RedisConnection redis =
                RedisConnection.open("redis-sentinel://:" + TestRedis.PASSWORD + "@127.0.0.1:" + port + "#main")) {
            RedisCacheStore store = RedisCacheStore.create(redis, TestRedis.namespace());
            await().ignoreExceptions().until(() -> put(store, 1));
            failure.run();

            await().atMost(FAILOVER).ignoreExceptions().until(() -> put(store, 2));
            assertThat(done(store.get("a")).map(StoredEntry::value)).hasValue(new byte[] {2});
        }
    }

    private static boolean put(RedisCacheStore store, int value) {
        done(store.put("a", new byte[] {(byte) value}, FRESH));
        return true;
    }

    private void awaitReplica() {
        RedisClient client = RedisClient.create(replica.uri());
        try (var connection = client.connect()) {
            await().atMost(FAILOVER)
                    .until(() -> connection.sync().info("replication").contains("master_link_status:up"));
        } finally {
            client.shutdown();
        }
    }

    private void awaitDiscovery() {
        RedisClient client = RedisClient.create();
        try (StatefulRedisSentinelConnection<String, String> connection =
                client.connectSentinel(RedisURI.create("127.0.0.1", port))) {
            await().atMost(FAILOVER).until(() -> {
                List<Map<String, String>> replicas = connection.sync().replicas("main");
                return replicas.size() == 1 && "ok".equals(replicas.get(0).get("master-link-status"));
            });
        } finally {
            client.shutdown();
        }
    }
}

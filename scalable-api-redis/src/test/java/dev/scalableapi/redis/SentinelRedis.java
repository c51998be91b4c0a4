package dev.scalableapi.redis;

import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.sentinel.api.sync.RedisSentinelCommands;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A master, a replica, and a Sentinel that puts the replica in the master's place within some seconds. */
final class SentinelRedis implements AutoCloseable {
    static final Duration FAILOVER = Duration.ofSeconds(30);

    private final int port = RedisProcess.freePort();
    private final TestRedis master = TestRedis.started();
    private final TestRedis replica = TestRedis.replicaOf(master);
    private final RedisProcess sentinel;

    private SentinelRedis(Path directory) throws IOException {
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
        awaitSentinel(redis -> {
            List<Map<String, String>> replicas = redis.replicas("main");
            return replicas.size() == 1 && "ok".equals(replicas.get(0).get("master-link-status"));
        });
    }

    static SentinelRedis started(Path directory) throws IOException {
        return new SentinelRedis(directory);
    }

    private void awaitReplica() {
        awaitReplication(replica, "master_link_status:up");
    }

    private static void awaitReplication(TestRedis redis, String state) {
        RedisClient client = RedisClient.create(redis.uri());
        try (var connection = client.connect()) {
            await().atMost(FAILOVER)
                    .ignoreExceptions()
                    .until(() -> connection.sync().info("replication").contains(state));
        } finally {
            client.shutdown();
        }
    }

    private void awaitSentinel(Predicate<RedisSentinelCommands<String, String>> condition) {
        RedisClient client = RedisClient.create();
        try (var connection = client.connectSentinel(RedisURI.create("127.0.0.1", port))) {
            await().atMost(FAILOVER).until(() -> condition.test(connection.sync()));
        } finally {
            client.shutdown();
        }
    }

    /** Until the Sentinel names the former replica. */
    void awaitFailover() {
        awaitSentinel(redis -> redis.getMasterAddrByName("main") instanceof InetSocketAddress named
                && named.getPort() == replica.port());
    }

    /** Until the former master, which must be alive, has become a replica. */
    void awaitDemotion() {
        awaitReplication(master, "role:slave");
    }

    /** The one that was the master at first. */
    TestRedis master() {
        return master;
    }

    RedisConnection connect() {
        return RedisConnection.open("redis-sentinel://:" + TestRedis.PASSWORD + "@127.0.0.1:" + port + "#main");
    }

    @Override
    public void close() {
        sentinel.close();
        replica.close();
        master.close();
    }
}

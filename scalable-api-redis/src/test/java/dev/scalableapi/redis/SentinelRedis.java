package dev.scalableapi.redis;

import static org.awaitility.Awaitility.await;

import dev.scalableapi.testkit.RedisServer;
import dev.scalableapi.testkit.ServerProcess;
import dev.scalableapi.testkit.TestRun;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.sentinel.api.sync.RedisSentinelCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A master, a replica, and a Sentinel that puts the replica in the master's place within some seconds. */
final class SentinelRedis implements AutoCloseable {
    static final Duration FAILOVER = TestRun.PATIENCE;

    private final TestRedis master = TestRedis.started();
    private final TestRedis replica = TestRedis.replicaOf(master);
    private final ServerProcess.Listening sentinel;

    private SentinelRedis(Path directory) {
        awaitReplica();
        Path settings = directory.resolve("sentinel.conf");
        sentinel = ServerProcess.startOnFreePort(port -> command(port, settings), RedisServer::isReady);
        awaitSentinel(redis -> {
            List<Map<String, String>> replicas = redis.replicas("main");
            return replicas.size() == 1 && "ok".equals(replicas.get(0).get("master-link-status"));
        });
    }

    private List<String> command(int port, Path settings) {
        try {
            Files.writeString(
                    settings,
                    String.join(
                            "\n",
                            "port " + port,
                            "bind 127.0.0.1",
                            "sentinel monitor main 127.0.0.1 " + master.port() + " 1",
                            "sentinel auth-pass main " + TestRedis.PASSWORD,
                            "sentinel down-after-milliseconds main 1000",
                            "sentinel failover-timeout main 5000",
                            ""));
            return List.of(RedisServer.binary().toString(), settings.toString(), "--sentinel");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static SentinelRedis started(Path directory) {
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
        try (var connection = client.connectSentinel(RedisURI.create("127.0.0.1", sentinel.port()))) {
            await().atMost(FAILOVER).until(() -> condition.test(connection.sync()));
        } finally {
            client.shutdown();
        }
    }

    /** Lets the Sentinel put the replica in the master's place, as it does by itself when the master is dead. */
    void failOver() {
        RedisClient client = RedisClient.create();
        try (var connection = client.connectSentinel(RedisURI.create("127.0.0.1", sentinel.port()))) {
            connection.sync().failover("main");
        } finally {
            client.shutdown();
        }
        awaitFailover();
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
        return RedisConnection.open(
                "redis-sentinel://:" + TestRedis.PASSWORD + "@127.0.0.1:" + sentinel.port() + "#main");
    }

    @Override
    public void close() {
        sentinel.process().close();
        replica.close();
        master.close();
    }
}

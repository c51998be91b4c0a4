package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.FRESH;
import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.core.cache.Epoch;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of the epoch when a master goes, on a cluster of its own for each test. */
class RedisChangeFeedClusterSystemTest {
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration FAILOVER = Duration.ofSeconds(30);
    private static final byte[] ONE = {1};

    private final String namespace = TestRedis.namespace();
    private TestRedisCluster cluster;
    private RedisConnection connection;
    private RedisConnection otherConnection;
    private RedisCacheStore store;
    private RedisCacheStore other;
    private Heard heard;

    @BeforeEach
    void start() {
        cluster = TestRedisCluster.started();
        connection = cluster.connect();
        otherConnection = cluster.connect();
        store = store(connection);
        other = store(otherConnection);
        heard = Heard.of(store);
        Heard.awaitEpoch(store);
        Heard.awaitEpoch(other);
    }

    @AfterEach
    void stop() {
        store.close();
        other.close();
        connection.close();
        otherConnection.close();
        cluster.close();
    }

    private RedisCacheStore store(RedisConnection on) {
        return RedisCacheStore.builder(on, namespace)
                .heartbeatTimeout(HEARTBEAT)
                .build();
    }

    @Test
    void deathOfOneMasterEndsTheEpochUntilItsSuccessorIsFollowed() {
        Epoch former = store.epoch();
        cluster.kill(master());

        await().until(() -> !former.isLive(System.nanoTime()));
        followsTheSuccessor(former);
    }

    @Test
    void masterThatHangsEndsTheEpochInTime() {
        Epoch former = store.epoch();
        cluster.pause(master());
        long paused = System.nanoTime();

        assertThat(former.isLive(paused + HEARTBEAT.toNanos())).isFalse();
        followsTheSuccessor(former);
    }

    /** All connections stay, and all masters answer; only that another is one now. */
    @Test
    void masterThatHandsOverEndsTheEpochUntilItsSuccessorIsFollowed() {
        Epoch former = store.epoch();
        handOver();

        await().atMost(HEARTBEAT.multipliedBy(5)).until(() -> !former.isLive(System.nanoTime()));
        followsTheSuccessor(former);
    }

    private void handOver() {
        RedisURI master = cluster.uris().get(master());
        RedisClient client = RedisClient.create();
        try (StatefulRedisConnection<String, String> any = client.connect(master)) {
            String id = any.sync().clusterMyId();
            RedisURI replica = cluster.uris().stream()
                    .filter(node -> any.sync().clusterReplicas(id).stream()
                            .anyMatch(line -> line.contains(":" + node.getPort() + "@")))
                    .findFirst()
                    .orElseThrow();
            try (StatefulRedisConnection<String, String> successor = client.connect(replica)) {
                successor.sync().clusterFailover(false);
            }
        } finally {
            client.shutdown();
        }
    }

    private void followsTheSuccessor(Epoch former) {
        await().atMost(FAILOVER).ignoreExceptions().until(() -> {
            done(other.put("k0", ONE, FRESH));
            return Heard.isLive(store) && Heard.isLive(other);
        });
        assertThat(store.epoch()).isNotSameAs(former);
        heard.clear();
        done(other.invalidate("k0"));
        heard.awaitEntry("k0");
    }

    /** Who does not know what the masters believe can't tell that another is one now. */
    @Test
    void whereTheLayoutIsRefusedTheEpochStaysEndedAndTheRestWorks() {
        try (RedisConnection restricted =
                        RedisConnection.clusterBuilder(usersWithoutLayout()).open();
                RedisCacheStore refused = store(restricted)) {
            await().ignoreExceptions()
                    .untilAsserted(() -> assertThat(done(refused.get("a"))).isEmpty());
            done(refused.put("a", ONE, FRESH));
            assertThat(done(refused.get("a"))).isPresent();
            await().during(HEARTBEAT.multipliedBy(2)).until(() -> !Heard.isLive(refused));
        }
    }

    private List<RedisURI> usersWithoutLayout() {
        RedisClient client = RedisClient.create();
        try {
            return cluster.uris().stream()
                    .map(node -> userWithoutLayout(client, node))
                    .toList();
        } finally {
            client.shutdown();
        }
    }

    private static RedisURI userWithoutLayout(RedisClient client, RedisURI node) {
        CommandArgs<String, String> arguments = new CommandArgs<>(StringCodec.UTF8);
        List.of("SETUSER", "limited", "on", ">limited-password", "~*", "&*", "+@all", "-cluster|info")
                .forEach(arguments::add);
        try (StatefulRedisConnection<String, String> connection = client.connect(node)) {
            connection.sync().dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), arguments);
        }
        return RedisURI.builder(node)
                .withAuthentication("limited", "limited-password".toCharArray())
                .build();
    }

    private int master() {
        return cluster.masterOf(namespace + ":v:{k0}");
    }
}

package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.FRESH;
import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.testkit.TestRun;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real Redis that is made a replica and a primary again, behind an address that stays. */
class RedisFailoverTest {
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration BOUND = TestRun.PATIENCE;

    private static final TestRedis REDIS = TestRedis.started();
    private static final RedisClient ADMIN = RedisClient.create(REDIS.uri());
    private static final RedisCommands<String, String> NODE = ADMIN.connect().sync();

    private final NamedEndpoint endpoint = NamedEndpoint.to(REDIS);

    @AfterAll
    static void stop() {
        ADMIN.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        REDIS.close();
    }

    @AfterEach
    void restore() {
        endpoint.close();
        promote();
        NODE.configSet("replica-serve-stale-data", "yes");
    }

    @Test
    void writesSucceedAgainOnceTheAddressLeadsToAPrimary() {
        try (RedisConnection connection = connected(SOON)) {
            demote();
            assertThat(failure(put(connection))).isNotEmpty();
            await().atMost(BOUND).until(() -> endpoint.connections() > 1);
            promote();

            awaitWrites(connection);
        }
    }

    /** The first attempt was at the start, so the next one is not due. */
    @Test
    void thousandsOfFailedWritesMakeNoAttemptToConnectBeforeItIsDue() {
        try (RedisConnection connection = connected(NEVER)) {
            demote();
            failAll(puts(connection, 1_000));
            failAll(puts(connection, 1_000));
            promote();
            failAll(puts(connection, 1_000));

            assertThat(connection.isRefusing()).isTrue();
            assertThat(endpoint.connections()).isEqualTo(1);
        }
    }

    /** As Redis 5 and some proxies: only the reply to a write shows the replica. */
    @Test
    void replicaThatReportsNoRoleIsReplacedWhenItIsWrittenTo() {
        RedisClient admin = RedisClient.create();
        try (TestRedis server = TestRedis.withoutHello();
                NamedEndpoint before = NamedEndpoint.to(server);
                RedisConnection connection = RedisConnection.builder(before.url())
                        .timeout(BOUND)
                        .reconnectInterval(SOON)
                        .open()) {
            RedisCommands<String, String> node = admin.connect(server.uri()).sync();
            awaitWrites(connection);
            node.replicaof("127.0.0.1", 1);
            await().atMost(BOUND).until(() -> failure(put(connection)).startsWith("READONLY"));
            await().atMost(BOUND).until(() -> before.connections() > 1);
            node.replicaofNoOne();

            awaitWrites(connection);
        } finally {
            admin.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    /** Redis 7 puts the code of a script's command first, versions before it the name of the script. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "READONLY You can not write against a read only replica.",
                "ERR Error running script (call to f_1): @user_script:1: @user_script: 1: -READONLY You can not write.",
                "MASTERDOWN Link with MASTER is down.",
                "CLUSTERDOWN The cluster is down",
                "NOAUTH Authentication required."
            })
    void replyOfANodeThatDoesNotServeCausesANewConnection(String reply) {
        try (RedisConnection connection = connected(SOON)) {
            RedisScript script = RedisScript.of("return redis.error_reply('" + reply + "')");
            assertThat(failure(script.run(connection, "a", List.of()).toCompletableFuture()))
                    .startsWith(reply.substring(0, reply.indexOf(' ')));

            await().atMost(BOUND).until(() -> endpoint.connections() == 2);
            awaitWrites(connection);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MISCONF Redis is unable to persist to disk.",
                "OOM command not allowed",
                "NOREPLICAS Not enough good replicas to write.",
                "NOPERM no permissions",
                "MOVED 1 127.0.0.1:1"
            })
    void replyToACommandAtFaultLeavesTheConnectionAlone(String reply) {
        try (RedisConnection connection = connected(SOON)) {
            RedisScript script = RedisScript.of("return redis.error_reply('" + reply + "')");
            for (int i = 0; i < 10; i++) {
                assertThat(failure(script.run(connection, "a", List.of()).toCompletableFuture()))
                        .startsWith(reply.substring(0, reply.indexOf(' ')));
                assertThat(failure(put(connection))).isEmpty();
            }

            assertThat(connection.isRefusing()).isFalse();
            assertThat(endpoint.connections()).isEqualTo(1);
        }
    }

    @Test
    void demotedPrimaryIsNotReadFrom() {
        try (RedisConnection connection = connected(NEVER)) {
            demote();

            await().atMost(BOUND).until(() -> get(connection).isCompletedExceptionally());
            promote();
            assertThat(get(connection)).failsWithin(BOUND);
        }
    }

    @Test
    void nodeThatIsAReplicaAtTheStartIsNotUsed() {
        demote();
        try (RedisConnection connection = builder(SOON).open()) {
            await().atMost(BOUND).until(() -> endpoint.connections() > 2);
            assertThat(get(connection)).failsWithin(BOUND);
            promote();

            awaitWrites(connection);
        }
    }

    @Test
    void replicaWithoutItsPrimaryCausesANewConnection() {
        try (RedisConnection connection = connected(SOON)) {
            NODE.configSet("replica-serve-stale-data", "no");
            demote();

            await().atMost(BOUND).until(() -> failure(get(connection)).startsWith("There is no connection"));
            promote();
            awaitWrites(connection);
        }
    }

    @Test
    void connectionWithoutItsLoginIsReplaced() {
        try (RedisConnection connection = connected(SOON)) {
            Logout.of(connection);
            var unused = get(connection);

            await().atMost(BOUND).until(() -> endpoint.connections() == 2);
            awaitWrites(connection);
        }
    }

    @Test
    void connectionThatTheNodeClosesIsNotOpenedAgainBeforeItIsDue() {
        try (RedisConnection connection = connected(NEVER)) {
            NODE.clientKill(KillArgs.Builder.typeNormal().skipme(true));
            await().atMost(BOUND).until(() -> get(connection).isCompletedExceptionally());
            failAll(puts(connection, 100));

            assertThat(endpoint.connections()).isEqualTo(1);
        }
    }

    @Test
    void nearCopiesAreNotTrustedWhileTheNodeIsAReplica() {
        try (RedisConnection connection = connected(SOON);
                RedisCacheStore store = RedisCacheStore.create(connection, TestRedis.namespace())) {
            Heard.awaitEpoch(store);
            demote();

            await().atMost(BOUND).until(() -> !Heard.isLive(store));
            assertThat(store.put("a", new byte[] {1}, FRESH).toCompletableFuture())
                    .failsWithin(BOUND);
            promote();
            Heard.awaitEpoch(store);
            done(store.put("a", new byte[] {1}, FRESH));
        }
    }

    /** What was read before may come from another node than the one that invalidations come from. */
    @Test
    void nearCopiesAreNotTrustedAfterTheConnectionForCommandsWasReplaced() {
        try (RedisConnection connection = connected(SOON);
                RedisCacheStore store = RedisCacheStore.create(connection, TestRedis.namespace())) {
            Heard.awaitEpoch(store);
            var before = store.epoch();
            Logout.of(connection);
            var unused = get(connection);

            await().atMost(BOUND).until(() -> !before.isLive(System.nanoTime()));
            Heard.awaitEpoch(store);
            assertThat(store.epoch()).isNotSameAs(before);
        }
    }

    /** The address leads to a replica for the connection that was lost, and to the primary for the other. */
    @Test
    void invalidationsOfAReplicaAreNotTrusted() {
        try (TestRedis replica = TestRedis.replicaOf(REDIS);
                RedisConnection connection = connected(SOON);
                RedisCacheStore store = RedisCacheStore.create(connection, TestRedis.namespace())) {
            Heard.awaitEpoch(store);
            endpoint.moveTo(replica);
            NODE.clientKill(KillArgs.Builder.typePubsub());
            await().atMost(BOUND).until(() -> endpoint.connections() > 4);
            assertThat(Heard.isLive(store)).isFalse();
            assertThat(failure(put(connection))).isEmpty();
            endpoint.moveTo(REDIS);

            Heard.awaitEpoch(store);
        }
    }

    /** Redis rejects a PING also while it cannot persist (MISCONF). */
    @Test
    void nearCopiesAreTrustedThoughPingsAreRejected() {
        try (RedisConnection connection =
                        RedisConnection.builder(urlWithoutPing()).timeout(BOUND).open();
                RedisCacheStore store = RedisCacheStore.create(connection, TestRedis.namespace())) {
            Heard.awaitEpoch(store);
            assertThat(Heard.isLive(store)).isTrue();
        }
    }

    private String urlWithoutPing() {
        NODE.aclSetuser(
                "app",
                AclSetuserArgs.Builder.on()
                        .addPassword("pw")
                        .allKeys()
                        .allChannels()
                        .allCommands()
                        .removeCommand(CommandType.PING));
        return "redis://app:pw@127.0.0.1:" + endpoint.port();
    }

    /** An error reply to a PING is an answer. */
    @Test
    void breakerClosesForAUserWithoutTheRightToPing() {
        try (RedisConnection connection = RedisConnection.builder(urlWithoutPing())
                .timeout(Duration.ofMillis(300))
                .reconnectInterval(SOON)
                .open()) {
            awaitWrites(connection);
            REDIS.pause();
            failAll(puts(connection, 5));
            assertThat(connection.isRefusing()).isTrue();
            REDIS.resume();

            await().atMost(BOUND).until(() -> !connection.isRefusing());
            awaitWrites(connection);
        }
    }

    private RedisConnection connected(Duration interval) {
        RedisConnection connection = builder(interval).open();
        awaitWrites(connection);
        return connection;
    }

    private RedisConnection.Builder builder(Duration interval) {
        return RedisConnection.builder(endpoint.url()).timeout(BOUND).reconnectInterval(interval);
    }

    private static void awaitWrites(RedisConnection connection) {
        await().atMost(BOUND).ignoreExceptions().until(() -> {
            done(put(connection));
            return true;
        });
    }

    /** To one that is not there. */
    private void demote() {
        NODE.replicaof("127.0.0.1", 1);
    }

    private void promote() {
        NODE.replicaofNoOne();
    }

    private static List<CompletableFuture<String>> puts(RedisConnection connection, int number) {
        List<CompletableFuture<String>> all = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            all.add(put(connection));
        }
        return all;
    }

    private static void failAll(List<CompletableFuture<String>> all) {
        assertThat(all.stream().filter(stage -> failure(stage).isEmpty()).count())
                .as("operations that succeeded")
                .isZero();
    }

    private static CompletableFuture<String> put(RedisConnection connection) {
        return connection.call(key(), commands -> commands.set(key(), key())).toCompletableFuture();
    }

    private static CompletableFuture<byte[]> get(RedisConnection connection) {
        CompletableFuture<byte[]> reply =
                connection.call(key(), commands -> commands.get(key())).toCompletableFuture();
        reply.handle((value, failure) -> true).join();
        return reply;
    }

    private static String failure(CompletableFuture<?> stage) {
        try {
            stage.join();
            return "";
        } catch (CompletionException e) {
            return String.valueOf(ApiPipeline.cause(e).getMessage());
        }
    }

    private static byte[] key() {
        return "a".getBytes(StandardCharsets.UTF_8);
    }
}

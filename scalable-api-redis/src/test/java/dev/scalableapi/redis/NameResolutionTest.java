package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.testkit.TestRun;
import io.lettuce.core.RedisClient;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The name of a Redis moves to another address, although its record may be kept for a day. */
class NameResolutionTest {
    private static final Duration BOUND = TestRun.PATIENCE;
    private static final byte[] KEY = {1};

    @Test
    void nameIsResolvedAgainForEachAttemptToConnect() throws UnknownHostException {
        try (TestRedis former = TestRedis.started();
                TestRedis latter = TestRedis.started();
                NamedEndpoint one = NamedEndpoint.at(InetAddress.getByName("127.0.0.2"), 0, former);
                NamedEndpoint other = NamedEndpoint.at(InetAddress.getByName("127.0.0.3"), one.port(), latter);
                FakeNameServer names = FakeNameServer.answering(InetAddress.getByName("127.0.0.2"));
                RedisConnection connection = RedisConnection.builder(
                                "redis://:" + TestRedis.PASSWORD + "@primary.redis.example:" + one.port())
                        .reconnectInterval(Duration.ofMillis(20))
                        .nameServers(names.provider())
                        .open()) {
            awaitWrites(connection);
            demote(former);
            assertThat(put(connection)).failsWithin(BOUND);
            await().atMost(BOUND).until(() -> one.connections() > 2);
            names.answer(InetAddress.getByName("127.0.0.3"));

            awaitWrites(connection);
            assertThat(other.connections()).isEqualTo(1);
            assertThat(names.questions()).isEqualTo(one.connections() + 1);
        }
    }

    private static void demote(TestRedis redis) {
        RedisClient admin = RedisClient.create(redis.uri());
        admin.connect().sync().replicaof("127.0.0.1", 1);
        admin.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    private static CompletableFuture<String> put(RedisConnection connection) {
        return connection.call(KEY, commands -> commands.set(KEY, KEY)).toCompletableFuture();
    }

    private static void awaitWrites(RedisConnection connection) {
        await().atMost(BOUND).ignoreExceptions().until(() -> {
            done(put(connection));
            return true;
        });
    }
}

package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.FRESH;
import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.scalableapi.core.cache.StoredEntry;
import dev.scalableapi.testkit.TestRun;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RedisOutageTest {
    private static final Duration BOUND = TestRun.PATIENCE;

    @Test
    void redisThatIsDownAtTheStartFailsFastAndIsFoundWhenItComes() {
        try (TestRedis redis = TestRedis.stopped();
                RedisConnection connection = redis.connect()) {
            RedisCacheStore store = store(connection);
            assertThat(store.get("a").toCompletableFuture())
                    .failsWithin(BOUND)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(RedisException.class);
            redis.start();

            awaitConnection(store);
            done(store.put("a", new byte[] {1}, FRESH));
            assertThat(done(store.get("a"))).isPresent();
        }
    }

    @Test
    void redisThatDiesFailsWithinTheTimeoutAndIsFoundAgainOnItsReturn() {
        try (TestRedis redis = TestRedis.started();
                RedisConnection connection = RedisConnection.builder(redis.url())
                        .timeout(Duration.ofMillis(300))
                        .open()) {
            RedisCacheStore store = store(connection);
            awaitConnection(store);
            redis.stop();
            for (int i = 0; i < 20; i++) {
                assertThat(store.get("a").toCompletableFuture()).failsWithin(BOUND);
                assertThat(store.put("a", new byte[] {1}, FRESH).toCompletableFuture())
                        .failsWithin(BOUND);
            }
            redis.start();

            await().ignoreExceptions()
                    .until(() -> done(store.put("a", new byte[] {2}, FRESH).thenApply(put -> true)));
            await().ignoreExceptions()
                    .untilAsserted(() -> assertThat(done(store.get("a")).map(StoredEntry::value))
                            .hasValue(new byte[] {2}));
        }
    }

    @Test
    void redisThatDoesNotAnswerFailsAfterTheTimeoutAndIsFloodedByNobody() {
        try (TestRedis redis = TestRedis.started();
                RedisConnection connection = RedisConnection.builder(redis.url())
                        .timeout(Duration.ofMillis(200))
                        .open()) {
            RedisCacheStore store = store(connection);
            awaitConnection(store);
            RedisClient client = RedisClient.create(redis.uri());
            client.connect().sync().clientPause(1_500);
            List<CompletableFuture<Optional<StoredEntry>>> asked = new ArrayList<>();
            for (int i = 0; i < 10_100; i++) {
                asked.add(store.get("a").toCompletableFuture());
            }

            assertThat(asked.get(10_099)).failsWithin(BOUND);
            assertThat(asked).allSatisfy(stage -> assertThat(stage).failsWithin(BOUND));
            awaitConnection(store);
            client.shutdown();
        }
    }

    @Test
    void closedConnectionFailsAndEndsItsThreads() {
        Set<Thread> others = threads();
        try (TestRedis redis = TestRedis.started()) {
            RedisConnection connection = redis.connect();
            RedisCacheStore store = store(connection);
            awaitConnection(store);
            connection.close();
            connection.close();

            assertThat(store.get("a").toCompletableFuture()).failsWithin(BOUND);
            awaitNoThreadBut(others);
        }
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("scalable-api-redis-"))
                .collect(Collectors.toSet());
    }

    private static void awaitNoThreadBut(Set<Thread> others) {
        await().untilAsserted(() -> assertThat(threads()).isSubsetOf(others));
    }

    @Test
    void connectionThatIsClosedBeforeItConnectsStopsTrying() {
        Set<Thread> others = threads();
        try (TestRedis redis = TestRedis.stopped()) {
            RedisConnection connection = redis.connect();
            RedisCacheStore store = store(connection);
            connection.close();

            awaitNoThreadBut(others);
            assertThat(store.get("a").toCompletableFuture()).failsWithin(BOUND);
        }
    }

    @Test
    void wrongPasswordIsLoggedOnceWithoutIt() {
        Logger logger = (Logger) LoggerFactory.getLogger(RedisConnection.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        RedisURI wrong;
        try (TestRedis redis = TestRedis.started()) {
            wrong = RedisURI.create(redis.url().replace(TestRedis.PASSWORD, "wr0ng-password"));
            try (RedisConnection connection = RedisConnection.builder(wrong).open()) {
                RedisCacheStore store = store(connection);
                await().until(() -> !log.list.isEmpty());
                assertThat(store.get("a").toCompletableFuture())
                        .failsWithin(BOUND)
                        .withThrowableThat()
                        .withMessageNotContaining("wr0ng");
            }
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list).singleElement().satisfies(event -> {
            assertThat(event.getFormattedMessage()).doesNotContain("wr0ng");
            for (var cause = event.getThrowableProxy(); cause != null; cause = cause.getCause()) {
                assertThat(cause.getMessage()).doesNotContain("wr0ng");
            }
        });
    }

    private static RedisCacheStore store(RedisConnection connection) {
        return RedisCacheStore.create(connection, TestRedis.namespace());
    }

    private static void awaitConnection(RedisCacheStore store) {
        await().ignoreExceptions().until(() -> {
            done(store.get("connected"));
            return true;
        });
    }
}

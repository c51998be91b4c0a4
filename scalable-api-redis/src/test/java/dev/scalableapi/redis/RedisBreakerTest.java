package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.testkit.TestRun;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisBreakerTest {
    private static final Duration TIMEOUT = Duration.ofMillis(400);
    private static final Duration BOUND = TestRun.PATIENCE;

    @RegisterExtension
    static final OpenTelemetryExtension TELEMETRY = OpenTelemetryExtension.create();

    private TestRedis redis;
    private RedisConnection connection;

    @BeforeEach
    void open() {
        redis = TestRedis.started();
        connection = RedisConnection.builder(redis.url())
                .timeout(TIMEOUT)
                .openTelemetry(TELEMETRY.getOpenTelemetry())
                .open();
        awaitConnection();
    }

    @AfterEach
    void close() {
        connection.close();
        redis.close();
    }

    /** An operation that waits is not complete when its call returns. */
    @Test
    void onlyTheFirstOperationsWaitForARedisThatHangs() {
        redis.pause();
        List<CompletableFuture<byte[]>> first = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            first.add(get());
        }
        assertThat(first)
                .allSatisfy(stage -> assertThat(stage)
                        .failsWithin(BOUND)
                        .withThrowableThat()
                        .havingCause()
                        .isInstanceOf(RedisCommandTimeoutException.class));

        for (int i = 0; i < 10_000; i++) {
            assertThat(get().isCompletedExceptionally()).isTrue();
        }
        assertThat(get())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(RedisException.class)
                .isNotInstanceOf(RedisCommandTimeoutException.class);

        redis.resume();
        awaitConnection();
    }

    @Test
    void refusedOperationsLeaveNothingBehind() {
        redis.pause();
        failFive();
        refuse(10_000);
        long before = usedMemory();
        refuse(300_000);

        assertThat(usedMemory() - before).as("bytes").isLessThan(10_000_000);
        redis.resume();
        await().until(() -> !connection.isRefusing());
    }

    private void refuse(int times) {
        for (int i = 0; i < times; i++) {
            if (!get().isCompletedExceptionally()) {
                throw new AssertionError("An operation was sent");
            }
        }
    }

    private static long usedMemory() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Nobody's operation finds out: there is none while the Redis hangs. */
    @Test
    void connectionFindsOutByItselfThatRedisIsBack() {
        redis.pause();
        assertThat(openGauge()).isZero();
        failFive();
        assertThat(connection.isRefusing()).isTrue();
        assertThat(openGauge()).isEqualTo(1);
        redis.resume();

        await().until(() -> !connection.isRefusing());
        assertThat(openGauge()).isZero();
        awaitConnection();
    }

    private static long openGauge() {
        return TELEMETRY.getMetrics().stream()
                .filter(metric -> metric.getName().equals("scalableapi.redis.breaker.open"))
                .flatMap(metric -> metric.getLongGaugeData().getPoints().stream())
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    /** As when its host has gone, and nothing tells the kernel so: the old connection would stay for minutes. */
    @Test
    void connectionThatIsDeadWithoutAWordIsReplaced() {
        try (LossyProxy proxy = LossyProxy.to(redis.uri());
                RedisConnection behind =
                        RedisConnection.builder(proxy.uri()).timeout(TIMEOUT).open()) {
            awaitConnection(behind);
            proxy.swallow();
            for (int i = 0; i < 5; i++) {
                assertThat(get(behind)).failsWithin(BOUND);
            }

            awaitConnection(behind);
        }
    }

    @Test
    void errorRepliesAreAnswers() {
        done(connection.call(key(), commands -> commands.lpush(key(), key())));
        RedisScript full = RedisScript.of("return redis.error_reply('OOM it is')");
        for (int i = 0; i < 20; i++) {
            assertErrorReply(get());
            assertErrorReply(full.run(connection, "a", List.of()).toCompletableFuture());
        }
        long length = done(connection.call(key(), commands -> commands.llen(key())));
        assertThat(length).isOne();
    }

    @Test
    void mistakesInACommandAreNotTheRedissFault() {
        for (int i = 0; i < 100; i++) {
            assertThat(connection
                            .<byte[]>call(commands -> {
                                throw new IllegalArgumentException("a mistake");
                            })
                            .toCompletableFuture())
                    .failsWithin(BOUND);
        }

        assertThat(get()).succeedsWithin(BOUND);
    }

    private static void assertErrorReply(CompletableFuture<?> stage) {
        assertThat(stage)
                .failsWithin(BOUND)
                .withThrowableThat()
                .havingRootCause()
                .isInstanceOf(RedisCommandExecutionException.class);
    }

    private void failFive() {
        List<CompletableFuture<byte[]>> asked = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            asked.add(get());
        }
        assertThat(asked).allSatisfy(stage -> assertThat(stage).failsWithin(BOUND));
    }

    private CompletableFuture<byte[]> get() {
        return get(connection);
    }

    private static CompletableFuture<byte[]> get(RedisConnection connection) {
        return connection.call(key(), commands -> commands.get(key())).toCompletableFuture();
    }

    private void awaitConnection() {
        awaitConnection(connection);
    }

    private static void awaitConnection(RedisConnection connection) {
        await().ignoreExceptions().until(() -> {
            done(connection.call(key(), commands -> commands.exists(key())));
            return true;
        });
    }

    private static byte[] key() {
        return "a".getBytes(StandardCharsets.UTF_8);
    }
}

package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.core.ratelimit.Decision;
import dev.scalableapi.core.ratelimit.RateLimit;
import dev.scalableapi.core.ratelimit.RateLimiter;
import dev.scalableapi.testkit.TestRun;
import dev.scalableapi.testkit.TestSeed;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RedisRateLimiterTest extends RateLimiterContract {
    private static final Duration HOUR = Duration.ofHours(1);
    private static TestRedis server;
    private static RedisConnection one;
    private static RedisConnection other;
    private static RedisClient client;
    private static RedisCommands<String, String> redis;

    private final String namespace = TestRedis.namespace();
    private final String key = namespace + ":rate:a";

    @BeforeAll
    static void start() {
        server = TestRedis.started();
        one = connected();
        other = connected();
        client = RedisClient.create(server.uri());
        redis = client.connect().sync();
    }

    private static RedisConnection connected() {
        RedisConnection connection = server.connect();
        await().ignoreExceptions()
                .until(() -> done(connection.call(commands -> commands.ping())).equals("PONG"));
        return connection;
    }

    @AfterAll
    static void stop() {
        client.shutdown();
        one.close();
        other.close();
        server.close();
    }

    @Override
    List<RateLimiter> limiters(RateLimit limit) {
        return List.of(
                RedisRateLimiter.create(one, namespace, limit), RedisRateLimiter.create(other, namespace, limit));
    }

    /** The value begins with the time, in microseconds, at which the bucket is full. */
    @Override
    void pass(String of, Duration time) {
        String name = namespace + ":rate:" + of;
        String[] state = redis.get(name).split(" ", 2);
        long full = Long.parseLong(state[0]) - time.toNanos() / 1_000;
        redis.set(name, full + " " + state[1], SetArgs.Builder.keepttl());
    }

    private RateLimiter limiter(RateLimit limit) {
        return limiters(limit).get(0);
    }

    @Test
    void keyEndsWhenTheBucketIsFull() {
        RateLimiter limiter = limiter(RateLimit.of(2, HOUR));
        acquire(limiter, "a");
        assertEndsWhenFull();
        acquire(limiter, "a");
        assertEndsWhenFull();
        assertThat(redis.keys(namespace + "*")).containsExactly(key);

        refund(limiter, "a");
        assertEndsWhenFull();
        refund(limiter, "a");
        assertThat(redis.exists(key)).isZero();
    }

    /** The script reads the clock a little later than Redis does for the expiry. */
    private void assertEndsWhenFull() {
        long full = Long.parseLong(redis.get(key).split(" ", 2)[0]) / 1_000;

        assertThat(redis.pexpiretime(key)).isBetween(full - 60_000, full + 2);
    }

    @Test
    void refundOfAnUnknownKeyWritesNothing() {
        refund(limiter(RateLimit.of(2, HOUR)), "a");

        assertThat(redis.keys(namespace + "*")).isEmpty();
    }

    /** As by a failover to a host whose clock is behind. */
    @Test
    void clockThatWasSetBackLocksNobodyOutForLongerThanTheBucketTakes() {
        RateLimiter limiter = limiter(RateLimit.of(2, HOUR));
        long now = Long.parseLong(redis.time().get(0));
        redis.set(key, (now + Duration.ofDays(1).toSeconds()) + "000000 7");

        assertThat(acquire(limiter, "a")).isEqualTo(new Decision(false, 0, 2, HOUR.dividedBy(2), HOUR));
        refund(limiter, "a");
        assertThat(acquire(limiter, "a").allowed()).isTrue();
    }

    @Test
    void limitThatWasLoweredHoldsAtOnce() {
        RateLimiter before = limiter(RateLimit.of(100, HOUR));
        for (int i = 0; i < 100; i++) {
            acquire(before, "a");
        }
        Duration fuller = HOUR.dividedBy(10);

        assertThat(acquire(limiter(RateLimit.of(10, HOUR).withBurst(1)), "a"))
                .isEqualTo(new Decision(false, 0, 1, fuller, fuller));
    }

    @Test
    void whatIsNotOursIsARestedKeyOrFailsTheStage() {
        RateLimiter limiter = limiter(RateLimit.of(2, HOUR));
        for (String foreign : List.of("", "x", "1", "1 2 3", "-1 0", "1e9 0", "99999999999999999999 1", "1 1000")) {
            redis.set(key, foreign);
            assertThat(acquire(limiter, "a").limit()).as(foreign).isEqualTo(2);
            redis.set(key, foreign);
            refund(limiter, "a");
        }
        redis.del(key);
        redis.lpush(key, "x");
        assertThat(limiter.acquire("a").toCompletableFuture()).failsWithin(TestRun.PATIENCE);
        assertThat(limiter.refund("a").toCompletableFuture()).failsWithin(TestRun.PATIENCE);
    }

    @Test
    void redisThatForgotTheScriptsIsTaughtThemAgain() {
        RateLimiter limiter = limiter(RateLimit.of(2, HOUR));
        acquire(limiter, "a");
        redis.scriptFlush();
        refund(limiter, "a");
        redis.scriptFlush();

        assertThat(acquire(limiter, "a").remaining()).isEqualTo(1);
    }

    static Stream<RateLimit> limits() {
        Duration longest = Duration.ofDays(10_000);
        return Stream.of(
                RateLimit.of(7, Duration.ofSeconds(1)).withBurst(3),
                RateLimit.of(1, longest),
                new RateLimit(1, Duration.ofNanos(1), 5_000),
                new RateLimit(1, Duration.ofNanos(1_001), 10),
                new RateLimit(1, Duration.ofNanos(999), longest.toNanos() / 999),
                new RateLimit(3, longest, 3));
    }

    /** The scripts with a clock that the test turns, and with keys that stay: all else is as it runs. */
    @ParameterizedTest
    @MethodSource("limits")
    void decisionsAreThoseOfTheLimiterInMemoryToTheNanosecond(RateLimit limit) {
        AtomicLong micros = new AtomicLong(1_800_000_000_000_000L);
        RateLimiter model = RateLimiter.inMemory(limit, 10, () -> micros.get() * 1_000);
        RedisScript acquire = scripted(RateLimitScripts.ACQUIRE);
        RedisScript refund = scripted(RateLimitScripts.REFUND);
        long interval = limit.interval().toNanos();
        long seed = TestSeed.value();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            micros.addAndGet(random.nextInt((int) Math.min(1_000_000, interval / 500 + 2)));
            List<String> arguments = Stream.concat(
                            RedisRateLimiter.arguments(interval, limit.burst() * interval).stream(),
                            Stream.of(micros.toString()))
                    .toList();
            if (random.nextInt(4) == 0) {
                refund(model, "a");
                done(refund.run(one, key, arguments));
            } else {
                Decision decision =
                        RedisRateLimiter.decision(done(acquire.run(one, key, arguments)), limit.burst(), interval);
                assertThat(decision).as("seed %s, step %s", seed, i).isEqualTo(acquire(model, "a"));
            }
        }
    }

    private static RedisScript scripted(String script) {
        assertThat(script).contains(RateLimitScripts.NOW, RateLimitScripts.EXPIRY);
        return RedisScript.of(script.replace(RateLimitScripts.NOW, "local now = tonumber(ARGV[5])\n")
                .replace(RateLimitScripts.EXPIRY, ""));
    }

    @Test
    void textHoldsTheNamespaceAlone() {
        assertThat(limiter(RateLimit.of(1, HOUR))).hasToString("RedisRateLimiter[namespace=" + namespace + "]");
    }

    @Test
    void malformedNamespaceIsRefusedAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisRateLimiter.create(one, "a b", RateLimit.of(1, HOUR)));
    }
}

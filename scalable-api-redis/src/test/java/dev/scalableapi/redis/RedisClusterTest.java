package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.FRESH;
import static dev.scalableapi.redis.CacheStoreContract.MINUTE;
import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.auth.refresh.IssuedRefreshToken;
import dev.scalableapi.auth.refresh.RefreshResult;
import dev.scalableapi.auth.refresh.RefreshTokenKeys;
import dev.scalableapi.auth.refresh.RefreshTokenService;
import dev.scalableapi.auth.revocation.Revocation;
import dev.scalableapi.auth.revocation.RevocationDelta;
import dev.scalableapi.auth.revocation.RevocationStore;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.idempotency.Claim;
import dev.scalableapi.core.idempotency.FencingToken;
import dev.scalableapi.core.idempotency.IdempotencyStore;
import dev.scalableapi.core.ratelimit.RateLimit;
import dev.scalableapi.core.ratelimit.RateLimiter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On a cluster of three masters that stay; {@link RedisClusterSystemTest} and others have one with replicas. */
class RedisClusterTest {
    private static final int KEYS = 100;

    private static TestRedisCluster cluster;
    private static RedisConnection redis;

    private final String namespace = TestRedis.namespace();

    @BeforeAll
    static void start() {
        cluster = TestRedisCluster.startedWithoutReplicas();
        redis = cluster.connect();
        await().ignoreExceptions()
                .until(() -> done(redis.call(commands -> commands.ping())).equals("PONG"));
    }

    @AfterAll
    static void stop() {
        redis.close();
        cluster.close();
    }

    @Test
    void storesWorkOnAllNodesFromTheFirstOperationOn() {
        RedisCacheStore cache = RedisCacheStore.create(redis, namespace);
        for (int i = 0; i < KEYS; i++) {
            done(cache.put("k" + i, new byte[] {(byte) i}, FRESH));
        }
        assertThat(IntStream.range(0, KEYS)
                        .map(i -> cluster.masterOf(namespace + ":v:{k" + i + "}"))
                        .distinct())
                .hasSize(3);
        assertThat(IntStream.range(0, KEYS)
                        .allMatch(i -> done(cache.get("k" + i)).orElseThrow().value()[0] == i))
                .isTrue();

        RefreshTokenService tokens = RefreshTokenService.builder(
                        RedisRefreshTokenStore.create(redis, namespace), RefreshTokenKeys.generate())
                .build();
        for (int i = 0; i < 10; i++) {
            IssuedRefreshToken token = done(tokens.issue(RefreshTokenStoreContract.ALICE));
            assertThat(done(tokens.refresh(token.value()))).isInstanceOf(RefreshResult.Refreshed.class);
        }

        RedisRevocationStore revocations = RedisRevocationStore.create(redis, namespace);
        Revocation revocation =
                new Revocation.OfToken("t", Instant.ofEpochSecond(Instant.now().getEpochSecond()));
        done(revocations.add(revocation));
        assertThat(((RevocationDelta.Page) done(revocations.since(RevocationStore.START, 10))).revocations())
                .containsExactly(revocation);
    }

    @Test
    void rateLimiterWorksOnAllNodes() {
        RateLimiter limiter = RedisRateLimiter.create(redis, namespace, RateLimit.of(1, Duration.ofHours(1)));
        for (int i = 0; i < 20; i++) {
            assertThat(done(limiter.acquire("{k" + i + "}")).allowed()).isTrue();
            assertThat(done(limiter.acquire("{k" + i + "}")).allowed()).isFalse();
            done(limiter.refund("{k" + i + "}"));
            assertThat(done(limiter.acquire("{k" + i + "}")).allowed()).isTrue();
        }
    }

    @Test
    void idempotencyStoreWorksOnAllNodes() {
        IdempotencyStore store = RedisIdempotencyStore.create(redis, namespace);
        for (int i = 0; i < 20; i++) {
            FencingToken token = ((Claim.Started) done(store.begin("k" + i, "f", MINUTE))).token();
            assertThat(done(store.complete(token, ApiResponse.of(201), MINUTE))).isTrue();
            assertThat(done(store.begin("k" + i, "f", MINUTE))).isInstanceOf(Claim.Completed.class);
        }
    }

    @Test
    void scriptOfSeveralKeysAndBytesRunsWhereTheirSlotIs() {
        RedisScript script = RedisScript.of("""
                redis.call('SET', KEYS[1], ARGV[1])
                redis.call('SET', KEYS[2], ARGV[2])
                return {redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2])}
                """);
        for (int i = 0; i < 10; i++) {
            byte[] one = bytes("{" + namespace + i + "}one");
            byte[] other = bytes("{" + namespace + i + "}other");
            assertThat(done(script.run(redis, List.of(one, other), List.of(new byte[] {0, -1}, new byte[0]))))
                    .containsExactly(new byte[] {0, -1}, new byte[0]);
        }
    }

    /** The new master redirects whoever asks the former one. */
    @Test
    void operationsGoOnWhileASlotMoves() {
        RedisCacheStore cache = RedisCacheStore.create(redis, namespace);
        String key = namespace + ":v:{moved}";
        done(cache.put("moved", new byte[] {1}, FRESH));
        int former = cluster.masterOf(key);
        cluster.moveSlot(key, step -> {});

        assertThat(cluster.masterOf(key)).isNotEqualTo(former);
        assertThat(done(cache.get("moved")).orElseThrow().value()).containsExactly(1);
        done(cache.put("moved", new byte[] {2}, FRESH));
        assertThat(done(cache.get("moved")).orElseThrow().value()).containsExactly(2);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

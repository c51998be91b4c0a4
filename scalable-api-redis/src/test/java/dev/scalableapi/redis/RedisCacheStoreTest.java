package dev.scalableapi.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.cache.CacheAside;
import dev.scalableapi.cache.Cached;
import dev.scalableapi.core.cache.CacheStore;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On the Redis at {@code REDIS_URL}, else on one that it starts. */
class RedisCacheStoreTest extends CacheStoreContract {
    private static @Nullable TestRedis own;
    private static RedisConnection connection;
    private static RedisCacheStore store;
    private static RedisClient client;
    private static RedisCommands<String, String> redis;
    private static final String NAMESPACE = TestRedis.namespace();

    @BeforeAll
    static void start() {
        String url = System.getenv("REDIS_URL");
        if (url == null) {
            own = TestRedis.started();
            url = own.url();
        }
        connection = RedisConnection.open(url);
        store = RedisCacheStore.create(connection, NAMESPACE);
        client = RedisClient.create(RedisURI.create(url));
        redis = client.connect().sync();
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(done(store.get("a"))).isEmpty());
    }

    @AfterAll
    static void stop() {
        connection.close();
        client.shutdown();
        if (own != null) {
            own.close();
        }
    }

    @Override
    CacheStore store() {
        return store;
    }

    @Test
    void entryStandsUnderItsNamespaceWithItsTimeRoundedUp() {
        done(store.put("time", new byte[] {'x'}, Duration.ofSeconds(30).plusNanos(1)));

        assertThat(redis.get(NAMESPACE + ":time")).isEqualTo("x");
        assertThat(redis.pttl(NAMESPACE + ":time")).isBetween(1L, 30_001L);
    }

    @Test
    void namespacesDoNotMeet() {
        done(store.put("mine", new byte[] {1}, MINUTE));
        assertThat(done(RedisCacheStore.create(connection, TestRedis.namespace())
                        .get("mine")))
                .isEmpty();
    }

    @Test
    void wrongTypeInRedisFailsTheStage() {
        redis.lpush(NAMESPACE + ":list", "x");

        assertThat(store.get("list").toCompletableFuture()).failsWithin(Duration.ofSeconds(10));
        redis.del(NAMESPACE + ":list");
    }

    @Test
    void keyThatIsNotUnicodeIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> store.get("\ud800"));
    }

    @Test
    void stagesCompleteOnTheStoresThreadsInTheCallersContext() {
        ContextKey<String> key = ContextKey.named("request");
        CompletableFuture<String> seen;
        try (Scope scope = Context.root().with(key, "r1").makeCurrent()) {
            assertThat(scope).isNotNull();
            // Enough of them that one is still open when its continuation is attached.
            seen = CompletableFuture.completedFuture("");
            for (int i = 0; i < 50; i++) {
                seen = seen.thenCombine(
                        store.get("a")
                                .thenApply(value ->
                                        Thread.currentThread().getName().replaceAll("[0-9]+$", "")
                                                + Context.current().get(key)),
                        (all, one) -> all + one + " ");
            }
        }

        assertThat(done(seen)).contains("scalable-api-redis-r1").doesNotContain("lettuce", "nio");
    }

    @Test
    void cacheOnItSharesValuesBetweenProcesses() {
        CacheAside<Long, String> one = cache("v1");
        CacheAside<Long, String> other = cache("never loaded");

        assertThat(done(one.get(7L)).origin()).isEqualTo(Cached.Origin.LOADED);
        assertThat(done(one.get(7L)).origin()).isEqualTo(Cached.Origin.HIT_NEAR);
        assertThat(done(other.get(7L)).origin()).isEqualTo(Cached.Origin.HIT_STORE);
        assertThat(done(other.get(7L)).value()).hasValue("v1");
        done(one.invalidate(7L));
        assertThat(done(one.getIfPresent(7L))).isEmpty();
    }

    @Test
    void textHoldsTheNamespaceAlone() {
        assertThat(store).hasToString("RedisCacheStore[namespace=" + NAMESPACE + "]");
    }

    @Test
    void malformedNamespacesAreRefusedAtOnce() {
        assertThatIllegalArgumentException().isThrownBy(() -> RedisCacheStore.create(connection, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> RedisCacheStore.create(connection, "a b"));
        assertThatIllegalArgumentException().isThrownBy(() -> RedisCacheStore.create(connection, "\u00e4"));
        assertThatIllegalArgumentException().isThrownBy(() -> RedisCacheStore.create(connection, "x".repeat(65)));
    }

    private static CacheAside<Long, String> cache(String loaded) {
        return CacheAside.<Long, String>builder(
                        "products", MINUTE, key -> CompletableFuture.completedFuture(Optional.of(loaded)))
                .store(store, new TextCodec())
                .storeTimeout(Duration.ofSeconds(10))
                .build();
    }
}

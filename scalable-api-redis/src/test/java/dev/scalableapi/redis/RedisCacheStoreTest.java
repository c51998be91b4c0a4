package dev.scalableapi.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.core.cache.CacheStore;
import dev.scalableapi.core.cache.Lifetime;
import dev.scalableapi.testkit.TestRun;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the Redis at {@code REDIS_URL}, else on one that it starts. */
class RedisCacheStoreTest extends CacheStoreContract {
    private static @Nullable TestRedis own;
    private static RedisConnection connection;
    private static RedisConnection otherConnection;
    private static RedisCacheStore store;
    private static RedisCacheStore other;
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
        connection = connect(url);
        otherConnection = connect(url);
        store = RedisCacheStore.create(connection, NAMESPACE);
        other = RedisCacheStore.create(otherConnection, NAMESPACE);
        client = RedisClient.create(RedisURI.create(url));
        redis = client.connect().sync();
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(done(store.get("a"))).isEmpty());
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(done(other.get("a"))).isEmpty());
    }

    private static RedisConnection connect(String url) {
        return RedisConnection.builder(url).timeout(TestRun.PATIENCE).open();
    }

    @BeforeEach
    void awaitEpochs() {
        Heard.awaitEpoch(store);
        Heard.awaitEpoch(other);
    }

    @AfterAll
    static void stop() {
        store.close();
        other.close();
        connection.close();
        otherConnection.close();
        client.shutdown();
        if (own != null) {
            own.close();
        }
    }

    @Override
    CacheStore store() {
        return store;
    }

    @Override
    CacheStore other() {
        return other;
    }

    @Test
    void entryStandsUnderItsNamespaceWithItsTimeRoundedUp() {
        Lifetime lifetime = new Lifetime(Duration.ofMinutes(20).plusNanos(1), Duration.ofMinutes(10));
        done(store.put("time", new byte[] {'x'}, lifetime));

        assertThat(redis.get(NAMESPACE + ":v:{time}")).matches("[0-9]{13}[0-9a-zA-Z_-]{16}x");
        assertThat(redis.pttl(NAMESPACE + ":v:{time}")).isBetween(29 * 60_000L, 30 * 60_000L + 1);
        assertThat(get("time").orElseThrow().remaining())
                .isBetween(Duration.ofMinutes(19), Duration.ofMinutes(20).plusMillis(1));
    }

    @Test
    void namespacesDoNotMeet() {
        done(store.put("mine", new byte[] {1}, FRESH));
        assertThat(done(RedisCacheStore.create(connection, TestRedis.namespace())
                        .get("mine")))
                .isEmpty();
    }

    @Test
    void whatIsNoEntryOfOursCountsAsNoneAndIsReplaced() {
        List<String> keys = List.of("foreign", "short", "digits", "list");
        redis.set(NAMESPACE + ":v:{foreign}", "something that is long enough but has another form");
        redis.set(NAMESPACE + ":v:{short}", "1234567890123AAAAAAAAAAAAAAA");
        redis.set(NAMESPACE + ":v:{digits}", "123456789012xAAAAAAAAAAAAAAAA");
        redis.lpush(NAMESPACE + ":v:{list}", "x");

        assertThat(done(store.getAll(keys)))
                .hasSize(4)
                .allSatisfy(entry -> assertThat(entry).isEmpty());
        for (String key : keys) {
            assertThat(get(key)).isEmpty();
            done(store.expire(key));
            assertThat(done(store.commit(granted(key), new byte[] {1}, FRESH))).isTrue();
            assertThat(value(key)).hasValue(new byte[] {1});
        }
    }

    @Test
    void foreignLeaseOrNonceDoesNotBlockAKey() {
        redis.set(NAMESPACE + ":l:{blocked}", "without end");
        redis.lpush(NAMESPACE + ":l:{typed}", "x");
        redis.lpush(NAMESPACE + ":n:{g}list", "x");

        assertThat(done(store.commit(granted("blocked"), new byte[] {1}, FRESH)))
                .isTrue();
        assertThat(done(store.commit(granted("typed"), new byte[] {1}, FRESH))).isTrue();
        assertThat(done(store.nonces("g", List.of("list"), MINUTE)))
                .isEqualTo(done(other.nonces("g", List.of("list"), MINUTE)));
    }

    @Test
    void keyThatCannotBeKeptApartIsRefused() {
        for (String key : List.of("\ud800", "a\udc00b", "\ud800\ud800\udc00", "", "}", "}a")) {
            assertThatIllegalArgumentException().isThrownBy(() -> store.get(key));
            assertThatIllegalArgumentException().isThrownBy(() -> store.acquire(key, MINUTE, ""));
        }
        for (String group : List.of("", "}", "a}b", "\ud800")) {
            assertThatIllegalArgumentException().isThrownBy(() -> store.nonces(group, List.of("a"), MINUTE));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> store.nonces("g", List.of(), MINUTE));
        assertThatIllegalArgumentException().isThrownBy(() -> store.changeNonces("g", List.of()));
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
}

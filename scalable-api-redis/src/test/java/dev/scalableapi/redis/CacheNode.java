package dev.scalableapi.redis;

import dev.scalableapi.cache.CacheAside;
import dev.scalableapi.cache.CacheAsideBuilder;
import dev.scalableapi.cache.Cached;
import dev.scalableapi.cache.Loader;
import dev.scalableapi.testkit.TestRun;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A cache over a Redis, with connections of its own, as in a process of its own. */
record CacheNode(
        String name, RedisConnection connection, RedisCacheStore store, Heard heard, CacheAside<String, String> cache)
        implements AutoCloseable {
    static final String NAME = "versions";
    static final Duration TTL = Duration.ofMinutes(10);

    /** Has no early refresh, and waits for the store: on a busy machine a timeout would count as an empty store. */
    static CacheNode on(RedisConnection connection, String namespace, Loader<String, String> loader) {
        return on(
                connection,
                namespace,
                loader,
                builder -> builder.earlyRefresh(0).storeTimeout(TestRun.PATIENCE));
    }

    static CacheNode on(
            RedisConnection connection,
            String namespace,
            Loader<String, String> loader,
            UnaryOperator<CacheAsideBuilder<String, String>> settings) {
        return on(NAME, connection, RedisCacheStore.create(connection, namespace), loader, settings);
    }

    static CacheNode on(
            String name,
            RedisConnection connection,
            RedisCacheStore store,
            Loader<String, String> loader,
            UnaryOperator<CacheAsideBuilder<String, String>> settings) {
        CacheAsideBuilder<String, String> builder =
                CacheAside.builder(name, TTL, loader).store(store, TextCodec.create());
        CacheAside<String, String> cache = settings.apply(builder).build();
        Heard.awaitEpoch(store);
        Heard.awaitConnection(store);
        // After the cache: what it has heard, the cache has.
        return new CacheNode(name, connection, store, Heard.of(store), cache);
    }

    String get(String key) {
        return done(cache.get(key)).value().orElse("nothing");
    }

    Optional<String> present(String key) {
        return done(cache.getIfPresent(key)).flatMap(Cached::value);
    }

    static String name(String key) {
        return NAME + ":" + key;
    }

    static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .copy()
                .orTimeout(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        store.close();
        connection.close();
    }
}

package dev.scalableapi.redis;

import dev.scalableapi.cache.LoadContext;
import dev.scalableapi.cache.Loader;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * What several processes load from: values in a Redis, outside the cache's namespace, over a connection of its own. It
 * keeps when each load began, by the Redis's clock, and may be told to take its time, or to fail.
 */
final class SharedDatabase implements Loader<String, String>, AutoCloseable {
    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;
    private final String prefix;

    SharedDatabase(String url, String prefix) {
        this.prefix = prefix;
        client = RedisClient.create(RedisURI.create(url));
        connection = client.connect();
    }

    void set(String key, String value) {
        connection.sync().set(prefix + ":value:" + key, value);
    }

    void loadsTake(Duration time) {
        connection.sync().set(prefix + ":delay", Long.toString(time.toMillis()));
    }

    /** The next loads of the key fail, when they have taken their time. */
    void failLoads(String key, int number) {
        connection.sync().set(prefix + ":failures:" + key, Integer.toString(number));
    }

    /** When its loads began, in milliseconds of the Redis's clock. */
    List<Long> loads(String key) {
        return connection.sync().lrange(prefix + ":loads:" + key, 0, -1).stream()
                .map(Long::valueOf)
                .toList();
    }

    long now() {
        return millis(connection.sync().time());
    }

    private static long millis(List<String> time) {
        return Long.parseLong(time.get(0)) * 1_000 + Long.parseLong(time.get(1)) / 1_000;
    }

    @Override
    public CompletionStage<Optional<String>> load(String key, LoadContext<String> context) {
        RedisAsyncCommands<String, String> commands = connection.async();
        return commands.time()
                .thenCompose(time -> commands.rpush(prefix + ":loads:" + key, Long.toString(millis(time))))
                .thenCompose(number -> commands.get(prefix + ":delay"))
                .thenCompose(delay -> commands.get(prefix + ":value:" + key).thenCompose(value -> later(delay, value)))
                .thenCompose(value -> commands.decr(prefix + ":failures:" + key).thenApply(left -> {
                    if (left >= 0) {
                        throw new IllegalStateException("The database fails");
                    }
                    return Optional.ofNullable(value);
                }));
    }

    private static CompletionStage<String> later(String millis, String value) {
        Executor after = CompletableFuture.delayedExecutor(Long.parseLong(millis), TimeUnit.MILLISECONDS);
        return CompletableFuture.supplyAsync(() -> value, after);
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown();
    }
}

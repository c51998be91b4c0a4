package dev.scalableapi.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The least that lets one process load for two: a lock, a value, a message, and one future for all threads that wait. It
 * survives nothing, and is what a stampede costs at the least with lettuce and Jackson on a given machine.
 */
final class RawSingleFlight implements Products {
    private static final String CHANNEL = "raw-loaded";
    private static final SetArgs LOCK = SetArgs.Builder.nx().ex(Duration.ofMinutes(1));

    private final ObjectMapper mapper = new ObjectMapper();
    private final Map<String, CompletableFuture<Product>> flights = new ConcurrentHashMap<>();
    private final Source source;
    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;
    private final StatefulRedisPubSubConnection<String, String> messages;

    RawSingleFlight(String url, Source source) {
        this.source = source;
        client = RedisClient.create(url);
        connection = client.connect();
        messages = client.connectPubSub();
        messages.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String key) {
                CompletableFuture<Product> flight = flights.get(key);
                if (flight != null) {
                    connection.async().get(name(key)).thenAccept(json -> flight.complete(read(json)));
                }
            }
        });
        messages.sync().subscribe(CHANNEL);
    }

    @Override
    public Product get(String key) {
        CompletableFuture<Product> mine = new CompletableFuture<>();
        CompletableFuture<Product> present = flights.putIfAbsent(key, mine);
        if (present != null) {
            return present.join();
        }
        if (connection.sync().set("lock:" + key, "", LOCK) != null) {
            Product product = source.load(key);
            put(key, product);
            CompletionStage<Long> published = connection.async().publish(CHANNEL, key);
            mine.complete(product);
            published.toCompletableFuture().join();
        } else {
            String json = connection.sync().get(name(key));
            if (json != null) {
                mine.complete(read(json));
            }
        }
        return mine.join();
    }

    private static String name(String key) {
        return "raw:" + key;
    }

    private @Nullable Product read(@Nullable String json) {
        try {
            return json == null ? null : mapper.readValue(json, Product.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Map<String, Product> getAll(List<String> keys) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void put(String key, Product product) {
        try {
            connection.sync().set(name(key), mapper.writeValueAsString(product));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void invalidate(String key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        connection.close();
        messages.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}

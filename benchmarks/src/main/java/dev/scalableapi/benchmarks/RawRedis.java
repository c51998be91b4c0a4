package dev.scalableapi.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lettuce and Jackson, and nothing else; with the options of our connection. It never loads. */
final class RawRedis implements Products {
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    private final ObjectMapper mapper = new ObjectMapper();
    private final ObjectReader reader = mapper.readerFor(Product.class);
    private final RedisClient client;
    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final boolean asynchronous;

    private RawRedis(String url, boolean asynchronous) {
        this.asynchronous = asynchronous;
        client = RedisClient.create(url);
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(10_000)
                .timeoutOptions(TimeoutOptions.builder().fixedTimeout(TIMEOUT).build())
                .build());
        connection = client.connect(ByteArrayCodec.INSTANCE);
    }

    static RawRedis synchronous(String url, Source unused) {
        return new RawRedis(url, false);
    }

    /** Reads the JSON on lettuce's thread, the one that reads the socket. */
    static RawRedis asynchronous(String url, Source unused) {
        return new RawRedis(url, true);
    }

    @Override
    public Product get(String key) {
        return asynchronous
                ? connection
                        .async()
                        .get(name(key))
                        .thenApply(this::read)
                        .toCompletableFuture()
                        .join()
                : read(connection.sync().get(name(key)));
    }

    @Override
    public Map<String, Product> getAll(List<String> keys) {
        byte[][] names = keys.stream().map(RawRedis::name).toArray(byte[][]::new);
        List<KeyValue<byte[], byte[]>> values = connection.sync().mget(names);
        Map<String, Product> products = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) {
            products.put(keys.get(i), read(values.get(i).getValue()));
        }
        return products;
    }

    @Override
    public void put(String key, Product product) {
        try {
            connection.sync().set(name(key), mapper.writeValueAsBytes(product));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void invalidate(String key) {
        connection.sync().del(name(key));
    }

    private static byte[] name(String key) {
        return ("raw:" + key).getBytes(StandardCharsets.UTF_8);
    }

    private Product read(byte[] json) {
        try {
            return reader.readValue(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}

package dev.scalableapi.redis;

import dev.scalableapi.core.cache.CacheStore;
import io.lettuce.core.SetArgs;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A {@link CacheStore} in a Redis that several processes share: SET with PX, GET and UNLINK under the keys
 * {@code namespace:key}. Thread-safe.
 *
 * <p>Times to live are rounded up to milliseconds. What happens while Redis is away is told at {@link RedisConnection}.
 */
public final class RedisCacheStore implements CacheStore {
    private static final Duration LONGEST_TTL = Duration.ofDays(36_500);

    private final RedisConnection redis;
    private final String namespace;

    private RedisCacheStore(RedisConnection redis, String namespace) {
        this.redis = redis;
        this.namespace = namespace;
    }

    /**
     * {@return a store}
     *
     * @param redis to close after the store's last use
     * @param namespace begins all keys: letters, digits, dots, dashes and underscores, 1 to 64 of them
     * @throws IllegalArgumentException if the namespace is not of this form
     */
    public static RedisCacheStore create(RedisConnection redis, String namespace) {
        return new RedisCacheStore(redis, RedisNames.requireNamespace(namespace));
    }

    @Override
    public CompletionStage<Optional<byte[]>> get(String key) {
        byte[] name = name(key);
        return redis.call(name, commands -> commands.get(name)).thenApply(Optional::ofNullable);
    }

    @Override
    public CompletionStage<Void> put(String key, byte[] value, Duration ttl) {
        if (ttl.isNegative() || ttl.isZero()) {
            throw new IllegalArgumentException("An entry's time to live must be positive");
        }
        byte[] name = name(key);
        byte[] copy = value.clone();
        SetArgs expiry = SetArgs.Builder.px(millis(ttl));
        return redis.call(name, commands -> commands.set(name, copy, expiry)).thenAccept(ok -> {});
    }

    private static long millis(Duration ttl) {
        Duration sane = ttl.compareTo(LONGEST_TTL) > 0 ? LONGEST_TTL : ttl;
        return sane.plusNanos(999_999).toMillis();
    }

    @Override
    public CompletionStage<Void> invalidate(String key) {
        byte[] name = name(key);
        return redis.call(name, commands -> commands.unlink(name)).thenAccept(removed -> {});
    }

    /** Strict: two keys with unpaired surrogates must not become one. */
    private byte[] name(String key) {
        Objects.requireNonNull(key);
        try {
            ByteBuffer name = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(namespace + ":" + key));
            byte[] bytes = new byte[name.remaining()];
            name.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("A key must be well-formed Unicode");
        }
    }

    @Override
    public String toString() {
        return "RedisCacheStore[namespace=" + namespace + "]";
    }
}

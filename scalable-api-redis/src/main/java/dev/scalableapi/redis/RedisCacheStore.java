package dev.scalableapi.redis;

import dev.scalableapi.core.cache.CacheStore;
import io.lettuce.core.RedisURI;
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
 * <p>It opens one connection, in the background: a Redis that is down, at the start or later, makes operations fail at
 * once until it is there, and it is looked for again by itself, every two seconds at the latest. A Redis that does not
 * answer makes them fail after the timeout with a {@link io.lettuce.core.RedisException}; so do more than 10,000
 * operations under way. Stages complete on threads of the store, at least two and as many as there are processors, in
 * the OpenTelemetry context and MDC of the operation's caller: code that blocks there delays other answers, but never
 * the reading of the socket.
 *
 * <p>Times to live are rounded up to milliseconds. Close it to end its connection and its threads.
 */
public final class RedisCacheStore implements CacheStore, AutoCloseable {
    private static final Duration LONGEST_TTL = Duration.ofDays(36_500);

    private final RedisLink link;
    private final String namespace;

    private RedisCacheStore(RedisLink link, String namespace) {
        this.link = link;
        this.namespace = namespace;
    }

    /**
     * {@return a store whose operations wait for half a second at the most}
     *
     * @param uri where the Redis is: single, or with a Sentinel
     * @param namespace begins all keys: letters, digits, dots, dashes and underscores, 1 to 64 of them
     * @throws IllegalArgumentException if the namespace is not of this form
     */
    public static RedisCacheStore create(RedisURI uri, String namespace) {
        return create(uri, namespace, RedisNames.TIMEOUT);
    }

    /**
     * {@return a store}
     *
     * @param uri where the Redis is: single, or with a Sentinel
     * @param namespace begins all keys: letters, digits, dots, dashes and underscores, 1 to 64 of them
     * @param timeout how long an operation waits at the most; at least a millisecond
     * @throws IllegalArgumentException if the namespace is not of this form or the timeout too short
     */
    public static RedisCacheStore create(RedisURI uri, String namespace, Duration timeout) {
        RedisNames.requireNamespace(namespace);
        RedisNames.requireTimeout(timeout);
        return new RedisCacheStore(RedisLink.open(uri, timeout), namespace);
    }

    /**
     * {@return a store whose operations wait for half a second at the most}
     *
     * @param uri such as {@code redis://localhost:6379/0}; {@code rediss} and {@code redis-sentinel} work too
     * @param namespace begins all keys: letters, digits, dots, dashes and underscores, 1 to 64 of them
     * @throws IllegalArgumentException if either is malformed; the message does not repeat the URI, which may hold a
     *     password
     */
    public static RedisCacheStore create(String uri, String namespace) {
        return create(RedisNames.parse(uri), namespace);
    }

    @Override
    public CompletionStage<Optional<byte[]>> get(String key) {
        byte[] name = name(key);
        return link.call(redis -> redis.get(name)).thenApply(Optional::ofNullable);
    }

    @Override
    public CompletionStage<Void> put(String key, byte[] value, Duration ttl) {
        if (ttl.isNegative() || ttl.isZero()) {
            throw new IllegalArgumentException("An entry's time to live must be positive");
        }
        byte[] name = name(key);
        byte[] copy = value.clone();
        SetArgs expiry = SetArgs.Builder.px(millis(ttl));
        return link.call(redis -> redis.set(name, copy, expiry)).thenAccept(ok -> {});
    }

    private static long millis(Duration ttl) {
        Duration sane = ttl.compareTo(LONGEST_TTL) > 0 ? LONGEST_TTL : ttl;
        return sane.plusNanos(999_999).toMillis();
    }

    @Override
    public CompletionStage<Void> invalidate(String key) {
        byte[] name = name(key);
        return link.call(redis -> redis.unlink(name)).thenAccept(removed -> {});
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

    /** Closes the connection and ends the store's threads; what is under way fails. May block for some seconds. */
    @Override
    public void close() {
        link.close();
    }

    @Override
    public String toString() {
        return "RedisCacheStore[namespace=" + namespace + "]";
    }
}

package dev.scalableapi.redis;

import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.idempotency.Claim;
import dev.scalableapi.core.idempotency.FencingToken;
import dev.scalableapi.core.idempotency.IdempotencyStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * An {@link IdempotencyStore} in a Redis that several processes share: one hash a key, {@code namespace:idempotency:key}, which
 * ends by itself ten minutes after the lease or the retention. Each operation is one script on it, and the Redis's own clock
 * decides, in milliseconds: a lease and a retention are rounded up to them. Thread-safe.
 *
 * <p><b>Fencing.</b> A token's number is the time of Redis in microseconds, or one more than the key's last number where that is
 * still known and greater: nothing need be kept of a key for ever. A number is smaller than an earlier one only if the clock was
 * set back, or is behind after a failover, by more than the time since then and ten minutes.
 *
 * <p>What happens while Redis is away is told at {@link RedisConnection}. A {@code begin} that fails may have taken the key, which
 * is then in progress until the lease ends; a {@code complete} that fails may have stored the answer.
 *
 * <p><b>What can get lost.</b> A Redis that crashes loses what it has not written, and a failover what had not reached
 * the replica: a key is then free, and the work may be done twice. {@code appendonly yes} and {@code
 * min-replicas-to-write 1} bound that; let a resource further down refuse older tokens where it matters. Set {@code
 * maxmemory-policy noeviction}: any other forgets answers when the memory is full.
 */
public final class RedisIdempotencyStore implements IdempotencyStore {
    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final RedisScript BEGIN = RedisScript.of(IdempotencyScripts.BEGIN);
    private static final RedisScript COMPLETE = RedisScript.of(IdempotencyScripts.COMPLETE);
    private static final RedisScript ABANDON = RedisScript.of(IdempotencyScripts.ABANDON);

    private final RedisConnection redis;
    private final String namespace;
    private final int maxResponseBytes;

    private RedisIdempotencyStore(Builder builder) {
        redis = builder.redis;
        namespace = builder.namespace;
        maxResponseBytes = builder.maxResponseBytes;
    }

    /**
     * {@return a store that keeps responses of up to a mebibyte}
     *
     * @param redis to close after the store's last use
     * @param namespace begins all keys: letters, digits, dots, dashes and underscores, 1 to 64 of them
     * @throws IllegalArgumentException if the namespace is not of this form
     */
    public static RedisIdempotencyStore create(RedisConnection redis, String namespace) {
        return builder(redis, namespace).build();
    }

    /**
     * {@return a builder of stores}
     *
     * @param redis to close after the store's last use
     * @param namespace begins all keys: letters, digits, dots, dashes and underscores, 1 to 64 of them
     * @throws IllegalArgumentException if the namespace is not of this form
     */
    public static Builder builder(RedisConnection redis, String namespace) {
        return new Builder(redis, namespace);
    }

    @Override
    public CompletionStage<Claim> begin(String key, String fingerprint, Duration lease) {
        return run(BEGIN, key, fingerprint, millis(lease)).thenApply(reply -> claim(key, reply));
    }

    private static Claim claim(String key, List<Object> reply) {
        return switch (text(reply.get(0))) {
            case "started" -> new Claim.Started(new FencingToken(key, Long.parseLong(text(reply.get(1)))));
            case "in progress" -> new Claim.InProgress(Duration.ofMillis((long) reply.get(1)));
            case "completed" -> new Claim.Completed(StoredResponse.read((byte[]) reply.get(1)));
            case "mismatch" -> new Claim.Mismatch();
            default -> throw new IllegalStateException("An idempotency key is in a state that is not ours");
        };
    }

    /**
     * {@inheritDoc} The stage fails with an {@link IllegalArgumentException} if the response is larger than the limit; the token
     * then still holds the key.
     */
    @Override
    public CompletionStage<Boolean> complete(FencingToken token, ApiResponse response, Duration retention) {
        String millis = millis(retention);
        if (response.body() instanceof Body.Streaming) {
            throw new IllegalArgumentException("A stored response's body must be in memory");
        }
        long size = StoredResponse.size(response);
        if (size > maxResponseBytes) {
            return CompletableFuture.failedFuture(new IllegalArgumentException(
                    "The response takes " + size + " bytes, and " + maxResponseBytes + " are allowed"));
        }
        return COMPLETE.run(
                        redis,
                        List.of(bytes(name(token.key()))),
                        List.of(bytes(number(token)), StoredResponse.write(response), bytes(millis)))
                .thenApply(reply -> text(reply.get(0)).equals("yes"));
    }

    @Override
    public CompletionStage<Void> abandon(FencingToken token) {
        return run(ABANDON, token.key(), number(token)).thenAccept(nothing -> {});
    }

    private CompletionStage<List<Object>> run(RedisScript script, String key, String... arguments) {
        return script.run(redis, name(key), List.of(arguments));
    }

    private String name(String key) {
        return namespace + ":idempotency:" + key;
    }

    private static String number(FencingToken token) {
        return Long.toString(token.number());
    }

    private static String millis(Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("Lease and retention must be positive");
        }
        Duration sane = time.compareTo(LONGEST) > 0 ? LONGEST : time;
        return Long.toString(sane.plusNanos(999_999).toMillis());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "RedisIdempotencyStore[namespace=" + namespace + "]";
    }

    /** Collects a store's settings. Not thread-safe. */
    public static final class Builder {
        private static final int MEBIBYTE = 1 << 20;
        private static final int LARGEST = 64 * MEBIBYTE;

        private final RedisConnection redis;
        private final String namespace;
        private int maxResponseBytes = MEBIBYTE;

        private Builder(RedisConnection redis, String namespace) {
            this.redis = redis;
            this.namespace = RedisNames.requireNamespace(namespace);
        }

        /**
         * Sets how large a response may be, with its fields and some bytes for each; a mebibyte unless set.
         *
         * @param maxResponseBytes from 1,024 to 67,108,864
         * @return this
         * @throws IllegalArgumentException if it is outside
         */
        public Builder maxResponseBytes(int maxResponseBytes) {
            if (maxResponseBytes < 1_024 || maxResponseBytes > LARGEST) {
                throw new IllegalArgumentException("maxResponseBytes must be from 1,024 to 67,108,864");
            }
            this.maxResponseBytes = maxResponseBytes;
            return this;
        }

        /** {@return a store} */
        public RedisIdempotencyStore build() {
            return new RedisIdempotencyStore(this);
        }
    }
}

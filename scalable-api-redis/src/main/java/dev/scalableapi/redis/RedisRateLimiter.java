package dev.scalableapi.redis;

import dev.scalableapi.core.ratelimit.Decision;
import dev.scalableapi.core.ratelimit.RateLimit;
import dev.scalableapi.core.ratelimit.RateLimiter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A {@link RateLimiter} in a Redis that several processes share, which together hold each key to one rate: the generic cell
 * rate algorithm (ITU-T I.371) in one script on one string, {@code namespace:rate:key}, which ends when the bucket is full. The
 * Redis's own clock decides, in microseconds; its decisions are those of {@link RateLimiter#inMemory}. Thread-safe.
 *
 * <p>Two limiters with one namespace have their buckets in common: give each a namespace of its own, such as {@code
 * shop.logins}. All processes must set the same limit; when it changes, each key goes on with the time that its bucket still
 * needed.
 *
 * <p>What happens while Redis is away is told at {@link RedisConnection}. A stage that fails may have taken a permit, or given it
 * back. A failover may forget the last permits, or what had become of a key since the replica last heard of it.
 */
public final class RedisRateLimiter implements RateLimiter {
    private static final RedisScript ACQUIRE = RedisScript.of(RateLimitScripts.ACQUIRE);
    private static final RedisScript REFUND = RedisScript.of(RateLimitScripts.REFUND);

    private final RedisConnection redis;
    private final String namespace;
    private final RateLimit policy;
    private final long limit;
    private final long interval;
    private final long capacity;

    private RedisRateLimiter(RedisConnection redis, String namespace, RateLimit policy) {
        this.redis = redis;
        this.namespace = namespace;
        this.policy = policy;
        limit = policy.burst();
        interval = policy.interval().toNanos();
        capacity = limit * interval;
    }

    /**
     * {@return a limiter}
     *
     * @param redis to close after the limiter's last use
     * @param namespace begins all keys: letters, digits, dots, dashes and underscores, 1 to 64 of them
     * @param limit for each key
     * @throws IllegalArgumentException if the namespace is not of this form
     */
    public static RedisRateLimiter create(RedisConnection redis, String namespace, RateLimit limit) {
        return new RedisRateLimiter(redis, RedisNames.requireNamespace(namespace), limit);
    }

    @Override
    public CompletionStage<Decision> acquire(String key) {
        return ACQUIRE.run(redis, name(key), arguments(interval, capacity)).thenApply(this::decision);
    }

    @Override
    public Optional<RateLimit> limit() {
        return Optional.of(policy);
    }

    @Override
    public CompletionStage<Void> refund(String key) {
        return REFUND.run(redis, name(key), arguments(interval, capacity)).thenAccept(nothing -> {});
    }

    private String name(String key) {
        return namespace + ":rate:" + key;
    }

    static List<String> arguments(long interval, long capacity) {
        return RedisScript.arguments(interval / 1_000, interval % 1_000, capacity / 1_000, capacity % 1_000);
    }

    private Decision decision(List<Object> reply) {
        return decision(reply, limit, interval);
    }

    static Decision decision(List<Object> reply, long limit, long interval) {
        long missing = (long) reply.get(1) * 1_000 + (long) reply.get(2);
        long capacity = limit * interval;
        return (long) reply.get(0) == 1
                ? new Decision(true, (capacity - missing) / interval, limit, Duration.ZERO, Duration.ofNanos(missing))
                : new Decision(
                        false, 0, limit, Duration.ofNanos(missing + interval - capacity), Duration.ofNanos(missing));
    }

    @Override
    public String toString() {
        return "RedisRateLimiter[namespace=" + namespace + "]";
    }
}

package dev.scalableapi.core.ratelimit;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * Holds each key to a rate. Implementations are thread-safe and never block the caller; one that cannot tell fails the
 * stage within a bounded time.
 */
@FunctionalInterface
public interface RateLimiter {
    /**
     * Takes a permit, if the key has one.
     *
     * @param key who acts; its length is the caller's to bound
     * @return completes with the decision
     */
    CompletionStage<Decision> acquire(String key);

    /**
     * {@return the limit that holds for each key; empty where there is not one that is known} It lets answers name the
     * window beside what is left. A limiter that wraps another must pass this on.
     */
    default Optional<RateLimit> limit() {
        return Optional.empty();
    }

    /**
     * Gives back a permit that {@link #acquire} has allowed and that turned out not to count, such as a login's whose
     * password was right. A key that has all its permits, or that is unknown, gets none.
     *
     * <p>By default does nothing: a limiter that can't take a permit back is the stricter for it. One that wraps another
     * must pass this on.
     *
     * @param key who acted
     * @return completes when the permit is back
     */
    default CompletionStage<Void> refund(String key) {
        return CompletableFuture.completedFuture(null);
    }

    /**
     * {@return a limiter in this process's memory, whose decisions complete at once} It follows the generic cell rate
     * algorithm (ITU-T I.371): a key costs one number, the time at which its bucket will be full. A full bucket need
     * not be remembered; when there are too many keys, full buckets go first, and after them those that will be full
     * soonest, so that flooding the limiter with keys frees no one who is limited.
     *
     * @param limit for each key
     * @param maxKeys how many keys are remembered at the most
     * @throws IllegalArgumentException if {@code maxKeys} is below 1
     */
    static RateLimiter inMemory(RateLimit limit, int maxKeys) {
        return inMemory(limit, maxKeys, System::nanoTime);
    }

    /**
     * {@return such a limiter that goes by another clock}
     *
     * @param limit for each key
     * @param maxKeys how many keys are remembered at the most
     * @param nanoTime counts nanoseconds from any origin, as {@link System#nanoTime()} does; never backwards
     * @throws IllegalArgumentException if {@code maxKeys} is below 1
     */
    static RateLimiter inMemory(RateLimit limit, int maxKeys, LongSupplier nanoTime) {
        return new InMemoryRateLimiter(limit, maxKeys, nanoTime);
    }
}

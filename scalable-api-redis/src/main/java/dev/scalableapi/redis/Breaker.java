package dev.scalableapi.redis;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.lettuce.core.RedisCommandExecutionException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Whether operations on one node are worth their wait: it opens when the last five were not answered, and closes when it is
 * told to. An error reply is an answer. Thread-safe.
 */
final class Breaker {
    private final CircuitBreaker circuit = CircuitBreaker.of(
            "redis",
            CircuitBreakerConfig.custom()
                    // All of them: with a lower rate the first success after an outage would open it.
                    .slidingWindow(5, 5, SlidingWindowType.COUNT_BASED)
                    .failureRateThreshold(100)
                    // The time in which it would let operations try does not come.
                    .clock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                    .build());

    private final AtomicBoolean probed = new AtomicBoolean();

    boolean isOpen() {
        return circuit.getState() == CircuitBreaker.State.OPEN;
    }

    boolean permits() {
        return circuit.tryAcquirePermission();
    }

    void record(long nanos, @Nullable Throwable failure) {
        if (failure == null || isAnswer(failure)) {
            circuit.onSuccess(nanos, TimeUnit.NANOSECONDS);
        } else {
            circuit.onError(nanos, TimeUnit.NANOSECONDS, failure);
        }
    }

    private static boolean isAnswer(Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        return cause instanceof RedisCommandExecutionException || cause instanceof IllegalArgumentException;
    }

    /** Whether the caller is to find out when the node answers again, and then to close: true once. */
    boolean beginProbing() {
        return isOpen() && probed.compareAndSet(false, true);
    }

    /** In this order: one that opens again at once is probed again. */
    void close() {
        probed.set(false);
        circuit.transitionToClosedState();
    }
}

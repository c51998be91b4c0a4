package dev.scalableapi.redis;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The circuit breaker of one node. It opens when the last five operations were not answered, or were answered by an
 * error reply that means that the node does not serve; it closes when {@link #close} is called. Any other error reply
 * counts as an answer. Thread-safe.
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

    /** {@return whether the node works, although the operation failed} */
    static boolean isAnswer(Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        return ReplyFault.isErrorReply(failure)
                ? ReplyFault.of(failure) == ReplyFault.COMMAND
                : cause instanceof IllegalArgumentException;
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

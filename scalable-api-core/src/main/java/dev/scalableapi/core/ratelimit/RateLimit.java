package dev.scalableapi.core.ratelimit;

import java.math.BigInteger;
import java.time.Duration;

/**
 * How often a key may act: a bucket that holds {@code burst} permits and refills evenly, {@code permits} in each
 * window. Immutable.
 *
 * @param permits how many permits come back in a window; at least 1, and no more than one a nanosecond
 * @param window positive
 * @param burst how many permits a rested key has at once; at least 1
 */
public record RateLimit(long permits, Duration window, long burst) {
    /** Keeps every sum of times below half the range of nanosecond clocks. */
    private static final Duration LONGEST = Duration.ofDays(10_000);

    /**
     * Checks the numbers.
     *
     * @param permits how many permits come back in a window
     * @param window how long it is
     * @param burst how many permits a rested key has at once
     * @throws IllegalArgumentException if one is out of its range, or the bucket takes longer than 10,000 days to fill
     */
    public RateLimit {
        if (permits < 1 || burst < 1) {
            throw new IllegalArgumentException("permits and burst must be at least 1");
        }
        if (window.isNegative() || window.isZero() || window.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("The window must be positive, and at most " + LONGEST);
        }
        if (permits > window.toNanos()) {
            throw new IllegalArgumentException("More than one permit a nanosecond");
        }
        if (burst > LONGEST.toNanos() / intervalNanos(permits, window)) {
            throw new IllegalArgumentException("A burst that takes longer than " + LONGEST + " to refill");
        }
    }

    /**
     * {@return a limit whose burst is a whole window's permits}
     *
     * @param permits at least 1
     * @param window positive
     * @throws IllegalArgumentException if either is out of its range
     */
    public static RateLimit of(long permits, Duration window) {
        return new RateLimit(permits, window, permits);
    }

    /**
     * {@return the same limit with another burst}
     *
     * @param burst at least 1
     * @throws IllegalArgumentException if it is out of its range
     */
    public RateLimit withBurst(long burst) {
        return new RateLimit(permits, window, burst);
    }

    /** {@return the time in which one permit comes back, rounded up to nanoseconds: a key never gets more than its permits} */
    public Duration interval() {
        return Duration.ofNanos(intervalNanos());
    }

    /** The time in which a bucket that is empty fills: the window, where the burst is a window's permits. */
    Duration refill() {
        BigInteger nanos = BigInteger.valueOf(window.toNanos()).multiply(BigInteger.valueOf(burst));
        return Duration.ofNanos(nanos.divide(BigInteger.valueOf(permits)).longValueExact());
    }

    long intervalNanos() {
        return intervalNanos(permits, window);
    }

    private static long intervalNanos(long permits, Duration window) {
        return (window.toNanos() - 1) / permits + 1;
    }
}

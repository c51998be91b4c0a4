package dev.scalableapi.auth.revocation;

import java.time.Duration;

/**
 * How long to rest before the next pull: up to a quarter less than the interval, doubled with each failure in a row up to
 * a bound.
 *
 * @param interval after a success
 */
record PullDelay(Duration interval) {
    /** Of an outage that has ended, every node must know soon. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private static final int MOST_DOUBLINGS = 7;

    /**
     * {@return the delay}
     *
     * @param failures since the last success
     * @param random from 0 to 1
     */
    Duration after(int failures, double random) {
        Duration longest = interval.compareTo(LONGEST) > 0 ? interval : LONGEST;
        Duration grown = interval.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
        Duration bounded = grown.compareTo(longest) > 0 ? longest : grown;
        return Duration.ofNanos((long) (bounded.toNanos() * (1 - random / 4)));
    }
}

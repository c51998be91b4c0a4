package dev.scalableapi.redis;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Tells the time of a Redis in between its answers, from what it said last. A reading was taken between sending and
 * receiving, so it bounds by how much the Redis is ahead of {@link System#nanoTime()} from both sides; the estimate is
 * moved just as far as the newest reading asks, at first to the upper bound. So answers that come fast make it exact,
 * slow ones do no harm, drift is corrected, and one reading is enough after the Redis's clock was set, as by a failover.
 * It never is behind the newest reading, and so never takes for fresh what the Redis made stale in it. Thread-safe.
 */
final class RedisClock {
    private static final long INTERVAL = TimeUnit.MINUTES.toNanos(1);

    private final AtomicReference<@Nullable Estimate> estimate = new AtomicReference<>();

    /**
     * Takes a reading.
     *
     * @param sent when it was asked for, as {@link System#nanoTime()} tells it
     * @param millis the Redis's answer, since 1970, rounded down
     * @param received when it was there
     */
    void read(long sent, long millis, long received) {
        long lower = TimeUnit.MILLISECONDS.toNanos(millis) - received;
        long upper = TimeUnit.MILLISECONDS.toNanos(millis + 1) - sent;
        estimate.updateAndGet(former -> new Estimate(moved(former, lower, upper), received));
    }

    private static long moved(@Nullable Estimate former, long lower, long upper) {
        return former != null && former.ahead >= lower && former.ahead <= upper ? former.ahead : upper;
    }

    /** Whether it has had a reading. */
    boolean isSet() {
        return estimate.get() != null;
    }

    /** Makes a reading due: it may be another Redis's clock now. */
    void distrust() {
        estimate.updateAndGet(last -> last == null ? null : new Estimate(last.ahead, last.received - INTERVAL));
    }

    /** Whether its last reading is old; true once for each time, so that one caller asks. */
    boolean isDue(long nanoTime) {
        Estimate last = estimate.get();
        return last == null
                || (nanoTime - last.received > INTERVAL
                        && estimate.compareAndSet(last, new Estimate(last.ahead, nanoTime)));
    }

    /**
     * {@return the Redis's time, in milliseconds since 1970}
     *
     * @param nanoTime when
     * @throws IllegalStateException if it has had no reading
     */
    long millis(long nanoTime) {
        Estimate last = estimate.get();
        if (last == null) {
            throw new IllegalStateException("The time of the Redis is not known yet");
        }
        return TimeUnit.NANOSECONDS.toMillis(last.ahead + nanoTime);
    }

    /** By how many nanoseconds the Redis is ahead, and when that was found. */
    private record Estimate(long ahead, long received) {}
}

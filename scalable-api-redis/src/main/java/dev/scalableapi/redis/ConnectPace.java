package dev.scalableapi.redis;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Spreads attempts to connect: the first is due at once, each other one at least an interval after the one before. The
 * interval is prolonged by up to a quarter at random, so that many processes do not connect in the same instant. Times
 * are those of {@link System#nanoTime()}. Thread-safe and lock-free.
 */
final class ConnectPace {
    private final long interval;
    private final AtomicLong due;

    /**
     * Starts without a former attempt.
     *
     * @param interval the shortest time between two attempts
     * @param now the present time
     */
    ConnectPace(Duration interval, long now) {
        this.interval = interval.toNanos();
        due = new AtomicLong(now);
    }

    /** {@return how many nanoseconds to wait before the next attempt, which belongs to the caller} */
    long reserve(long now) {
        long slot;
        long next;
        do {
            next = due.get();
            slot = next - now > 0 ? next : now;
        } while (!due.compareAndSet(next, slot + spread()));
        return slot - now;
    }

    /** {@return whether an attempt may be made now; if so, it belongs to the caller} */
    boolean tryReserve(long now) {
        long next = due.get();
        return now - next >= 0 && due.compareAndSet(next, now + spread());
    }

    private long spread() {
        return interval + ThreadLocalRandom.current().nextLong(interval / 4 + 1);
    }
}

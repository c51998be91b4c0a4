package dev.scalableapi.core.http;

import java.util.concurrent.atomic.AtomicLong;

/** How many items a subscriber still wants; {@link Long#MAX_VALUE} never runs out. Thread-safe. */
final class Demand {
    private final AtomicLong items = new AtomicLong();

    /** Adds a number of items that is positive. */
    void add(long n) {
        items.accumulateAndGet(n, (now, more) -> now + more < 0 ? Long.MAX_VALUE : now + more);
    }

    boolean isPresent() {
        return items.get() > 0;
    }

    /** Counts one item that is given; one that nobody wanted counts for nothing. */
    void take() {
        items.updateAndGet(now -> now == Long.MAX_VALUE ? now : Math.max(0, now - 1));
    }
}

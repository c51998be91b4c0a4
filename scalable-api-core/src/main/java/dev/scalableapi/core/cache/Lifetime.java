package dev.scalableapi.core.cache;

import java.time.Duration;

/**
 * How long an entry is kept. Immutable. A store may round either part to milliseconds, upwards.
 *
 * @param fresh for how long it is fresh; positive
 * @param stale for how long after that it may still be returned, as stale; not negative
 */
public record Lifetime(Duration fresh, Duration stale) {
    /**
     * Checks the durations.
     *
     * @param fresh for how long it is fresh
     * @param stale for how long after that it may still be returned
     * @throws IllegalArgumentException if one is out of its range
     */
    public Lifetime {
        if (fresh.isNegative() || fresh.isZero() || stale.isNegative()) {
            throw new IllegalArgumentException("An entry's time must be positive, that as stale not negative");
        }
    }

    /**
     * {@return a lifetime without a stale part}
     *
     * @param fresh positive
     * @throws IllegalArgumentException if it is not
     */
    public static Lifetime of(Duration fresh) {
        return new Lifetime(fresh, Duration.ZERO);
    }

    /** {@return both parts together} */
    public Duration whole() {
        return fresh.plus(stale);
    }
}

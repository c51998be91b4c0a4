package dev.scalableapi.cache;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a cache answers: the value, which level had it, and until when it is fresh. This is what a {@code Cache-Status}
 * field (RFC 9211) says. Immutable, as far as the value is.
 *
 * @param value the value; empty if it is known that there is none
 * @param origin which level answered
 * @param expiresAt when this value is past its time; it may have been when it was answered, where the cache's settings
 *     allow a stale value
 * @param <V> the value's type
 */
public record Cached<V>(Optional<V> value, Origin origin, Instant expiresAt) {
    /** Which level answered. */
    public enum Origin {
        /** The near level, in this process. */
        HIT_NEAR,
        /** The store. */
        HIT_STORE,
        /** The loader; the cache had no value that it could use. */
        LOADED;

        /** {@return whether the cache had the value} */
        public boolean isHit() {
            return this != LOADED;
        }
    }

    /**
     * {@return how long the value is still fresh: the {@code ttl} of RFC 9211; negative if it is stale, for as long}
     *
     * @param now the time
     */
    public Duration remaining(Instant now) {
        return Duration.between(now, expiresAt);
    }

    /**
     * {@return whether the value is past its time}
     *
     * @param now the time
     */
    public boolean isStale(Instant now) {
        return !now.isBefore(expiresAt);
    }

    Cached<V> from(Origin other) {
        return new Cached<>(value, other, expiresAt);
    }
}

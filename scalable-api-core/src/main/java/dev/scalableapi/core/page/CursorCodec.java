package dev.scalableapi.core.page;

import java.time.Clock;
import java.time.Duration;

/**
 * Makes cursors, the opaque texts that stand for a {@link Position}, and opens them again. A cursor is base64url (RFC 4648
 * section 5) without padding, at most 2,048 characters, signed with HMAC-SHA-256 of which 128 bits are kept, of a limited
 * life, and good for one {@link CursorScope} only. It is signed, not encrypted: a client that decodes it sees the values of
 * the row where its slice ended. Immutable and thread-safe.
 */
public final class CursorCodec {
    private static final Duration STANDARD_LIFETIME = Duration.ofDays(1);
    private static final Duration LONGEST_LIFETIME = Duration.ofDays(3_650);

    private final CursorKeyRing keys;
    private final Duration lifetime;
    private final Clock clock;

    private CursorCodec(CursorKeyRing keys, Duration lifetime, Clock clock) {
        this.keys = keys;
        this.lifetime = lifetime;
        this.clock = clock;
    }

    /**
     * {@return a codec whose cursors live for a day}
     *
     * @param keys the same in all processes that serve the list
     */
    public static CursorCodec of(CursorKeyRing keys) {
        return of(keys, STANDARD_LIFETIME, Clock.systemUTC());
    }

    /**
     * {@return a codec}
     *
     * @param keys the same in all processes that serve the list
     * @param lifetime how long a cursor is accepted: from a second to ten years
     * @param clock tells when it ends
     * @throws IllegalArgumentException if the lifetime is out of range
     */
    public static CursorCodec of(CursorKeyRing keys, Duration lifetime, Clock clock) {
        if (lifetime.compareTo(Duration.ofSeconds(1)) < 0 || lifetime.compareTo(LONGEST_LIFETIME) > 0) {
            throw new IllegalArgumentException("A cursor's lifetime must be from a second to ten years: " + lifetime);
        }
        return new CursorCodec(keys, lifetime, clock);
    }

    /**
     * {@return what makes and opens the cursors of one list} It signs with the key that is current now.
     *
     * @param scope what they are good for
     */
    public Cursors in(CursorScope scope) {
        return new Cursors(this, scope.bytes());
    }

    CursorKeyRing keys() {
        return keys;
    }

    /** In milliseconds since 1970. */
    long now() {
        return clock.millis();
    }

    /** When a cursor that is made now ends. */
    long end() {
        return now() + lifetime.toMillis();
    }

    /** {@return the lifetime, and how many keys there are} */
    @Override
    public String toString() {
        return "CursorCodec[" + lifetime + ", " + keys + "]";
    }
}

package dev.scalableapi.cache;

import java.time.Duration;

/** For how long after its time an entry may be served: while a new one is loaded, and where that fails (RFC 5861). */
record Staleness(Duration whileRevalidate, Duration ifError) {
    static final Staleness NONE = new Staleness(Duration.ZERO, Duration.ZERO);

    Duration longest() {
        return whileRevalidate.compareTo(ifError) > 0 ? whileRevalidate : ifError;
    }
}

package dev.scalableapi.auth;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Stands still until it is advanced. */
public final class ManualClock extends Clock {
    private volatile Instant now;

    /** A clock that stands at this instant. */
    public ManualClock(Instant now) {
        this.now = now;
    }

    /** Makes it later. */
    public void advance(Duration by) {
        now = now.plus(by);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}

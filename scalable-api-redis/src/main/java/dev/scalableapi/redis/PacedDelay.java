package dev.scalableapi.redis;

import io.lettuce.core.resource.Delay;
import java.time.Duration;

/**
 * Spreads the attempts with which lettuce reconnects one connection. Lettuce's own delays begin anew with each
 * connection that opens, and so allow any number of attempts to a node that accepts connections and closes them.
 * Thread-safe.
 */
final class PacedDelay extends Delay {
    private final ConnectPace pace;

    private PacedDelay(ConnectPace pace) {
        this.pace = pace;
    }

    static PacedDelay of(Duration interval) {
        return new PacedDelay(new ConnectPace(interval, System.nanoTime()));
    }

    @Override
    public Duration createDelay(long attempt) {
        return Duration.ofNanos(pace.reserve(System.nanoTime()));
    }
}

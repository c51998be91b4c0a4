package dev.scalableapi.core.cache;

/**
 * A time in which a store tells all changes to those who listen; what they copied in it stays right until they are told
 * otherwise, or it ends. An epoch that has ended never lives again. Thread-safe.
 */
public final class Epoch {
    private static final long ENDED = Long.MIN_VALUE;

    private volatile long until;

    private Epoch(long until) {
        this.until = until;
    }

    /** {@return one that lives until it is ended} */
    public static Epoch unlimited() {
        return new Epoch(Long.MAX_VALUE);
    }

    /**
     * {@return one that lives until a moment}
     *
     * @param nanoTime the moment, as {@link System#nanoTime()} tells it
     */
    public static Epoch until(long nanoTime) {
        return new Epoch(nanoTime);
    }

    /** {@return one that has ended} */
    public static Epoch ended() {
        return new Epoch(ENDED);
    }

    /**
     * {@return whether it lives}
     *
     * @param nanoTime now, as {@link System#nanoTime()} tells it
     */
    public boolean isLive(long nanoTime) {
        // Not by their difference, for the sake of the two extremes: no JVM runs for 292 years.
        return nanoTime < until;
    }

    /**
     * Lets it live longer, if it lives and was to end earlier; for the store.
     *
     * @param now as {@link System#nanoTime()} tells it
     * @param nanoTime the new moment of its end
     * @return whether it lives
     */
    public synchronized boolean extend(long now, long nanoTime) {
        if (!isLive(now)) {
            until = ENDED;
            return false;
        }
        until = Math.max(until, nanoTime);
        return true;
    }

    /** Ends it; for the store. */
    public synchronized void end() {
        until = ENDED;
    }
}

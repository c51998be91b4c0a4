package dev.scalableapi.cache;

import dev.scalableapi.core.cache.Epoch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A value of the near level. What it answers is made once, so that a hit allocates nothing. Moments are those of the
 * cache's nanosecond clock.
 */
final class NearEntry<V> {
    final Found<V> found;
    final Cached<V> hit;
    final Optional<Cached<V>> present;
    private final Epoch epoch;
    private final Nonce first;
    private final Nonce[] others;
    private final long taken;
    private final long quietUntil;
    private final long validUntil;
    private final long usefulUntil;
    private long nextRefresh;

    /**
     * An entry.
     *
     * @param answer what those who waited for it are answered
     * @param epoch in which changes are told
     * @param taken when it came here
     * @param kept for how long it may be of use, as stale too
     * @param life how long a hit needs no look at the far level
     * @param quiet how long a hit needs no thought of a refresh either
     */
    NearEntry(Found<V> found, Cached<V> answer, Epoch epoch, long taken, Duration kept, Duration life, Duration quiet) {
        this.found = found;
        this.hit = answer.from(Cached.Origin.HIT_NEAR);
        this.present = Optional.of(hit);
        this.epoch = epoch;
        List<Nonce> nonces = found.nonces();
        // Most have one alone, and this is in the way of each hit.
        this.first = nonces.isEmpty() ? new Nonce("none") : nonces.get(0);
        this.others = nonces.stream().skip(1).toArray(Nonce[]::new);
        this.usefulUntil = taken + Math.max(0, kept.toNanos());
        this.taken = taken;
        this.validUntil = taken + life.toNanos();
        this.quietUntil = taken + quiet.toNanos();
        this.nextRefresh = taken;
    }

    /** Whether a hit may be answered without further thought. */
    boolean isQuiet(long now) {
        return now - quietUntil < 0 && isTrusted(now);
    }

    boolean isValid(long now) {
        return now - validUntil < 0 && isTrusted(now);
    }

    /** Whether it may still be served, if only as stale. */
    boolean isOfUse(long now) {
        return now - usefulUntil < 0 && isTrusted(now);
    }

    /** Whether no change to it can have been missed, nor was one told. */
    boolean isTrusted(long now) {
        return epoch.isLive(now) && first.isLive() && (others.length == 0 || areOthersLive());
    }

    private boolean areOthersLive() {
        for (Nonce nonce : others) {
            if (!nonce.isLive()) {
                return false;
            }
        }
        return true;
    }

    /** How long it is still fresh. */
    Duration remaining(long now) {
        return found.remaining().minusNanos(now - taken);
    }

    Found<V> found(long now) {
        return found.after(Duration.ofNanos(now - taken));
    }

    /** Whether the caller is to refresh it: one is, once in so many nanoseconds. */
    synchronized boolean claimRefresh(long now, long pause) {
        if (now - nextRefresh < 0) {
            return false;
        }
        nextRefresh = now + pause;
        return true;
    }

    /** The same, stale since now. */
    NearEntry<V> expired(long now, Cached<V> stale) {
        Found<V> old = found.after(found.remaining().plusNanos(1));
        Duration left = Duration.ofNanos(usefulUntil - now);
        return new NearEntry<>(old, stale, epoch, now, left, Duration.ZERO, Duration.ZERO);
    }
}

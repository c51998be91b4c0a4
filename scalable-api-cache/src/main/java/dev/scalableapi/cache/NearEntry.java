package dev.scalableapi.cache;

import dev.scalableapi.core.cache.Epoch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value of the near level. What it answers is made once, so that a hit allocates nothing; and what a hit needs is in
 * this object alone, on one line of the processor's cache. Moments are those of the cache's nanosecond clock.
 */
final class NearEntry<K, V> extends Slot<K, V> {
    final Cached<V> hit;
    final Optional<Cached<V>> present;
    private final Epoch epoch;
    private final long quietUntil;
    /** Most entries have one alone. */
    private final Nonce first;

    private final @Nullable List<Nonce> others;
    private final Rest<V> rest;

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
        this.hit = answer.from(Cached.Origin.HIT_NEAR);
        this.present = Optional.of(hit);
        this.epoch = epoch;
        this.quietUntil = taken + quiet.toNanos();
        List<Nonce> nonces = found.nonces();
        this.first = nonces.isEmpty() ? new Nonce("none") : nonces.get(0);
        this.others = nonces.size() < 2 ? null : nonces.subList(1, nonces.size());
        this.rest = new Rest<>(found, taken, taken + life.toNanos(), taken + Math.max(0, kept.toNanos()));
    }

    Found<V> found() {
        return rest.found;
    }

    /** Whether a hit may be answered without further thought. */
    boolean isQuiet(long now) {
        return now - quietUntil < 0 && isTrusted(now);
    }

    boolean isValid(long now) {
        return now - rest.validUntil < 0 && isTrusted(now);
    }

    /** Whether it may still be served, if only as stale. */
    boolean isOfUse(long now) {
        return now - rest.usefulUntil < 0 && isTrusted(now);
    }

    /** Whether no change to it can have been missed, nor was one told. */
    boolean isTrusted(long now) {
        return epoch.isLive(now) && first.isLive() && (others == null || areLive(others));
    }

    private static boolean areLive(List<Nonce> nonces) {
        for (Nonce nonce : nonces) {
            if (!nonce.isLive()) {
                return false;
            }
        }
        return true;
    }

    /** How long it is still fresh. */
    Duration remaining(long now) {
        return rest.found.remaining().minusNanos(now - rest.taken);
    }

    Found<V> found(long now) {
        return rest.found.after(Duration.ofNanos(now - rest.taken));
    }

    /** Whether the caller is to refresh it: one is, once in so many nanoseconds. */
    boolean claimRefresh(long now, long pause) {
        return rest.claimRefresh(now, pause);
    }

    /** The same, stale since now. */
    NearEntry<K, V> expired(long now, Cached<V> stale) {
        Found<V> old = rest.found.after(rest.found.remaining().plusNanos(1));
        Duration left = Duration.ofNanos(rest.usefulUntil - now);
        return new NearEntry<>(old, stale, epoch, now, left, Duration.ZERO, Duration.ZERO);
    }

    /** What a hit does not need. */
    private static final class Rest<V> {
        final Found<V> found;
        final long taken;
        final long validUntil;
        final long usefulUntil;
        private long nextRefresh;

        Rest(Found<V> found, long taken, long validUntil, long usefulUntil) {
            this.found = found;
            this.taken = taken;
            this.validUntil = validUntil;
            this.usefulUntil = usefulUntil;
            this.nextRefresh = taken;
        }

        synchronized boolean claimRefresh(long now, long pause) {
            if (now - nextRefresh < 0) {
                return false;
            }
            nextRefresh = now + pause;
            return true;
        }
    }
}

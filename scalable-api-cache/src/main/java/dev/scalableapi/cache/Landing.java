package dev.scalableapi.cache;

import dev.scalableapi.core.cache.Epoch;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** How flights end: what those who wait are answered, and what stays in the near level, for how long. Thread-safe. */
final class Landing<K, V> {
    private static final double JITTER = 0.1;
    /** Beyond so many times the load's duration an early refresh is less likely than one in a billion. */
    private static final double FURTHEST_REFRESH = 20;

    private final NearLevel<K, V> near;
    private final Timer timer;
    private final Counters counters;
    private final Duration ttl;
    private final Duration nearTtl;
    private final Staleness staleness;
    private final Duration retryDelay;
    private final Duration outageTtl;
    private final @Nullable Duration softTimeout;
    private final double earlyRefresh;
    private final Clock clock;
    private final DoubleSupplier random;

    Landing(CacheAsideBuilder<K, V> settings, NearLevel<K, V> near, Timer timer, Counters counters) {
        this.near = near;
        this.timer = timer;
        this.counters = counters;
        ttl = settings.ttl;
        nearTtl = settings.nearTtl();
        staleness = settings.staleness();
        retryDelay = settings.retryDelay;
        outageTtl = settings.outageTtl;
        softTimeout = settings.softTimeout;
        earlyRefresh = settings.earlyRefresh;
        clock = settings.clock;
        random = settings.random;
    }

    /** Keeps what the far level has, or has taken; gives the entry. */
    NearEntry<K, V> land(Flight<K, V> flight, Found<V> found, Cached.Origin origin) {
        Cached<V> cached = cached(found, origin);
        NearEntry<K, V> entry = entry(found, cached, flight.epoch);
        land(flight, entry, cached);
        return entry;
    }

    private NearEntry<K, V> entry(Found<V> found, Cached<V> first, Epoch epoch) {
        Duration remaining = found.remaining();
        Duration life = nearTtl.compareTo(remaining) < 0 ? jittered(nearTtl) : remaining;
        // By doubles, which end at the largest long: a product of durations would be one of decimals.
        double early =
                Math.ceil(FURTHEST_REFRESH * earlyRefresh) * found.loadTime().toNanos();
        long calm = (long) (remaining.toNanos() - early);
        Duration quiet = calm > 0 ? shorter(life, Duration.ofNanos(calm)) : Duration.ZERO;
        return entry(found, first, epoch, life, quiet);
    }

    private void land(Flight<K, V> flight, NearEntry<K, V> entry, Cached<V> first) {
        near.land(flight, entry);
        flight.answer(first);
    }

    /** Keeps for a moment what was loaded without a store to ask: changes by others are not heard of. */
    void landAlone(Flight<K, V> flight, Found<V> found, Nonce local) {
        Duration life = shorter(found.remaining(), outageTtl);
        Found<V> brief = new Found<>(found.value(), "", life, found.loadTime(), Staleness.NONE, List.of(local));
        Cached<V> cached = cached(brief, Cached.Origin.LOADED);
        land(flight, entry(brief, cached, Epoch.unlimited(), life, life), cached);
    }

    /** Answers with what must not be kept: it may have been made wrong during the load. */
    void pass(Flight<K, V> flight, Found<V> found) {
        near.remove(flight.key, flight);
        flight.pass(cached(found, Cached.Origin.LOADED));
    }

    /** Serves what stood there before, where that is allowed, and does not try again for a while. */
    void failed(Flight<K, V> flight, Throwable failure) {
        Found<V> former = flight.former(near.now());
        if (flight.isRefresh() || former == null || !former.mayBeServedOnError()) {
            near.remove(flight.key, flight);
            flight.fail(failure);
            return;
        }
        counters.staleServed.increment();
        Cached<V> stale = cached(former, Cached.Origin.HIT_STORE);
        land(flight, entry(former, stale, flight.epoch, retryDelay, retryDelay), stale);
    }

    private NearEntry<K, V> entry(Found<V> found, Cached<V> first, Epoch epoch, Duration life, Duration quiet) {
        Duration kept = found.remaining().plus(found.staleness().longest());
        return new NearEntry<>(found, first, epoch, near.now(), kept, life, quiet);
    }

    /** Takes note of what stood there before. */
    void learn(Flight<K, V> flight, @Nullable Found<V> former) {
        if (former != null) {
            flight.former(former, near.now());
            offerStale(flight);
        }
    }

    /** Answers with what is past its time: at once where it may be served during the load, else when that takes long. */
    void offerStale(Flight<K, V> flight) {
        Found<V> former = flight.former(near.now());
        if (former == null || flight.isRefresh()) {
            return;
        }
        if (former.mayBeServedWhileRevalidating()) {
            answerStale(flight, former);
        } else if (softTimeout != null && former.mayBeServedOnError() && flight.claimStaleOffer()) {
            Duration left = softTimeout.minusNanos(near.now() - flight.begun);
            timer.later(left, () -> answerStale(flight, former));
        }
    }

    private void answerStale(Flight<K, V> flight, Found<V> former) {
        if (!flight.isAnswered()) {
            counters.staleServed.increment();
            flight.answer(cached(former, Cached.Origin.HIT_STORE));
        }
    }

    /** Puts a written value into the place of any other. */
    void put(K key, Found<V> written, Epoch epoch) {
        near.put(key, entry(written, cached(written, Cached.Origin.LOADED), epoch));
    }

    /** Makes a value stale, if it is still there. */
    void expire(K key, NearEntry<K, V> entry) {
        Cached<V> stale = new Cached<>(entry.hit.value(), Cached.Origin.HIT_NEAR, clock.instant());
        near.replace(key, entry, entry.expired(near.now(), stale));
    }

    /** An entry that is put in place of any other. */
    Found<V> written(V value) {
        return new Found<>(Optional.of(value), "", jittered(ttl), Duration.ZERO, staleness, List.of());
    }

    /** Less up to a tenth by chance. */
    Duration jittered(Duration duration) {
        return Duration.ofNanos((long) (duration.toNanos() * (1 - JITTER * random.getAsDouble())));
    }

    Cached<V> cached(Found<V> found, Cached.Origin origin) {
        return new Cached<>(found.value(), origin, clock.instant().plus(found.remaining()));
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}

package dev.scalableapi.cache;

import dev.scalableapi.core.cache.Lifetime;
import dev.scalableapi.core.http.ApiPipeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads through a cache: first the near level in this process, then a store that processes share, if there is one, then a
 * loader. Thread-safe; it blocks no thread, and owns none but a timer's, while one is needed. Keys, values and stages are
 * never null.
 *
 * <p><b>One load.</b> However many callers miss a key at once, in however many processes on one store, one of them loads
 * it and all get its answer; the store's leases decide who. If that process dies, another loads when the lease has ended.
 * Each caller has a stage of its own: to cancel it, or to complete it, touches nobody else's. Those who wait continue on
 * the thread that ends the load; a near hit is answered on the calling thread. The loader runs in the OpenTelemetry context
 * and MDC of the caller that missed first.
 *
 * <p><b>Never an older value.</b> After {@link #invalidate} or {@link #put} has returned, no caller of this object gets the
 * former value any more, whatever loads were under way: one that comes later never joins one of them, and what they load
 * reaches neither level, in this process or another. Other processes hear of it at once while they are connected to the
 * store; one that is not notices within the store's heartbeat timeout, and then no longer trusts its near level.
 * Invalidate after the database's commit; what a replica of the database answers late is beyond this class.
 *
 * <p><b>Failures.</b> A store that is down, slow or holds foreign values counts as empty, and fails no read; this is
 * counted, and logged at most once a minute. What is loaded meanwhile is kept for a moment, in this process. A write that
 * the store has not confirmed is repeated when the store is back, and the store is not read for its key until then. A
 * failed load fails those who wait for it, with the loader's exception (inside a
 * {@link java.util.concurrent.CompletionException} where a stage depends on it), unless a stale value may be served; it is
 * not cached.
 *
 * @param <K> the keys' type; needs {@code equals} and {@code hashCode}
 * @param <V> the values' type; best immutable, since all callers share them
 */
public final class CacheAside<K, V> {
    private final NearLevel<K, V> near;
    private final FarLevel<K, V> far;
    private final ReadThrough<K, V> reads;
    private final Landing<K, V> landing;
    private final Loader<K, V> loader;
    private final boolean writesMayFail;
    private final Counters counters;
    private final SynchronousCache<K, V> synchronous;

    CacheAside(CacheAsideBuilder<K, V> settings) {
        counters = new Counters();
        near = settings.nearLevel();
        Timer timer = new Timer(settings.name);
        CacheTelemetry telemetry = new CacheTelemetry(settings.telemetry, settings.name, counters, near::size);
        far = settings.farLevel(near, new StoreCalls(settings.name, settings.storeTimeout, timer, counters, telemetry));
        landing = new Landing<>(settings, near, timer, counters);
        Loads<K, V> loads = new Loads<>(settings, near, far, landing, timer, counters, telemetry);
        reads = new ReadThrough<>(settings, near, far, landing, loads, timer, counters);
        loader = settings.loader;
        writesMayFail = settings.failedWrites == FailedWrites.FAIL;
        synchronous = new SynchronousCache<>(this);
    }

    /**
     * {@return a builder of caches without a store}
     *
     * @param name begins the keys in the store and names the cache in logs and metrics; unlike that of any other cache on
     *     the same store; 1 to 64 letters, digits, dots, dashes and underscores
     * @param ttl how long a value is fresh after it was loaded, in all levels together, less up to a tenth by chance, so
     *     that what was loaded together does not end together; at least a millisecond
     * @param loader fetches what the cache does not have
     * @param <K> the keys' type
     * @param <V> the values' type
     * @throws IllegalArgumentException if the name is malformed or the time too short
     */
    public static <K, V> CacheAsideBuilder<K, V> builder(String name, Duration ttl, Loader<K, V> loader) {
        return new CacheAsideBuilder<>(name, ttl, loader);
    }

    /** {@return the same cache, for code that blocks} */
    public SynchronousCache<K, V> synchronous() {
        return synchronous;
    }

    /**
     * Reads a value with the cache's loader.
     *
     * @param key which one
     * @return completes with the value, or with the knowledge that there is none; fails if it had to be loaded and the
     *     loader failed or exceeded its time ({@link TimeoutException}), and no stale value may be served
     */
    public CompletionStage<Cached<V>> get(K key) {
        return get(key, loader);
    }

    /**
     * Reads a value with another loader. A load of the key that is under way is joined, whichever loader it uses.
     *
     * @param key which one
     * @param other fetches the value if the cache does not have it
     * @return as {@link #get(Object)}
     */
    public CompletionStage<Cached<V>> get(K key, Loader<? super K, V> other) {
        Slot<K, V> present = near.get(key);
        NearEntry<K, V> entry = quiet(present);
        return entry == null ? look(key, present, other).copy() : CompletableFuture.completedFuture(entry.hit);
    }

    /** The same as a future that others have too: to be waited for, and never completed. */
    CompletableFuture<Cached<V>> shared(K key, Loader<? super K, V> other) {
        return look(key, near.get(key), other);
    }

    /** With the cache's loader. */
    CompletableFuture<Cached<V>> shared(K key) {
        return shared(key, loader);
    }

    /** A hit that needs no thought; counted. */
    private @Nullable NearEntry<K, V> quiet(@Nullable Slot<K, V> present) {
        if (present instanceof NearEntry<K, V> entry && entry.isQuiet(near.now())) {
            counters.nearHits.increment();
            return entry;
        }
        return null;
    }

    /** The answer without a stage; null where there is none yet. */
    @Nullable Cached<V> quietly(K key) {
        NearEntry<K, V> entry = quiet(near.get(key));
        return entry == null ? null : entry.hit;
    }

    private CompletableFuture<Cached<V>> look(K key, @Nullable Slot<K, V> first, Loader<? super K, V> other) {
        List<Flight<K, V>> mine = new ArrayList<>(1);
        CompletableFuture<Cached<V>> answer = answer(key, first, other, mine);
        mine.forEach(flight -> reads.start(flight, other));
        return answer;
    }

    /** The answer of a flight that is there, or of one that is put there now and noted, for the caller to start. */
    private CompletableFuture<Cached<V>> answer(
            K key, @Nullable Slot<K, V> first, Loader<? super K, V> other, List<Flight<K, V>> begun) {
        Slot<K, V> present = first;
        while (true) {
            Cached<V> hit = present instanceof NearEntry<K, V> entry ? hit(key, entry, other) : null;
            if (hit != null) {
                return CompletableFuture.completedFuture(hit);
            }
            if (present instanceof Flight<K, V> flight && !flight.isDone() && reads.mayBeJoined(flight)) {
                return flight.answer();
            }
            // Of many keys, the caller's context is captured once.
            Flight<K, V> mine = begun.isEmpty() ? reads.begin(key) : reads.begin(key, begun.get(0).caller);
            if (present == null) {
                present = near.putIfAbsent(key, mine);
                if (present == null) {
                    begun.add(mine);
                    return mine.answer();
                }
            } else {
                mine.former(trusted(present), near.now());
                if (near.replace(key, present, mine)) {
                    begun.add(mine);
                    return mine.answer();
                }
                present = near.get(key);
            }
        }
    }

    /** What an entry answers that may still be served; it may be time to refresh it. */
    private @Nullable Cached<V> hit(K key, NearEntry<K, V> entry, Loader<? super K, V> other) {
        long now = near.now();
        if (!entry.isTrusted(now)) {
            return null;
        }
        boolean valid = entry.isValid(now);
        boolean stale = entry.remaining(now).isNegative();
        if (!valid && !(stale && entry.found(now).mayBeServedWhileRevalidating())) {
            return null;
        }
        counters.nearHits.increment();
        if (stale) {
            counters.staleServed.increment();
        }
        if (!entry.isQuiet(now)) {
            reads.refreshIfDue(key, entry, other);
        }
        return entry.hit;
    }

    private @Nullable Found<V> trusted(Slot<K, V> slot) {
        long now = near.now();
        return slot instanceof NearEntry<K, V> entry && entry.isTrusted(now) ? entry.found(now) : null;
    }

    /**
     * Reads many values: with one command to the store for those that the near level does not have, and one load for
     * those that the store does not have either. Keys that others are loading are waited for; each is loaded once.
     *
     * @param keys which ones; equal ones count once
     * @param bulkLoader fetches what the cache does not have
     * @return completes when each key has its answer or its failure; never fails
     */
    public CompletionStage<BulkResult<K, V>> getAll(Collection<K> keys, BulkLoader<K, V> bulkLoader) {
        Loader<K, V> one = ReadThrough.one(bulkLoader);
        List<Flight<K, V>> begun = new ArrayList<>();
        Map<K, CompletableFuture<Cached<V>>> answers = new LinkedHashMap<>(keys.size() * 4 / 3 + 1);
        for (K key : keys) {
            answers.computeIfAbsent(key, k -> answer(k, near.get(k), one, begun));
        }
        if (!begun.isEmpty()) {
            reads.startAll(begun, bulkLoader);
        }
        return CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new))
                .handle((done, failure) -> result(answers));
    }

    private static <K, V> BulkResult<K, V> result(Map<K, CompletableFuture<Cached<V>>> stages) {
        Map<K, Cached<V>> answers = new LinkedHashMap<>();
        Map<K, Throwable> failures = new LinkedHashMap<>();
        stages.forEach((key, stage) -> {
            if (stage.isCompletedExceptionally()) {
                failures.put(
                        key,
                        ApiPipeline.cause(
                                stage.handle((none, failure) -> failure).join()));
            } else {
                answers.put(key, stage.join());
            }
        });
        return new BulkResult<>(answers, failures);
    }

    /**
     * Reads a value if one of the levels has it fresh, and loads nothing. A load that is under way is not waited for.
     *
     * @param key which one
     * @return completes with what is known; empty if nothing is
     */
    public CompletionStage<Optional<Cached<V>>> getIfPresent(K key) {
        Optional<Cached<V>> present = presentNear(key);
        return present.isPresent()
                ? CompletableFuture.completedFuture(present)
                : far.read(key).thenApply(this::usable);
    }

    private Optional<Cached<V>> usable(Outcome<V> outcome) {
        if (outcome instanceof Outcome.Usable<V> usable) {
            counters.storeHits.increment();
            return Optional.of(landing.cached(usable.found(), Cached.Origin.HIT_STORE));
        }
        return Optional.empty();
    }

    /** What the near level has fresh. */
    Optional<Cached<V>> presentNear(K key) {
        Slot<K, V> slot = near.get(key);
        NearEntry<K, V> quiet = quiet(slot);
        if (quiet != null) {
            return quiet.present;
        }
        long now = near.now();
        if (slot instanceof NearEntry<K, V> entry
                && entry.isValid(now)
                && !entry.remaining(now).isNegative()) {
            counters.nearHits.increment();
            return entry.present;
        }
        return Optional.empty();
    }

    /**
     * Writes a value to the levels. It has no tags.
     *
     * @param key which one
     * @param value its new value
     * @return completes when the store has it; fails if that is not known, unless {@link FailedWrites#QUEUE} is set
     */
    public CompletionStage<Void> put(K key, V value) {
        Found<V> written = landing.written(value);
        if (!far.isShared()) {
            landing.put(key, written, far.epoch());
            return done();
        }
        CompletionStage<Void> write = far.put(
                key,
                written,
                new Lifetime(written.remaining(), written.staleness().longest()));
        near.remove(key);
        return settled(write);
    }

    /**
     * Forgets a value: here before the method returns, then in the store and all other processes. It is not served any
     * more, not as stale either.
     *
     * @param key which one
     * @return completes when the store has removed it; fails if that is not known, unless {@link FailedWrites#QUEUE} is set
     */
    public CompletionStage<Void> invalidate(K key) {
        // In this order: a read that begins after its flight was removed finds the write, and waits for it.
        CompletionStage<Void> write = far.invalidate(key);
        near.remove(key);
        return settled(write);
    }

    /**
     * Forgets values, as {@link #invalidate} does.
     *
     * @param keys which ones
     * @return completes when the store has removed them all; fails if that is not known of one, unless
     *     {@link FailedWrites#QUEUE} is set
     */
    public CompletionStage<Void> invalidateAll(Collection<K> keys) {
        return CompletableFuture.allOf(
                keys.stream().map(key -> invalidate(key).toCompletableFuture()).toArray(CompletableFuture[]::new));
    }

    /**
     * Forgets all values that have a tag, however many they are, with one command; see {@link LoadContext#tags}.
     *
     * @param tag which one
     * @return completes when the store knows; fails if that is not known, unless {@link FailedWrites#QUEUE} is set
     * @throws IllegalArgumentException if the tag is malformed
     */
    public CompletionStage<Void> invalidateTag(String tag) {
        return settled(far.nonces().change(CacheAsideBuilder.tag(tag)));
    }

    /**
     * Forgets all values of this cache, however many they are, with one command. The store frees their memory as they end.
     *
     * @return completes when the store knows; fails if that is not known, unless {@link FailedWrites#QUEUE} is set
     */
    public CompletionStage<Void> clear() {
        CompletionStage<Void> write = far.nonces().changeAll();
        near.clear();
        return settled(write);
    }

    /**
     * Makes a value stale: the next who reads it loads it anew, but where the settings allow a stale value it may be
     * served until then; and the loader may find that it is still right ({@link LoadContext#notModified}).
     *
     * @param key which one
     * @return completes when the store knows; fails if that is not known, unless {@link FailedWrites#QUEUE} is set
     */
    public CompletionStage<Void> expire(K key) {
        CompletionStage<Void> write = far.expire(key);
        if (near.get(key) instanceof NearEntry<K, V> entry && !far.isShared()) {
            landing.expire(key, entry);
        } else {
            // What is on its way may be older than this.
            near.remove(key);
        }
        return settled(write);
    }

    /**
     * Loads a value anew, though it may be fresh; until it is there, the former one is served. A load by another process
     * that is under way is waited for.
     *
     * @param key which one
     * @return completes with the new value; fails if the load fails
     */
    public CompletionStage<Cached<V>> refresh(K key) {
        return get(key).thenCompose(cached -> {
            if (cached.origin() == Cached.Origin.LOADED) {
                return CompletableFuture.completedFuture(cached);
            }
            return near.get(key) instanceof NearEntry<K, V> entry
                    ? reads.refresh(key, entry, loader)
                    : reads.reload(key, loader);
        });
    }

    /** {@return what the cache has done so far} */
    public CacheStatistics statistics() {
        return counters.statistics();
    }

    private CompletionStage<Void> settled(CompletionStage<Void> write) {
        return writesMayFail ? write.thenAccept(confirmed -> {}) : write.exceptionally(queued -> null);
    }

    private static CompletionStage<Void> done() {
        return CompletableFuture.completedFuture(null);
    }
}

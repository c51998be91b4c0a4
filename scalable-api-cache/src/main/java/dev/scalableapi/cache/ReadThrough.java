package dev.scalableapi.cache;

import dev.scalableapi.cache.Flight.Purpose;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ThreadContext;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;

/**
 * Brings flights to their end: by the far level, by waiting for another process that loads, or by a load of its own.
 * Thread-safe.
 */
final class ReadThrough<K, V> {
    /** How often one who waits looks for himself, in case no wake-up reaches him. */
    private static final Duration POLL = Duration.ofMillis(200);
    /** How often an entry that others write in a way that can't be read is taken for the last one. */
    private static final int MOST_FOREIGN = 3;

    private final NearLevel<K, V> near;
    private final FarLevel<K, V> far;
    private final Landing<K, V> landing;
    private final Loads<K, V> loads;
    private final Timer timer;
    private final Counters counters;
    private final Duration retryDelay;
    private final Duration outageTtl;
    private final Duration loadTimeout;
    private final double earlyRefresh;
    private final DoubleSupplier random;

    ReadThrough(
            CacheAsideBuilder<K, V> settings,
            NearLevel<K, V> near,
            FarLevel<K, V> far,
            Landing<K, V> landing,
            Loads<K, V> loads,
            Timer timer,
            Counters counters) {
        this.near = near;
        this.far = far;
        this.landing = landing;
        this.loads = loads;
        this.timer = timer;
        this.counters = counters;
        retryDelay = settings.retryDelay;
        outageTtl = settings.outageTtl;
        loadTimeout = settings.loadTimeout;
        earlyRefresh = settings.earlyRefresh;
        random = settings.random;
    }

    /** A flight that begins now; the caller puts it into the near level before it lets it start. */
    Flight<K, V> begin(K key) {
        return begin(key, here());
    }

    private static ThreadContext here() {
        return ThreadContext.capture(Context.current());
    }

    /** The same for a caller whose context is known. */
    Flight<K, V> begin(K key, ThreadContext caller) {
        return begin(key, caller, Purpose.READ);
    }

    private Flight<K, V> begin(K key, ThreadContext caller, Purpose purpose) {
        Flight<K, V> flight =
                new Flight<>(key, caller, far.epoch(), far.nonces().local(), near.now(), purpose);
        far.name(key).ifPresent(name -> near.name(flight, name));
        return flight;
    }

    /** Whether one who comes now may have the answer of a flight that is under way. */
    boolean mayBeJoined(Flight<K, V> flight) {
        long now = near.now();
        return flight.era.isLive() && (flight.epoch.isLive(now) || now - flight.begun < outageTtl.toNanos());
    }

    void start(Flight<K, V> flight, Loader<? super K, V> loader) {
        landing.offerStale(flight);
        guarded(flight, far.read(flight.key).thenAccept(outcome -> next(flight, loader, outcome, 0)));
    }

    /** A fault of this class must not leave those who wait without an answer. */
    private void guarded(Flight<K, V> flight, CompletionStage<Void> step) {
        guarded(List.of(flight), step);
    }

    private void guarded(List<Flight<K, V>> flights, CompletionStage<Void> step) {
        step.exceptionally(failure -> {
            flights.forEach(flight -> {
                near.remove(flight.key, flight);
                flight.fail(ApiPipeline.cause(failure));
            });
            return null;
        });
    }

    /** The same for many, with one look and one load. */
    void startAll(List<Flight<K, V>> flights, BulkLoader<K, V> loader) {
        flights.forEach(landing::offerStale);
        List<K> keys = flights.stream().map(flight -> flight.key).toList();
        CompletionStage<Void> loading = far.readAll(keys)
                .thenCompose(outcomes -> granted(flights, outcomes, loader))
                .thenAccept(ready -> {
                    if (!ready.isEmpty()) {
                        loads.loadAll(ready, loader);
                    }
                });
        guarded(flights, loading);
    }

    private CompletionStage<List<Loads.Ready<K, V>>> granted(
            List<Flight<K, V>> flights, List<Outcome<V>> outcomes, BulkLoader<K, V> loader) {
        List<CompletableFuture<Optional<Loads.Ready<K, V>>>> grants = new ArrayList<>();
        for (int i = 0; i < flights.size(); i++) {
            Flight<K, V> flight = flights.get(i);
            if (outcomes.get(i) instanceof Outcome.Unusable<V> unusable) {
                landing.learn(flight, unusable.former());
                CompletionStage<Outcome<V>> acquiring = far.acquire(flight.key, unusable.seen());
                grants.add(acquiring
                        .thenApply(acquired -> granted(flight, acquired, loader))
                        .toCompletableFuture());
            } else {
                granted(flight, outcomes.get(i), loader)
                        .map(Optional::of)
                        .map(CompletableFuture::completedFuture)
                        .ifPresent(grants::add);
            }
        }
        return CompletableFuture.allOf(grants.toArray(CompletableFuture[]::new))
                .thenApply(done -> grants.stream()
                        .map(CompletableFuture::join)
                        .flatMap(Optional::stream)
                        .toList());
    }

    /** What is to be loaded with others; empty if the flight ends in another way. */
    private Optional<Loads.Ready<K, V>> granted(Flight<K, V> flight, Outcome<V> outcome, BulkLoader<K, V> loader) {
        if (outcome instanceof Outcome.Granted<V> granted) {
            landing.learn(flight, granted.former());
            return Optional.of(loads.granted(flight, granted.lease()));
        }
        if (outcome instanceof Outcome.Down<V>) {
            return Optional.of(loads.alone(flight));
        }
        next(flight, one(loader), outcome, 0);
        return Optional.empty();
    }

    static <K, V> Loader<K, V> one(BulkLoader<K, V> loader) {
        return (key, context) ->
                loader.loadAll(Map.of(key, context)).thenApply(values -> Optional.ofNullable(values.get(key)));
    }

    private void next(Flight<K, V> flight, Loader<? super K, V> loader, Outcome<V> outcome, int foreign) {
        if (outcome instanceof Outcome.Usable<V> usable) {
            counters.storeHits.increment();
            NearEntry<K, V> entry = landing.land(flight, usable.found(), Cached.Origin.HIT_STORE);
            refreshIfDue(flight.key, entry, loader);
        } else if (outcome instanceof Outcome.Unusable<V> unusable && foreign < MOST_FOREIGN) {
            landing.learn(flight, unusable.former());
            acquire(flight, loader, unusable.seen(), foreign + 1);
        } else if (outcome instanceof Outcome.Granted<V> granted) {
            landing.learn(flight, granted.former());
            loads.load(loads.granted(flight, granted.lease()), loader);
        } else if (outcome instanceof Outcome.Waiting<V> waiting) {
            landing.learn(flight, waiting.former());
            await(flight, loader, waiting);
        } else {
            loads.load(loads.alone(flight), loader);
        }
    }

    private void acquire(Flight<K, V> flight, Loader<? super K, V> loader, String seen, int foreign) {
        guarded(flight, far.acquire(flight.key, seen).thenAccept(outcome -> next(flight, loader, outcome, foreign)));
    }

    private void await(Flight<K, V> flight, Loader<? super K, V> loader, Outcome.Waiting<V> waiting) {
        Duration left = loadTimeout.minusNanos(near.now() - flight.begun);
        if (flight.purpose == Purpose.EARLY_REFRESH || left.isNegative()) {
            far.stopWaiting(flight.key);
            landing.failed(flight, new TimeoutException("Another process loads the value"));
            return;
        }
        counters.leaseWaits.increment();
        flight.waiting(true);
        CompletableFuture<Void> changed = waiting.changed().copy();
        timer.later(shortest(left, waiting.remaining(), POLL), () -> changed.complete(null));
        CompletionStage<Void> woken = changed;
        guarded(flight, woken.thenRun(() -> {
            flight.waiting(false);
            Found<V> former = flight.former(near.now());
            acquire(flight, loader, former == null ? "" : former.version(), 0);
        }));
    }

    private static Duration shortest(Duration... durations) {
        return List.of(durations).stream().min(Duration::compareTo).orElseThrow();
    }

    /** Thinks of a refresh of an entry that was hit; one is begun at the most once in a while. */
    void refreshIfDue(K key, NearEntry<K, V> entry, Loader<? super K, V> loader) {
        long now = near.now();
        if (isEarly(entry.remaining(now), entry.found().loadTime()) && entry.claimRefresh(now, retryDelay.toNanos())) {
            counters.refreshes.increment();
            refresh(key, entry, loader, Purpose.EARLY_REFRESH);
        }
    }

    /**
     * Whether to refresh an entry before its time, with a likelihood that grows towards its end and with the time that a
     * load takes (Vattani, Chierichetti and Lowenstein, <i>Optimal Probabilistic Cache Stampede Prevention</i>, 2015).
     */
    private boolean isEarly(Duration remaining, Duration loadTime) {
        double ahead = -Math.log(1 - random.getAsDouble()) * earlyRefresh * loadTime.toNanos();
        return remaining.isNegative() || (ahead > 0 && ahead >= remaining.toNanos());
    }

    /** Loads the value anew; the entry is replaced by the next once that is there, if it is still there itself. */
    CompletionStage<Cached<V>> refresh(K key, NearEntry<K, V> entry, Loader<? super K, V> loader) {
        return refresh(key, entry, loader, Purpose.REFRESH);
    }

    private CompletionStage<Cached<V>> refresh(
            K key, NearEntry<K, V> entry, Loader<? super K, V> loader, Purpose purpose) {
        Flight<K, V> next = begin(key, here(), purpose);
        long now = near.now();
        next.former(entry.found(now), now);
        next.replacing(entry);
        acquire(next, loader, entry.found().version(), 0);
        return next.answer();
    }

    /** The same where the near level has nothing to replace. */
    CompletionStage<Cached<V>> reload(K key, Loader<? super K, V> loader) {
        Flight<K, V> next = begin(key, here(), Purpose.REFRESH);
        guarded(next, far.read(key).thenAccept(outcome -> {
            if (outcome instanceof Outcome.Usable<V> usable) {
                next.former(usable.found(), near.now());
                acquire(next, loader, usable.found().version(), 0);
            } else {
                next(next, loader, outcome, 0);
            }
        }));
        return next.answer();
    }
}

package dev.scalableapi.cache;

import dev.scalableapi.core.cache.Epoch;
import dev.scalableapi.core.cache.Lease;
import dev.scalableapi.core.cache.Lifetime;
import dev.scalableapi.core.http.ApiPipeline;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings flights to their end: by the far level, by waiting for another process that loads, or by a load of its own.
 *
 * <p>A load is kept only if nothing has made it wrong since it began. In this process that is so while its flight is in
 * the near level; between processes, while its lease stands, which each write of the key ends; for tags, while the nonces
 * that were read before it are current.
 */
final class ReadThrough<K, V> {
    private static final double JITTER = 0.1;
    /** How often one who waits looks for himself, in case no wake-up reaches him. */
    private static final Duration POLL = Duration.ofMillis(200);
    /** How often an entry that others write in a way that can't be read is taken for the last one. */
    private static final int MOST_FOREIGN = 3;
    /** Beyond so many times the load's duration an early refresh is less likely than one in a billion. */
    private static final double FURTHEST_REFRESH = 20;

    private final NearLevel<K, V> near;
    private final FarLevel<K, V> far;
    private final Timer timer;
    private final Counters counters;
    private final CacheTelemetry telemetry;
    private final Duration ttl;
    private final Duration negativeTtl;
    private final Duration nearTtl;
    private final Staleness staleness;
    private final Duration retryDelay;
    private final Duration outageTtl;
    private final Duration loadTimeout;
    private final @Nullable Duration softTimeout;
    private final double earlyRefresh;
    private final Clock clock;
    private final DoubleSupplier random;

    ReadThrough(
            CacheAsideBuilder<K, V> settings,
            NearLevel<K, V> near,
            FarLevel<K, V> far,
            Timer timer,
            Counters counters,
            CacheTelemetry telemetry) {
        this.near = near;
        this.far = far;
        this.timer = timer;
        this.counters = counters;
        this.telemetry = telemetry;
        ttl = settings.ttl;
        negativeTtl = settings.negativeTtl();
        nearTtl = settings.nearTtl();
        staleness = settings.staleness();
        retryDelay = settings.retryDelay;
        outageTtl = settings.outageTtl;
        loadTimeout = settings.loadTimeout;
        softTimeout = settings.softTimeout;
        earlyRefresh = settings.earlyRefresh;
        clock = settings.clock;
        random = settings.random;
    }

    /** A flight that begins now; the caller puts it into the near level before it lets it start. */
    Flight<K, V> begin(K key) {
        Flight<K, V> flight = new Flight<>(key, far.epoch(), far.nonces().local(), near.now());
        far.name(key).ifPresent(name -> near.name(flight, name));
        return flight;
    }

    /** Whether one who comes now may have the answer of a flight that is under way. */
    boolean mayBeJoined(Flight<K, V> flight) {
        long now = near.now();
        return flight.era.isLive() && (flight.epoch.isLive(now) || now - flight.begun < outageTtl.toNanos());
    }

    void start(Flight<K, V> flight, Loader<? super K, V> loader) {
        offerStale(flight);
        Supplied<K, V> load = new Supplied<>(flight, loader, false);
        guarded(flight, far.read(flight.key).thenAccept(outcome -> next(load, outcome, 0)));
    }

    /** A fault of this class must not leave those who wait without an answer. */
    private void guarded(Flight<K, V> flight, CompletionStage<Void> step) {
        step.exceptionally(failure -> {
            near.remove(flight.key, flight);
            flight.fail(ApiPipeline.cause(failure));
            return null;
        });
    }

    /** The same for many, with one look and one load. */
    void startAll(List<Flight<K, V>> flights, BulkLoader<K, V> loader) {
        List<K> keys = flights.stream().map(flight -> flight.key).toList();
        flights.forEach(this::offerStale);
        CompletionStage<Void> begun = far.readAll(keys).thenAccept(outcomes -> {
            List<CompletableFuture<Optional<Ready<K, V>>>> grants = new ArrayList<>();
            for (int i = 0; i < flights.size(); i++) {
                grants.add(grant(flights.get(i), outcomes.get(i), loader).toCompletableFuture());
            }
            CompletionStage<Void> all = CompletableFuture.allOf(grants.toArray(CompletableFuture[]::new));
            all.thenRun(() -> {
                List<Ready<K, V>> ready = grants.stream()
                        .map(CompletableFuture::join)
                        .flatMap(Optional::stream)
                        .toList();
                if (!ready.isEmpty()) {
                    loadAll(ready, loader);
                }
            });
        });
        flights.forEach(flight -> guarded(flight, begun));
    }

    /** What is to be loaded with others; empty if the flight ends in another way. */
    private CompletionStage<Optional<Ready<K, V>>> grant(
            Flight<K, V> flight, Outcome<V> outcome, BulkLoader<K, V> loader) {
        if (outcome instanceof Outcome.Unusable<V> unusable) {
            learn(flight, unusable.former());
            return far.acquire(flight.key, unusable.seen()).thenApply(acquired -> granted(flight, acquired, loader));
        }
        return CompletableFuture.completedFuture(granted(flight, outcome, loader));
    }

    private Optional<Ready<K, V>> granted(Flight<K, V> flight, Outcome<V> outcome, BulkLoader<K, V> loader) {
        if (outcome instanceof Outcome.Granted<V> granted) {
            learn(flight, granted.former());
            return Optional.of(new Ready<>(flight, Hold.of(far, timer, granted.lease()), false));
        }
        if (outcome instanceof Outcome.Down<V>) {
            return Optional.of(new Ready<>(flight, Hold.of(far, timer, Optional.empty()), true));
        }
        next(new Supplied<>(flight, one(loader), false), outcome, 0);
        return Optional.empty();
    }

    static <K, V> Loader<K, V> one(BulkLoader<K, V> loader) {
        return (key, context) ->
                loader.loadAll(Map.of(key, context)).thenApply(values -> Optional.ofNullable(values.get(key)));
    }

    private void next(Supplied<K, V> load, Outcome<V> outcome, int foreign) {
        Flight<K, V> flight = load.flight();
        if (outcome instanceof Outcome.Usable<V> usable) {
            counters.storeHits.increment();
            land(flight, usable.found(), cached(usable.found(), Cached.Origin.HIT_STORE));
            refreshIfEarly(flight, load.loader());
        } else if (outcome instanceof Outcome.Unusable<V> unusable) {
            learn(flight, unusable.former());
            if (foreign < MOST_FOREIGN) {
                acquire(load, unusable.seen(), foreign + 1);
            } else {
                load(load, new Ready<>(flight, Hold.of(far, timer, Optional.empty()), true));
            }
        } else if (outcome instanceof Outcome.Granted<V> granted) {
            learn(flight, granted.former());
            load(load, new Ready<>(flight, Hold.of(far, timer, granted.lease()), false));
        } else if (outcome instanceof Outcome.Waiting<V> waiting) {
            learn(flight, waiting.former());
            await(load, waiting);
        } else {
            load(load, new Ready<>(flight, Hold.of(far, timer, Optional.empty()), true));
        }
    }

    private void acquire(Supplied<K, V> load, String seen, int foreign) {
        Flight<K, V> flight = load.flight();
        guarded(flight, far.acquire(flight.key, seen).thenAccept(outcome -> next(load, outcome, foreign)));
    }

    private void learn(Flight<K, V> flight, @Nullable Found<V> former) {
        if (former != null) {
            flight.former(former);
            offerStale(flight);
        }
    }

    private void await(Supplied<K, V> load, Outcome.Waiting<V> waiting) {
        Flight<K, V> flight = load.flight();
        Duration left = loadTimeout.minusNanos(near.now() - flight.begun);
        if (load.refresh() || left.isNegative()) {
            far.stopWaiting(flight.key);
            failed(load.flight(), load.refresh(), new TimeoutException("Another process loads the value"));
            return;
        }
        counters.leaseWaits.increment();
        flight.waiting(true);
        CompletableFuture<Void> changed = waiting.changed().copy();
        CompletionStage<Void> woken = changed;
        timer.later(shorter(left, shorter(waiting.remaining(), POLL)), () -> changed.complete(null));
        Found<V> former = flight.former();
        woken.thenRun(() -> {
            flight.waiting(false);
            acquire(load, former == null ? "" : former.version(), 0);
        });
    }

    private void load(Supplied<K, V> load, Ready<K, V> ready) {
        Flight<K, V> flight = load.flight();
        LoadContext<V> context = context(flight);
        run(
                List.of(ready),
                load.refresh(),
                () -> load.loader().load(flight.key, context).thenApply(value -> {
                    Objects.requireNonNull(value, "The loader completed with null");
                    return Map.of(flight.key, new Loaded<>(context, value));
                }));
    }

    private void loadAll(List<Ready<K, V>> ready, BulkLoader<K, V> loader) {
        Map<K, LoadContext<V>> contexts = new LinkedHashMap<>();
        ready.forEach(one -> contexts.put(one.flight().key, context(one.flight())));
        run(
                ready,
                false,
                () -> loader.loadAll(Collections.unmodifiableMap(contexts)).thenApply(values -> {
                    Map<K, Loaded<V>> loaded = new LinkedHashMap<>();
                    contexts.forEach((key, context) ->
                            loaded.put(key, new Loaded<>(context, Optional.ofNullable(values.get(key)))));
                    return loaded;
                }));
    }

    private LoadContext<V> context(Flight<K, V> flight) {
        Found<V> former = flight.former();
        return new LoadContext<>(
                former == null ? null : former.value().orElse(null),
                clock.instant().plus(loadTimeout));
    }

    /** One load, for one flight or many. */
    private void run(List<Ready<K, V>> ready, boolean refresh, Supplier<CompletionStage<Map<K, Loaded<V>>>> load) {
        boolean alone = ready.stream().allMatch(Ready::alone);
        Nonce local = far.nonces().local();
        CompletionStage<Optional<Nonces.Base>> base = alone
                ? CompletableFuture.completedStage(Optional.empty())
                : far.nonces().base().thenApply(Optional::of).exceptionally(failure -> Optional.empty());
        base.thenAccept(before -> {
            counters.loads.increment();
            long start = near.now();
            Supplier<CompletionStage<Map<K, Loaded<V>>>> inContext =
                    ready.get(0).flight().caller.wrapSupplier(() -> telemetry.spanned(SpanKind.INTERNAL, "load", load));
            CompletionStage<Map<K, Loaded<V>>> loading = timer.bounded(inContext, loadTimeout);
            loading.whenComplete((loaded, failure) -> {
                Duration time = Duration.ofNanos(near.now() - start);
                telemetry.loaded(time);
                if (failure != null) {
                    counters.loadFailures.increment();
                }
                for (Ready<K, V> one : ready) {
                    Loaded<V> mine = loaded == null ? null : loaded.get(one.flight().key);
                    Throwable cause = mine == null
                            ? ApiPipeline.cause(Objects.requireNonNull(failure))
                            : mine.context().said(ttl, staleness).failure();
                    if (mine != null && cause == null) {
                        finish(one, before, local, mine, time);
                    } else {
                        one.hold().release();
                        failed(one.flight(), refresh, Objects.requireNonNull(cause));
                    }
                }
            });
        });
    }

    private void finish(Ready<K, V> ready, Optional<Nonces.Base> before, Nonce local, Loaded<V> loaded, Duration time) {
        boolean absent = loaded.value().isEmpty();
        LoadContext.Said said = loaded.context().said(absent ? negativeTtl : ttl, staleness);
        Duration fresh = jittered(said.ttl());
        Found<V> found = new Found<>(loaded.value(), "", fresh, time, said.staleness(), List.of());
        if (!said.kept()) {
            ready.hold().release();
            pass(ready.flight(), found);
        } else if (ready.alone() || before.isEmpty()) {
            ready.hold().release();
            landAlone(ready.flight(), found, local);
        } else {
            far.nonces()
                    .of(before.get(), said.tags(), fresh.plus(said.staleness().longest()))
                    .exceptionally(failure -> Optional.empty())
                    .thenAccept(nonces -> commit(ready, found, nonces));
        }
    }

    private void commit(Ready<K, V> ready, Found<V> found, Optional<List<Nonce>> nonces) {
        if (nonces.isEmpty()) {
            ready.hold().release();
            pass(ready.flight(), found);
            return;
        }
        String version = ready.hold().lease.map(Lease::token).orElse("");
        Found<V> valid = new Found<>(
                found.value(), version, found.remaining(), found.loadTime(), found.staleness(), nonces.get());
        Lifetime lifetime = new Lifetime(valid.remaining(), valid.staleness().longest());
        ready.hold().end();
        CompletionStage<Boolean> committed = ready.hold()
                .lease
                .map(lease -> far.commit(lease, valid, lifetime))
                .orElseGet(() -> CompletableFuture.completedStage(true));
        committed.exceptionally(failure -> false).thenAccept(written -> {
            if (written) {
                land(ready.flight(), valid, cached(valid, Cached.Origin.LOADED));
            } else {
                counters.lostLeases.increment();
                pass(ready.flight(), valid);
            }
        });
    }

    /** Answers with what must not be kept: it may have been made wrong during the load. */
    private void pass(Flight<K, V> flight, Found<V> found) {
        near.remove(flight.key, flight);
        flight.pass(cached(found, Cached.Origin.LOADED));
    }

    /** Keeps for a moment what was loaded without a store to ask: changes by others are not heard of. */
    private void landAlone(Flight<K, V> flight, Found<V> found, Nonce local) {
        Duration life = shorter(found.remaining(), outageTtl);
        Found<V> brief = new Found<>(found.value(), "", life, found.loadTime(), Staleness.NONE, List.of(local));
        Cached<V> cached = cached(brief, Cached.Origin.LOADED);
        flight.land(entry(brief, cached, Epoch.unlimited(), life, life), cached);
    }

    private void land(Flight<K, V> flight, Found<V> found, Cached<V> first) {
        Duration life =
                far.isShared() && nearTtl.compareTo(found.remaining()) < 0 ? jittered(nearTtl) : found.remaining();
        Duration early = found.loadTime().multipliedBy((long) Math.ceil(FURTHEST_REFRESH * earlyRefresh));
        Duration quiet = shorter(life, found.remaining().minus(early));
        flight.land(entry(found, first, flight.epoch, life, quiet), first);
    }

    private NearEntry<V> entry(Found<V> found, Cached<V> first, Epoch epoch, Duration life, Duration quiet) {
        Duration kept = found.remaining().plus(found.staleness().longest());
        return new NearEntry<>(found, first, epoch, near.now(), kept, life, quiet);
    }

    /** Serves what stood there before, where that is allowed, and does not try again for a while. */
    private void failed(Flight<K, V> flight, boolean refresh, Throwable failure) {
        Found<V> former = flight.former();
        if (refresh || former == null || !former.mayBeServedOnError()) {
            near.remove(flight.key, flight);
            flight.fail(failure);
            return;
        }
        counters.staleServed.increment();
        Cached<V> stale = cached(former, Cached.Origin.HIT_STORE);
        NearEntry<V> entry = entry(former, stale, flight.epoch, retryDelay, retryDelay);
        flight.land(entry, stale);
    }

    /** Answers with what is past its time: at once where it may be served during the load, else when that takes long. */
    private void offerStale(Flight<K, V> flight) {
        Found<V> former = flight.former();
        if (former == null) {
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

    /**
     * Refreshes an entry before its time, with a likelihood that grows towards its end and with the time that a load takes
     * (Vattani, Chierichetti and Lowenstein, <i>Optimal Probabilistic Cache Stampede Prevention</i>, 2015).
     */
    private boolean isEarly(Duration remaining, Duration loadTime) {
        double ahead = -Math.log(1 - random.getAsDouble()) * earlyRefresh * loadTime.toNanos();
        return remaining.isNegative() || (ahead > 0 && ahead >= remaining.toNanos());
    }

    private void refreshIfEarly(Flight<K, V> landed, Loader<? super K, V> loader) {
        NearEntry<V> entry = landed.entry();
        if (entry != null) {
            refreshIfDue(landed, entry, loader);
        }
    }

    /** Thinks of a refresh of an entry that was hit; one is begun at the most once in a while. */
    void refreshIfDue(Flight<K, V> present, NearEntry<V> entry, Loader<? super K, V> loader) {
        long now = near.now();
        if (isEarly(entry.remaining(now), entry.found.loadTime()) && entry.claimRefresh(now, retryDelay.toNanos())) {
            counters.refreshes.increment();
            refresh(present, entry, loader);
        }
    }

    /** Loads the value anew; the flight is replaced by another once that has landed, if it is still there then. */
    CompletionStage<Cached<V>> refresh(Flight<K, V> present, NearEntry<V> entry, Loader<? super K, V> loader) {
        Flight<K, V> next = begin(present.key);
        next.former(entry.found(near.now()));
        CompletionStage<NearEntry<V>> landing = next;
        landing.thenAccept(landed -> {
            if (landed != null) {
                near.replace(present.key, present, next);
            }
        });
        acquire(new Supplied<>(next, loader, true), entry.found.version(), 0);
        return next.answer();
    }

    private Duration jittered(Duration duration) {
        return Duration.ofNanos((long) (duration.toNanos() * (1 - JITTER * random.getAsDouble())));
    }

    /** An entry that is put in place of any other. */
    Found<V> written(V value) {
        return new Found<>(Optional.of(value), "", jittered(ttl), Duration.ZERO, staleness, List.of());
    }

    Flight<K, V> landed(K key, Found<V> found) {
        Flight<K, V> flight = begin(key);
        land(flight, found, cached(found, Cached.Origin.LOADED));
        return flight;
    }

    /** Makes what has landed stale, and keeps what is on its way from landing. */
    void expire(@Nullable Flight<K, V> present) {
        NearEntry<V> entry = present == null ? null : present.entry();
        if (present != null && entry != null) {
            Cached<V> stale = new Cached<>(entry.hit.value(), Cached.Origin.HIT_NEAR, clock.instant());
            Flight<K, V> expired = begin(present.key);
            expired.land(entry.expired(near.now(), stale), stale);
            near.replace(present.key, present, expired);
        } else if (present != null) {
            near.remove(present.key, present);
        }
    }

    Optional<Cached<V>> usable(Outcome<V> outcome) {
        if (outcome instanceof Outcome.Usable<V> usable) {
            counters.storeHits.increment();
            return Optional.of(cached(usable.found(), Cached.Origin.HIT_STORE));
        }
        return Optional.empty();
    }

    private Cached<V> cached(Found<V> found, Cached.Origin origin) {
        return new Cached<>(found.value(), origin, clock.instant().plus(found.remaining()));
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /**
     * A flight and what loads its value.
     *
     * @param refresh whether there is a value, so that nothing is waited for and nothing stale served in its place
     */
    private record Supplied<K, V>(Flight<K, V> flight, Loader<? super K, V> loader, boolean refresh) {}

    /**
     * A flight that is to be loaded here.
     *
     * @param alone whether that is done without the far level
     */
    private record Ready<K, V>(Flight<K, V> flight, Hold<K, V> hold, boolean alone) {}

    private record Loaded<V>(LoadContext<V> context, Optional<V> value) {}
}

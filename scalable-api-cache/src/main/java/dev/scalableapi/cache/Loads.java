package dev.scalableapi.cache;

import dev.scalableapi.core.cache.Lease;
import dev.scalableapi.core.cache.Lifetime;
import dev.scalableapi.core.http.ApiPipeline;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs loaders, and commits what they give.
 *
 * <p>A load is kept only if nothing has made it wrong since it began. In this process that is so while its flight is in
 * the near level; between processes, while its lease stands, which each write of the key ends; for tags, while the nonces
 * that were read before it are current. Thread-safe.
 */
final class Loads<K, V> {
    private final NearLevel<K, V> near;
    private final FarLevel<K, V> far;
    private final Landing<K, V> landing;
    private final Timer timer;
    private final Counters counters;
    private final CacheTelemetry telemetry;
    private final Duration ttl;
    private final Duration negativeTtl;
    private final Staleness staleness;
    private final Duration loadTimeout;
    private final TimeLimit limit;
    private final Clock clock;

    Loads(
            CacheAsideBuilder<K, V> settings,
            NearLevel<K, V> near,
            FarLevel<K, V> far,
            Landing<K, V> landing,
            Timer timer,
            Counters counters,
            CacheTelemetry telemetry) {
        this.near = near;
        this.far = far;
        this.landing = landing;
        this.timer = timer;
        this.counters = counters;
        this.telemetry = telemetry;
        ttl = settings.ttl;
        negativeTtl = settings.negativeTtl();
        staleness = settings.staleness();
        loadTimeout = settings.loadTimeout;
        limit = new TimeLimit(timer, loadTimeout);
        clock = settings.clock;
    }

    /**
     * A flight that is to be loaded here.
     *
     * @param alone whether that is done without the far level, which can't be reached
     */
    record Ready<K, V>(Flight<K, V> flight, Hold<K, V> hold, boolean alone) {}

    Ready<K, V> granted(Flight<K, V> flight, Optional<Lease> lease) {
        return new Ready<>(flight, Hold.of(far, timer, lease), false);
    }

    Ready<K, V> alone(Flight<K, V> flight) {
        return new Ready<>(flight, Hold.of(far, timer, Optional.empty()), true);
    }

    void load(Ready<K, V> ready, Loader<? super K, V> loader) {
        K key = ready.flight().key;
        LoadContext<V> context = context(ready.flight());
        run(
                List.of(ready),
                () -> loader.load(key, context).thenApply(value -> {
                    Objects.requireNonNull(value, "The loader completed with null");
                    return Map.of(key, new Loaded<>(context, value));
                }));
    }

    void loadAll(List<Ready<K, V>> ready, BulkLoader<K, V> loader) {
        Map<K, LoadContext<V>> contexts = new LinkedHashMap<>();
        ready.forEach(one -> contexts.put(one.flight().key, context(one.flight())));
        run(
                ready,
                () -> loader.loadAll(Collections.unmodifiableMap(contexts)).thenApply(values -> {
                    Map<K, Loaded<V>> loaded = new LinkedHashMap<>();
                    contexts.forEach((key, context) ->
                            loaded.put(key, new Loaded<>(context, Optional.ofNullable(values.get(key)))));
                    return loaded;
                }));
    }

    private LoadContext<V> context(Flight<K, V> flight) {
        Found<V> former = flight.former(near.now());
        return new LoadContext<>(
                former == null ? null : former.value().orElse(null),
                clock.instant().plus(loadTimeout));
    }

    /** One load, for one flight or many. */
    private void run(List<Ready<K, V>> ready, Supplier<CompletionStage<Map<K, Loaded<V>>>> load) {
        Nonce local = far.nonces().local();
        base(ready).thenAccept(before -> {
            counters.loads.increment();
            long start = near.now();
            Supplier<CompletionStage<Map<K, Loaded<V>>>> inContext =
                    ready.get(0).flight().caller.wrapSupplier(() -> telemetry.spanned(SpanKind.INTERNAL, "load", load));
            CompletionStage<Map<K, Loaded<V>>> loading = limit.call(inContext);
            loading.whenComplete((loaded, failure) -> {
                Duration time = Duration.ofNanos(near.now() - start);
                telemetry.loaded(time);
                if (failure != null) {
                    counters.loadFailures.increment();
                }
                ready.forEach(one ->
                        ended(one, before, local, loaded == null ? null : loaded.get(one.flight().key), failure, time));
            });
        });
    }

    private CompletionStage<Optional<Nonces.Base>> base(List<Ready<K, V>> ready) {
        return ready.stream().allMatch(Ready::alone)
                ? CompletableFuture.completedStage(Optional.empty())
                : far.nonces().base().thenApply(Optional::of).exceptionally(failure -> Optional.empty());
    }

    private void ended(
            Ready<K, V> ready,
            Optional<Nonces.Base> before,
            Nonce local,
            @Nullable Loaded<V> loaded,
            @Nullable Throwable failure,
            Duration time) {
        if (loaded == null) {
            failed(ready, ApiPipeline.cause(Objects.requireNonNull(failure)));
            return;
        }
        LoadContext.Said said = loaded.context().said(loaded.value().isEmpty() ? negativeTtl : ttl, staleness);
        if (said.failure() != null) {
            failed(ready, said.failure());
            return;
        }
        Found<V> found =
                new Found<>(loaded.value(), "", landing.jittered(said.ttl()), time, said.staleness(), List.of());
        if (!said.kept()) {
            pass(ready, found);
        } else if (ready.alone() || before.isEmpty()) {
            ready.hold().release();
            landing.landAlone(ready.flight(), found, local);
        } else {
            far.nonces()
                    .of(
                            before.get(),
                            said.tags(),
                            found.remaining().plus(said.staleness().longest()))
                    .exceptionally(unknown -> Optional.empty())
                    .thenAccept(nonces -> nonces.ifPresentOrElse(
                            current -> commit(ready, found.with(current)), () -> pass(ready, found)));
        }
    }

    private void failed(Ready<K, V> ready, Throwable failure) {
        ready.hold().release();
        landing.failed(ready.flight(), failure);
    }

    private void pass(Ready<K, V> ready, Found<V> found) {
        ready.hold().release();
        landing.pass(ready.flight(), found);
    }

    private void commit(Ready<K, V> ready, Found<V> found) {
        ready.hold().end();
        Optional<Lease> lease = ready.hold().lease;
        Found<V> committed = found.versioned(lease.map(Lease::token).orElse(""));
        Lifetime lifetime = new Lifetime(found.remaining(), found.staleness().longest());
        lease.map(held -> far.commit(held, committed, lifetime))
                .orElseGet(() -> CompletableFuture.completedStage(true))
                .exceptionally(unknown -> false)
                .thenAccept(written -> {
                    if (written) {
                        landing.land(ready.flight(), committed, Cached.Origin.LOADED);
                    } else {
                        counters.lostLeases.increment();
                        landing.pass(ready.flight(), committed);
                    }
                });
    }

    private record Loaded<V>(LoadContext<V> context, Optional<V> value) {}
}

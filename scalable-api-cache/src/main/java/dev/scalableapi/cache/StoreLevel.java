package dev.scalableapi.cache;

import dev.scalableapi.core.cache.Acquisition;
import dev.scalableapi.core.cache.CacheStore;
import dev.scalableapi.core.cache.Epoch;
import dev.scalableapi.core.cache.Lease;
import dev.scalableapi.core.cache.Lifetime;
import dev.scalableapi.core.cache.StoredEntry;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A {@link CacheStore} as far level. It does not read a key whose last write the store has not confirmed. */
final class StoreLevel<K, V> implements FarLevel<K, V> {
    /** How many writes may be unconfirmed before all entries are made wrong instead. */
    private static final int MOST_UNCONFIRMED = 10_000;

    private static final long COUNT = TimeUnit.MILLISECONDS.toNanos(100);

    private final String cache;
    private final CacheStore store;
    private final Codec<V> codec;
    private final Function<? super K, String> keys;
    private final Duration lease;
    private final StoreCalls calls;
    private final NearLevel<K, V> near;
    private final StoreNonces nonces;
    private final Wakeups wakeups = new Wakeups();
    private final UnconfirmedWrites<String> writes;
    private final AtomicLong nextCount = new AtomicLong(System.nanoTime());

    StoreLevel(
            CacheAsideBuilder<K, V> settings,
            CacheStore store,
            Codec<V> codec,
            StoreCalls calls,
            NearLevel<K, V> near) {
        this.cache = settings.name;
        this.store = store;
        this.codec = codec;
        this.keys = settings.keys;
        this.lease = settings.lease;
        this.calls = calls;
        this.near = near;
        nonces = new StoreNonces(cache, store, calls, settings.longestLife());
        writes = new UnconfirmedWrites<>(
                key -> calls.call("invalidate", () -> store.invalidate(key)),
                action -> calls.later(UnconfirmedWrites.PAUSE, action));
        WeakListener listener = new WeakListener(this);
        listener.registration = store.listen(listener);
    }

    @Override
    public Epoch epoch() {
        return store.epoch();
    }

    @Override
    public Nonces nonces() {
        return nonces;
    }

    @Override
    public boolean isShared() {
        return true;
    }

    /** A key that has no name is loaded by everyone for himself: the fault is one of the program. */
    @Override
    public Optional<String> name(K key) {
        try {
            return Optional.of(cache + ":" + keys.apply(key));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public CompletionStage<Outcome<V>> read(K key) {
        return named(
                key, name -> afterWrites("get", name, () -> store.get(name)).thenCompose(this::interpret));
    }

    @Override
    public CompletionStage<List<Outcome<V>>> readAll(List<K> all) {
        return readable(all).thenCompose(readable -> {
            List<String> known = new ArrayList<>(readable.size());
            readable.forEach(name -> name.ifPresent(known::add));
            return calls.call("getAll", () -> store.getAll(known))
                    .thenCompose(this::interpretAll)
                    .exceptionally(failure ->
                            known.stream().<Outcome<V>>map(name -> down()).toList())
                    .thenApply(outcomes -> spread(readable, outcomes));
        });
    }

    /** Completes with the keys' names once the store may be read for them; empty for those for which it may not. */
    private CompletionStage<List<Optional<String>>> readable(List<K> all) {
        List<Optional<String>> names = new ArrayList<>(all.size());
        all.forEach(key -> names.add(name(key)));
        return writes.isEmpty()
                ? CompletableFuture.completedFuture(names)
                : all(names.stream().map(this::readable).toList());
    }

    private CompletableFuture<Optional<String>> readable(Optional<String> name) {
        return name.isEmpty()
                ? CompletableFuture.completedFuture(name)
                : writes.settled(name.get()).thenApply(done -> name).exceptionally(unconfirmed -> Optional.empty());
    }

    private static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> stages) {
        return CompletableFuture.allOf(stages.toArray(CompletableFuture[]::new))
                .thenApply(done -> stages.stream().map(CompletableFuture::join).toList());
    }

    private static <V> List<Outcome<V>> spread(List<Optional<String>> names, List<Outcome<V>> known) {
        if (known.size() == names.size()) {
            return known;
        }
        List<Outcome<V>> all = new ArrayList<>();
        int next = 0;
        for (Optional<String> name : names) {
            all.add(name.isPresent() ? known.get(next++) : down());
        }
        return all;
    }

    private static <V> Outcome<V> down() {
        return new Outcome.Down<>();
    }

    /** With one look for all nonces that are not near. */
    private CompletionStage<List<Outcome<V>>> interpretAll(List<Optional<StoredEntry>> entries) {
        Set<String> names = new HashSet<>();
        List<Content<V>> contents = new ArrayList<>(entries.size());
        for (Optional<StoredEntry> entry : entries) {
            Content<V> content = content(entry);
            contents.add(content);
            names.addAll(content.nonces());
        }
        return nonces.current(names)
                .thenApply(current -> contents.stream()
                        .map(content -> content.outcome(current))
                        .toList());
    }

    private CompletionStage<Outcome<V>> interpret(Optional<StoredEntry> entry) {
        Content<V> content = content(entry);
        return nonces.current(content.nonces()).thenApply(content::outcome);
    }

    private Content<V> content(Optional<StoredEntry> entry) {
        return entry.map(present -> new Content<>(present, decoded(present.value())))
                .orElseGet(() -> new Content<>(null, null));
    }

    /**
     * What the store holds.
     *
     * @param entry null if there is none
     * @param value null if there is none, or it is foreign
     */
    private record Content<V>(
            @Nullable StoredEntry entry, @Nullable StoredValue<V> value) {
        /** The names of those that it carries. */
        Set<String> nonces() {
            return value == null ? Set.of() : value.nonces().keySet();
        }

        /** Null if it is foreign, or a nonce that it carries is no longer current. */
        @Nullable Found<V> found(Map<String, Nonce> current) {
            return entry == null || value == null
                    ? null
                    : Nonces.valid(value.nonces(), current)
                            .map(valid -> new Found<>(
                                    value.value(),
                                    entry.version(),
                                    entry.remaining(),
                                    value.loadTime(),
                                    value.staleness(),
                                    valid))
                            .orElse(null);
        }

        Outcome<V> outcome(Map<String, Nonce> current) {
            Found<V> found = found(current);
            return found != null && found.isFresh()
                    ? new Outcome.Usable<>(found)
                    : new Outcome.Unusable<>(entry == null ? "" : entry.version(), found);
        }
    }

    private @Nullable StoredValue<V> decoded(byte[] bytes) {
        try {
            Optional<StoredValue<V>> stored = StoredValue.decode(bytes, codec);
            if (stored.isEmpty()) {
                calls.foreignValue();
            }
            return stored.orElse(null);
        } catch (RuntimeException e) {
            calls.codecFailed(e);
            return null;
        }
    }

    @Override
    public CompletionStage<Outcome<V>> acquire(K key, String seen) {
        return named(key, name -> {
            // Before the store is asked: what happens after its answer is heard.
            CompletableFuture<Void> changed = wakeups.next(name);
            return afterWrites("acquire", name, () -> store.acquire(name, lease, seen))
                    .thenCompose(acquired -> interpret(acquired, changed))
                    .whenComplete((outcome, failure) -> {
                        if (!(outcome instanceof Outcome.Waiting)) {
                            wakeups.wake(name);
                        }
                    });
        });
    }

    @Override
    public void stopWaiting(K key) {
        name(key).ifPresent(wakeups::wake);
    }

    private CompletionStage<Outcome<V>> interpret(Acquisition acquired, CompletableFuture<Void> changed) {
        if (acquired instanceof Acquisition.Fresh fresh) {
            return interpret(Optional.of(fresh.entry()));
        }
        if (acquired instanceof Acquisition.Granted granted) {
            return former(granted.former())
                    .thenApply(former -> new Outcome.Granted<>(Optional.of(granted.lease()), former));
        }
        Acquisition.Wait wait = (Acquisition.Wait) acquired;
        return former(wait.former()).thenApply(former -> new Outcome.Waiting<>(changed, wait.remaining(), former));
    }

    private CompletionStage<@Nullable Found<V>> former(Optional<StoredEntry> entry) {
        Content<V> content = content(entry);
        return nonces.current(content.nonces()).thenApply(content::found);
    }

    /** A read of the store that comes after all writes of this key. */
    private <T> CompletableFuture<T> afterWrites(String what, String name, Supplier<CompletionStage<T>> operation) {
        CompletableFuture<Void> settled = writes.settled(name);
        return settled.isDone() && !settled.isCompletedExceptionally()
                ? calls.call(what, operation)
                : settled.thenCompose(done -> calls.call(what, operation));
    }

    private CompletionStage<Outcome<V>> named(K key, Function<String, CompletionStage<Outcome<V>>> operation) {
        return name(key)
                .map(operation)
                .map(outcome -> outcome.exceptionally(failure -> down()))
                .orElseGet(() -> CompletableFuture.completedStage(down()));
    }

    @Override
    public CompletionStage<Boolean> renew(Lease held) {
        return calls.call("renew", () -> store.renew(held, lease));
    }

    @Override
    public Duration renewal() {
        return lease.dividedBy(3);
    }

    @Override
    public CompletionStage<Boolean> commit(Lease held, Found<V> loaded, Lifetime lifetime) {
        byte[] bytes = encoded(loaded);
        return bytes == null
                ? release(held).thenApply(released -> false)
                : calls.call("commit", () -> store.commit(held, bytes, lifetime));
    }

    private byte @Nullable [] encoded(Found<V> found) {
        try {
            Map<String, String> carried = new LinkedHashMap<>();
            found.nonces().forEach(nonce -> carried.put(nonce.name, nonce.join()));
            return new StoredValue<>(found.value(), found.loadTime(), found.staleness(), carried).encode(codec);
        } catch (RuntimeException e) {
            calls.codecFailed(e);
            return null;
        }
    }

    @Override
    public CompletionStage<Void> release(Lease held) {
        return calls.call("release", () -> store.release(held)).exceptionally(failure -> null);
    }

    /** A value that cannot be written makes the former one wrong all the same. */
    @Override
    public CompletionStage<Void> put(K key, Found<V> written, Lifetime lifetime) {
        return write(
                key,
                name -> nonces.base().thenCompose(base -> {
                    byte[] bytes = encoded(written.with(List.of(base.all())));
                    return calls.call(
                            "put", () -> bytes == null ? store.invalidate(name) : store.put(name, bytes, lifetime));
                }));
    }

    @Override
    public CompletionStage<Void> invalidate(K key) {
        return write(key, name -> calls.call("invalidate", () -> store.invalidate(name)));
    }

    @Override
    public CompletionStage<Void> expire(K key) {
        return write(key, name -> calls.call("expire", () -> store.expire(name)));
    }

    private CompletionStage<Void> write(K key, Function<String, CompletionStage<Void>> operation) {
        return name(key)
                .<CompletionStage<Void>>map(name -> {
                    makeRoom();
                    return writes.write(name, () -> operation.apply(name));
                })
                .orElseGet(() -> CompletableFuture.completedStage(null));
    }

    /** Many may be under way at once, and are no harm. */
    private void makeRoom() {
        if (writes.size() < MOST_UNCONFIRMED) {
            return;
        }
        long now = System.nanoTime();
        long due = nextCount.get();
        if (now - due >= 0 && nextCount.compareAndSet(due, now + COUNT) && writes.failures() >= MOST_UNCONFIRMED / 2) {
            nonces.changeAll();
            writes.forget();
        }
    }

    private void entryChanged(String name) {
        if (isMine(name)) {
            near.changed(name);
            wakeups.wake(name);
        }
    }

    private void leaseEnded(String name) {
        if (isMine(name)) {
            wakeups.wake(name);
        }
    }

    private boolean isMine(String name) {
        return name.startsWith(cache) && name.startsWith(":", cache.length());
    }

    private void nonceChanged(String group, String name) {
        if (group.equals(cache)) {
            nonces.changeTold(name);
        }
    }

    /** The store is there again: what it has missed is made up for. */
    private void epochBegan() {
        nonces.settled();
        writes.settled();
    }

    /** A cache that nobody uses any more is not kept by its store. */
    private static final class WeakListener implements CacheStore.Listener {
        private final WeakReference<StoreLevel<?, ?>> level;
        private volatile Runnable registration = () -> {};

        WeakListener(StoreLevel<?, ?> level) {
            this.level = new WeakReference<>(level);
        }

        @Override
        public void entryChanged(String key) {
            told(present -> present.entryChanged(key));
        }

        @Override
        public void leaseEnded(String key) {
            told(present -> present.leaseEnded(key));
        }

        @Override
        public void nonceChanged(String group, String name) {
            told(present -> present.nonceChanged(group, name));
        }

        @Override
        public void epochBegan() {
            told(StoreLevel::epochBegan);
        }

        private void told(Consumer<StoreLevel<?, ?>> news) {
            StoreLevel<?, ?> present = level.get();
            if (present == null) {
                registration.run();
            } else {
                news.accept(present);
            }
        }
    }
}

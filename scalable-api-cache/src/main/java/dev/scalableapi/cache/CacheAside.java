package dev.scalableapi.cache;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.scalableapi.core.cache.CacheStore;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ThreadContext;
import io.opentelemetry.context.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads through a cache: first the near level in this process, then a store if there is one, then a loader. Thread-safe;
 * it blocks no thread, and owns none. Keys, values and stages are never null.
 *
 * <p><b>One load.</b> However many callers miss a key at once, one of them loads it and all get its answer. Each has a
 * stage of its own: to cancel it, or to complete it, touches nobody else's. Those who wait continue on the thread that
 * ends the load; a near hit is answered on the calling thread. The loader runs in the OpenTelemetry context and MDC of
 * the caller that missed first.
 *
 * <p><b>Invalidation.</b> After {@link #invalidate} or {@link #put} has returned, no reader of this object gets the
 * former value any more, whatever loads were under way: a caller that comes later never joins one of them, and what they
 * load reaches neither level. That holds also where the store was not reachable: until it confirms, it is not read for
 * this key. Between processes it does not hold yet: another one's near level keeps a former value for the near time to
 * live, and a load that runs there can write it to the store again, for the time to live. Invalidate after the
 * database's commit.
 *
 * <p><b>Failures.</b> A store that is down, slow or holds damaged values counts as empty, and fails no call; this is
 * counted, and logged at most once a minute. A failed load fails those who wait for it, with the loader's exception
 * (inside a {@link java.util.concurrent.CompletionException} where a stage depends on it), and is not cached.
 *
 * @param <K> the keys' type; needs {@code equals} and {@code hashCode}
 * @param <V> the values' type; best immutable, since all callers share them
 */
public final class CacheAside<K, V> {
    private static final int STRIPES = 64;
    private static final double JITTER = 0.1;

    private final Loader<K, V> loader;
    private final Duration ttl;
    private final Duration negativeTtl;
    private final Duration nearTtl;
    private final Duration loadTimeout;
    private final Clock clock;
    private final DoubleSupplier random;
    private final Counters counters = new Counters();
    private final AsyncCache<K, NearEntry<V>> near;
    private final FarLevel<K, V> far;
    /** Under a key's lock, what is written to the store is what the near level says at that moment. */
    private final Lock[] locks =
            Stream.generate(ReentrantLock::new).limit(STRIPES).toArray(Lock[]::new);

    private CacheAside(Builder<K, V> settings) {
        loader = settings.loader;
        ttl = settings.ttl;
        negativeTtl = settings.negativeTtl == null ? shorter(ttl, Builder.NEGATIVE_TTL) : settings.negativeTtl;
        nearTtl = settings.nearTtl == null ? ttl : settings.nearTtl;
        loadTimeout = settings.loadTimeout;
        clock = settings.clock;
        random = settings.random;
        // By weight, since Caffeine never evicts an entry that weighs nothing, as one does that is still being loaded.
        near = Caffeine.newBuilder()
                .ticker(settings.ticker)
                .maximumWeight(settings.nearEntries)
                .weigher((K key, NearEntry<V> entry) -> 1)
                .expireAfter(new NearExpiry<K, V>())
                .buildAsync();
        far = settings.farLevel(counters);
    }

    /**
     * {@return a builder of caches without a store}
     *
     * @param name begins the keys in the store and names the cache in the log; unlike that of any other cache on the
     *     same store
     * @param ttl how long a value lives after it was loaded, in all levels together; at least a millisecond
     * @param loader fetches what the cache does not have
     * @param <K> the keys' type
     * @param <V> the values' type
     * @throws IllegalArgumentException if the name is blank or the time too short
     */
    public static <K, V> Builder<K, V> builder(String name, Duration ttl, Loader<K, V> loader) {
        return new Builder<>(name, ttl, loader);
    }

    /**
     * Reads a value with the cache's loader.
     *
     * @param key which one
     * @return completes with the value, or with the knowledge that there is none; fails if it had to be loaded and the
     *     loader failed or exceeded its time ({@link java.util.concurrent.TimeoutException})
     */
    public CompletionStage<Cached<V>> get(K key) {
        return get(key, loader);
    }

    /**
     * Reads a value with another loader. A load of the key that is under way is joined, whichever loader it uses.
     *
     * @param key which one
     * @param loader fetches the value if the cache does not have it
     * @return as {@link #get(Object)}
     */
    public CompletionStage<Cached<V>> get(K key, Loader<? super K, V> loader) {
        while (true) {
            Flight<V> present = flight(near.getIfPresent(key));
            if (present == null) {
                Flight<V> mine = new Flight<>();
                present = flight(near.asMap().putIfAbsent(key, mine));
                if (present == null) {
                    readThrough(key, mine, loader);
                    return mine.answer();
                }
            }
            if (!present.isDone()) {
                return present.answer();
            }
            NearEntry<V> entry = present.entry();
            if (entry != null) {
                return hit(entry);
            }
            // It has failed this moment, and is about to be removed.
            near.asMap().remove(key, present);
        }
    }

    /** Only flights are put into the near level. */
    private static <V> @Nullable Flight<V> flight(@Nullable CompletableFuture<NearEntry<V>> future) {
        return (Flight<V>) future;
    }

    private CompletableFuture<Cached<V>> hit(NearEntry<V> entry) {
        counters.nearHits.increment();
        return CompletableFuture.completedFuture(entry.hit());
    }

    private void readThrough(K key, Flight<V> flight, Loader<? super K, V> loader) {
        CompletableFuture<Optional<Cached<V>>> read = far.read(key);
        Function<Optional<Cached<V>>, CompletionStage<NearEntry<V>>> land =
                found -> stored(found).orElseGet(() -> load(key, flight, loader));
        CompletionStage<NearEntry<V>> landing = read.thenCompose(read.isDone() ? land : inContext(land));
        landing.whenComplete((entry, failure) -> {
            if (failure == null) {
                flight.land(entry);
            } else {
                flight.fail(ApiPipeline.cause(failure));
            }
        });
    }

    private static <A, B> Function<A, B> inContext(Function<A, B> function) {
        ThreadContext caller = ThreadContext.capture(Context.current());
        return argument -> caller.wrapSupplier(() -> function.apply(argument)).get();
    }

    private Optional<CompletionStage<NearEntry<V>>> stored(Optional<Cached<V>> found) {
        Instant now = clock.instant();
        return alive(found, now).map(entry -> CompletableFuture.completedFuture(entry(entry, now)));
    }

    private Optional<Cached<V>> alive(Optional<Cached<V>> found, Instant now) {
        Optional<Cached<V>> alive = found.filter(entry -> now.isBefore(entry.expiresAt()));
        if (alive.isPresent()) {
            counters.storeHits.increment();
        }
        return alive;
    }

    private CompletionStage<NearEntry<V>> load(K key, Flight<V> flight, Loader<? super K, V> loader) {
        counters.loads.increment();
        Supplier<CompletionStage<Optional<V>>> load = () -> loader.load(key);
        return Bounded.call(load, loadTimeout)
                .whenComplete((value, failure) -> {
                    if (value == null) {
                        counters.loadFailures.increment();
                    }
                })
                .thenApply(value -> {
                    Cached<V> loaded = fresh(Objects.requireNonNull(value, "The loader completed with null"));
                    fill(key, flight, loaded);
                    return entry(loaded, clock.instant());
                });
    }

    /**
     * Writes what was loaded to the store, unless the key was invalidated or put meanwhile: then the near level no
     * longer has this load. Comes before the load completes, for until then nothing else removes it from there.
     */
    private void fill(K key, Flight<V> flight, Cached<V> loaded) {
        far.encode(loaded)
                .ifPresent(bytes -> locked(key, () -> {
                    if (near.getIfPresent(key) == flight) {
                        far.fill(key, bytes, loaded.expiresAt());
                    }
                    return flight;
                }));
    }

    /**
     * Reads a value if one of the levels has it, and loads nothing. A load that is under way is not waited for.
     *
     * @param key which one
     * @return completes with what is known; empty if nothing is
     */
    public CompletionStage<Optional<Cached<V>>> getIfPresent(K key) {
        Flight<V> present = flight(near.getIfPresent(key));
        NearEntry<V> entry = present == null ? null : present.entry();
        if (entry != null) {
            return hit(entry).thenApply(Optional::of);
        }
        return far.read(key).thenApply(found -> alive(found, clock.instant()));
    }

    /**
     * Writes a value to both levels.
     *
     * @param key which one
     * @param value its new value
     * @return completes when the store has it, or has failed to take it; never fails. This process has the new value
     *     as soon as the method returns
     */
    public CompletionStage<Void> put(K key, V value) {
        Cached<V> written = fresh(Optional.of(value));
        Flight<V> entry = Flight.landed(entry(written, clock.instant()));
        Optional<byte[]> bytes = far.encode(written);
        return locked(key, () -> {
            near.put(key, entry);
            return bytes.isPresent() ? far.replace(key, bytes.get(), written.expiresAt()) : far.remove(key);
        });
    }

    /**
     * Forgets a value: in the near level before the method returns, then in the store.
     *
     * @param key which one
     * @return completes when the store has removed it, or has failed to; never fails
     */
    public CompletionStage<Void> invalidate(K key) {
        return locked(key, () -> {
            near.asMap().remove(key);
            return far.remove(key);
        });
    }

    /** {@return what the cache has done so far} */
    public CacheStatistics statistics() {
        return counters.statistics();
    }

    private <T> T locked(K key, Supplier<T> action) {
        int hash = key.hashCode() * 0x9E3779B9;
        Lock lock = locks[(hash >>> 16) % STRIPES];
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    private Cached<V> fresh(Optional<V> value) {
        Duration life = value.isPresent() ? ttl : negativeTtl;
        return new Cached<>(value, Cached.Origin.LOADED, clock.instant().plus(life));
    }

    /** The near copy's life is cut by up to a tenth, so that what was loaded together does not expire together. */
    private NearEntry<V> entry(Cached<V> first, Instant now) {
        Duration life = shorter(nearTtl, shorter(ttl, first.remaining(now)));
        long nanos = (long) (life.toNanos() * (1 - JITTER * random.getAsDouble()));
        return new NearEntry<>(first, first.from(Cached.Origin.HIT_NEAR), nanos);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /**
     * Collects a cache's settings. Not thread-safe.
     *
     * @param <K> the keys' type
     * @param <V> the values' type
     */
    public static final class Builder<K, V> {
        private static final Duration NEGATIVE_TTL = Duration.ofSeconds(10);
        private static final int DOUBTS = 10_000;
        private static final Duration LONGEST = Duration.ofDays(10_000);

        final String name;
        private final Duration ttl;
        private final Loader<K, V> loader;
        Function<? super K, String> keys = String::valueOf;
        Duration storeTimeout = Duration.ofMillis(250);
        Clock clock = Clock.systemUTC();
        private Ticker ticker = Ticker.systemTicker();
        private int nearEntries = 10_000;
        private Duration loadTimeout = Duration.ofSeconds(30);
        private DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();
        private @Nullable Duration negativeTtl;
        private @Nullable Duration nearTtl;
        private StoreLevel.@Nullable StoreSettings<V> store;

        private Builder(String name, Duration ttl, Loader<K, V> loader) {
            if (name.isBlank()) {
                throw new IllegalArgumentException("A cache's name must not be blank");
            }
            this.name = name;
            this.ttl = checked("ttl", ttl);
            this.loader = Objects.requireNonNull(loader);
        }

        /**
         * Puts a store below the near level.
         *
         * @param store the caller closes it, where it needs to be closed
         * @param codec for its values
         * @return this
         */
        public Builder<K, V> store(CacheStore store, Codec<V> codec) {
            this.store = new StoreLevel.StoreSettings<>(store, codec);
            return this;
        }

        /**
         * Sets how keys are written in the store; {@link String#valueOf(Object)} unless set.
         *
         * @param keys gives different texts for different keys
         * @return this
         */
        public Builder<K, V> keys(Function<? super K, String> keys) {
            this.keys = keys;
            return this;
        }

        /**
         * Sets how many values the near level holds at the most; 10,000 unless set.
         *
         * @param entries at least 1
         * @return this
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder<K, V> nearEntries(int entries) {
            if (entries < 1) {
                throw new IllegalArgumentException("nearEntries must be at least 1");
            }
            nearEntries = entries;
            return this;
        }

        /**
         * Sets how long a value stays in the near level, less up to a tenth by chance; as long as it lives unless set.
         * With a store that processes share, this bounds how long one serves what another has invalidated.
         *
         * @param nearTtl at least a millisecond
         * @return this
         * @throws IllegalArgumentException if it is shorter
         */
        public Builder<K, V> nearTtl(Duration nearTtl) {
            this.nearTtl = checked("nearTtl", nearTtl);
            return this;
        }

        /**
         * Sets how long it is remembered that there is no value; 10 seconds, or the time to live if that is shorter,
         * unless set.
         *
         * @param negativeTtl at least a millisecond; in the near level at most as long as a value
         * @return this
         * @throws IllegalArgumentException if it is shorter
         */
        public Builder<K, V> negativeTtl(Duration negativeTtl) {
            this.negativeTtl = checked("negativeTtl", negativeTtl);
            return this;
        }

        /**
         * Sets how long an operation of the store is waited for; 250 milliseconds unless set.
         *
         * @param timeout at least a millisecond
         * @return this
         * @throws IllegalArgumentException if it is shorter
         */
        public Builder<K, V> storeTimeout(Duration timeout) {
            storeTimeout = checked("storeTimeout", timeout);
            return this;
        }

        /**
         * Sets how long a load is waited for; 30 seconds unless set. What comes later is dropped.
         *
         * @param timeout at least a millisecond
         * @return this
         * @throws IllegalArgumentException if it is shorter
         */
        public Builder<K, V> loadTimeout(Duration timeout) {
            loadTimeout = checked("loadTimeout", timeout);
            return this;
        }

        /**
         * Sets the clock by which entries expire; unless set, the near level goes by {@link System#nanoTime()}, which
         * is never set back, and the rest by the system's clock.
         *
         * @param clock tells the time
         * @return this
         */
        public Builder<K, V> clock(Clock clock) {
            this.clock = clock;
            ticker = () -> TimeUnit.MILLISECONDS.toNanos(clock.millis());
            return this;
        }

        Builder<K, V> random(DoubleSupplier random) {
            this.random = random;
            return this;
        }

        /** {@return the cache, empty} */
        public CacheAside<K, V> build() {
            return new CacheAside<>(this);
        }

        private FarLevel<K, V> farLevel(Counters counters) {
            if (store == null) {
                return FarLevel.none();
            }
            Duration longest = negativeTtl == null || ttl.compareTo(negativeTtl) > 0 ? ttl : negativeTtl;
            return new StoreLevel<>(
                    this,
                    store,
                    counters,
                    Caffeine.newBuilder()
                            .ticker(ticker)
                            .maximumSize(DOUBTS)
                            .expireAfterWrite(longest)
                            .build());
        }

        private static Duration checked(String setting, Duration duration) {
            if (duration.compareTo(Duration.ofMillis(1)) < 0 || duration.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(setting + " must be between 1 ms and " + LONGEST);
            }
            return duration;
        }
    }
}

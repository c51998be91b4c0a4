package dev.scalableapi.cache;

import dev.scalableapi.core.cache.CacheStore;
import dev.scalableapi.core.internal.WarningPacer;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Collects the settings of a {@link ResponseCacheFilter}. Not thread-safe. */
public final class ResponseCacheBuilder {
    private static final int MAXIMUM_BODY = 256 << 10;
    private static final Duration LONGEST_STALE = Duration.ofDays(7);
    private static final long NEAR_BYTES = 16L << 20;

    private final String name;
    private final Duration ttl;
    private final Map<String, CachedRoute> routes = new LinkedHashMap<>();
    private final Set<String> omitted = new TreeSet<>(ResponseCache.OF_ONE_EXCHANGE);
    private @Nullable CacheStore store;
    private Duration staleWhileRevalidate = Duration.ZERO;
    private Duration staleIfError = Duration.ZERO;
    private Duration loadTimeout = Duration.ofSeconds(30);
    private int maximumBody = MAXIMUM_BODY;
    private long nearBytes = NEAR_BYTES;
    private int maximumVariants = 16;
    private boolean requestsHonoured;
    private boolean keysShown;
    private Clock clock = Clock.systemUTC();
    private boolean ownClock;
    private OpenTelemetry telemetry = OpenTelemetry.noop();

    ResponseCacheBuilder(String name, Duration ttl) {
        this.name = name;
        this.ttl = ttl;
        builder();
    }

    /**
     * Stores the answers of a route, as {@link CachedRoute#of} says: for each path and caller.
     *
     * @param template of the route
     * @return this
     * @throws IllegalArgumentException if the template is malformed or there already
     */
    public ResponseCacheBuilder route(String template) {
        return route(CachedRoute.of(template));
    }

    /**
     * Stores the answers of a route.
     *
     * @param route which one
     * @return this
     * @throws IllegalArgumentException if its template is there already
     */
    public ResponseCacheBuilder route(CachedRoute route) {
        if (routes.putIfAbsent(route.template(), route) != null) {
            throw new IllegalArgumentException("The route is there already: " + route.template());
        }
        return this;
    }

    /**
     * Keeps the responses in a store too, for all processes that name the same one; unless set, each process has its own.
     *
     * @param store the caller closes it, where it needs to be closed; after the last use of this filter
     * @return this
     */
    public ResponseCacheBuilder store(CacheStore store) {
        this.store = store;
        return this;
    }

    /**
     * Lets a response that does not say be served for a while after its time, at once, while a new one is made in the
     * background (RFC 5861 section 3); not at all unless set. A response can say so much, or a day if that is more.
     *
     * @param duration for how long after its time; not negative, 7 days at the most
     * @return this
     * @throws IllegalArgumentException if it is neither
     */
    public ResponseCacheBuilder staleWhileRevalidate(Duration duration) {
        staleWhileRevalidate = stale("staleWhileRevalidate", duration);
        return this;
    }

    /**
     * Lets a response that does not say be served for a while after its time where the handler fails or answers with 5xx
     * (RFC 5861 section 4); not at all unless set. A response can say so much, or a day if that is more.
     *
     * @param duration for how long after its time; not negative, 7 days at the most
     * @return this
     * @throws IllegalArgumentException if it is neither
     */
    public ResponseCacheBuilder staleIfError(Duration duration) {
        staleIfError = stale("staleIfError", duration);
        return this;
    }

    private static Duration stale(String setting, Duration duration) {
        if (duration.isNegative() || duration.compareTo(LONGEST_STALE) > 0) {
            throw new IllegalArgumentException(setting + " must be between 0 and 7 days");
        }
        return duration;
    }

    /**
     * Sets how long those who ask for the same wait for the one whose request is handled, before they go to the handler
     * themselves; 30 seconds unless set. A handler that takes longer still answers its own request, which is not stored.
     *
     * @param timeout at least a millisecond
     * @return this
     * @throws IllegalArgumentException if it is shorter
     */
    public ResponseCacheBuilder loadTimeout(Duration timeout) {
        loadTimeout = CacheAsideBuilder.checked("loadTimeout", timeout);
        return this;
    }

    /**
     * Sets the size of content up to which a response is stored; 256 KiB unless set.
     *
     * @param bytes not negative
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public ResponseCacheBuilder maximumBodyBytes(int bytes) {
        maximumBody = (int) atLeast(0, "maximumBodyBytes", bytes);
        return this;
    }

    /**
     * Sets how much memory the responses in this process take at the most, about; 16 MiB unless set.
     *
     * @param bytes at least 1
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public ResponseCacheBuilder nearBytes(long bytes) {
        nearBytes = atLeast(1, "nearBytes", bytes);
        return this;
    }

    /**
     * Sets how many variants of one resource for one caller this process stores, by host and by the fields of the request
     * that count; 16 unless set. A request for a further one goes to the handler.
     *
     * @param variants at least 1
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public ResponseCacheBuilder maximumVariants(int variants) {
        maximumVariants = (int) atLeast(1, "maximumVariants", variants);
        return this;
    }

    private static long atLeast(long least, String setting, long value) {
        if (value < least) {
            throw new IllegalArgumentException(setting + " must be at least " + least);
        }
        return value;
    }

    /**
     * Leaves out further fields of responses when they are stored: those that an application's own filters make for one
     * exchange.
     *
     * @param fields names, in any case
     * @return this
     */
    public ResponseCacheBuilder omit(String... fields) {
        for (String field : fields) {
            omitted.add(field.toLowerCase(Locale.ROOT));
        }
        return this;
    }

    /**
     * Follows {@code Cache-Control} of requests: for {@code no-cache}, {@code no-store} and {@code max-age=0} the handler is
     * asked, and its answer is not stored; {@code only-if-cached} is 504 where nothing is. Not for clients that may not
     * make the server work as often as they like.
     *
     * @return this
     */
    public ResponseCacheBuilder honourRequests() {
        requestsHonoured = true;
        return this;
    }

    /**
     * Shows in {@code Cache-Status} by what key a response is stored: a hash, of which the store's key is made.
     *
     * @return this
     */
    public ResponseCacheBuilder showKeys() {
        keysShown = true;
        return this;
    }

    /**
     * Sets the clock; unless set, entries expire by {@link System#nanoTime()}, and ages are by the system's clock.
     *
     * @param clock tells the time
     * @return this
     */
    public ResponseCacheBuilder clock(Clock clock) {
        this.clock = clock;
        ownClock = true;
        return this;
    }

    /**
     * Sets where the metrics and spans of the cache below go, as {@link CacheAsideBuilder#openTelemetry} does; nowhere unless
     * set.
     *
     * @param telemetry where
     * @return this
     */
    public ResponseCacheBuilder openTelemetry(OpenTelemetry telemetry) {
        this.telemetry = Objects.requireNonNull(telemetry);
        return this;
    }

    /** {@return the filter, which has nothing in store} */
    public ResponseCacheFilter build() {
        // Each response says for how long it may be stale.
        CacheAsideBuilder<String, Kept> below = builder()
                .keys(KeyText::hash)
                .loadTimeout(loadTimeout)
                .openTelemetry(telemetry)
                .nearWeight(nearBytes, (key, kept) -> 2 * key.length() + kept.size());
        if (store != null) {
            below.store(store, new ResponseCodec());
        }
        if (ownClock) {
            below.clock(clock);
        }
        StoragePolicy policy =
                new StoragePolicy(ttl, new Staleness(staleWhileRevalidate, staleIfError), maximumBody, clock);
        ResponseCache cache = new ResponseCache(
                below.build(),
                policy,
                new Variants(maximumVariants),
                Set.copyOf(omitted),
                name,
                keysShown,
                clock,
                WarningPacer.create());
        return new ResponseCacheFilter(routes, cache, requestsHonoured);
    }

    /** Each look has a loader of its own, that of its request. */
    private CacheAsideBuilder<String, Kept> builder() {
        return CacheAside.builder(name, ttl, (key, context) -> CompletableFuture.completedFuture(Optional.empty()));
    }
}

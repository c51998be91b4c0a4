package dev.scalableapi.cache;

import dev.scalableapi.core.cache.CacheStore;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Collects a cache's settings. Not thread-safe.
 *
 * @param <K> the keys' type
 * @param <V> the values' type
 */
public final class CacheAsideBuilder<K, V> {
    static final int MOST_TAGS = 1_000;
    private static final int LONGEST_TAG = 200;
    private static final int LONGEST_NAME = 64;
    private static final Duration NEGATIVE_TTL = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofDays(10_000);

    final String name;
    final Duration ttl;
    final Loader<K, V> loader;
    Function<? super K, String> keys = String::valueOf;
    Duration storeTimeout = Duration.ofMillis(250);
    Duration lease = Duration.ofSeconds(3);
    Duration loadTimeout = Duration.ofSeconds(30);
    Duration retryDelay = Duration.ofSeconds(5);
    Duration outageTtl = Duration.ofSeconds(1);
    FailedWrites failedWrites = FailedWrites.FAIL;
    double earlyRefresh = 1;
    Clock clock = Clock.systemUTC();
    DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();

    OpenTelemetry telemetry = OpenTelemetry.noop();

    @Nullable Duration softTimeout;

    private LongSupplier nanoTime = System::nanoTime;
    private long nearWeight = 10_000;
    private ToIntBiFunction<? super K, ? super V> weight = (key, value) -> 1;
    private Duration staleWhileRevalidate = Duration.ZERO;
    private Duration staleIfError = Duration.ZERO;
    private @Nullable Duration negativeTtl;
    private @Nullable Duration nearTtl;
    private @Nullable Shared<V> shared;

    CacheAsideBuilder(String name, Duration ttl, Loader<K, V> loader) {
        if (name.isEmpty()
                || name.length() > LONGEST_NAME
                || !name.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || "._-".indexOf(c) >= 0))) {
            throw new IllegalArgumentException(
                    "A cache's name must be 1 to 64 letters, digits, dots, dashes and underscores");
        }
        this.name = name;
        this.ttl = checked("ttl", ttl);
        this.loader = Objects.requireNonNull(loader);
    }

    /**
     * Puts a store below the near level, for all processes that name the same one.
     *
     * @param store the caller closes it, where it needs to be closed; after the last use of this cache
     * @param codec for its values
     * @return this
     */
    public CacheAsideBuilder<K, V> store(CacheStore store, Codec<V> codec) {
        shared = new Shared<>(store, codec);
        return this;
    }

    /**
     * Sets how keys are written in the store; {@link String#valueOf(Object)} unless set.
     *
     * @param keys gives different texts for different keys, the same in all processes
     * @return this
     */
    public CacheAsideBuilder<K, V> keys(Function<? super K, String> keys) {
        this.keys = Objects.requireNonNull(keys);
        return this;
    }

    /**
     * Sets how many values the near level holds at the most; 10,000 unless set.
     *
     * @param entries at least 1
     * @return this
     * @throws IllegalArgumentException if it is below 1
     */
    public CacheAsideBuilder<K, V> nearEntries(int entries) {
        return nearWeight(entries, (key, value) -> 1);
    }

    /**
     * Sets how much the near level holds at the most, in place of a number of values.
     *
     * @param maximum of the sum of the weights; at least 1
     * @param weight of a value, such as its size in bytes; one below 1, and that of an absent value, counts as 1
     * @return this
     * @throws IllegalArgumentException if the maximum is below 1
     */
    public CacheAsideBuilder<K, V> nearWeight(long maximum, ToIntBiFunction<? super K, ? super V> weight) {
        if (maximum < 1) {
            throw new IllegalArgumentException("The near level must have room for 1 at least");
        }
        nearWeight = maximum;
        this.weight = Objects.requireNonNull(weight);
        return this;
    }

    /**
     * Sets how long a value stays in the near level over a store, less up to a tenth by chance; as long as it is fresh
     * unless set.
     *
     * @param nearTtl at least a millisecond
     * @return this
     * @throws IllegalArgumentException if it is shorter
     */
    public CacheAsideBuilder<K, V> nearTtl(Duration nearTtl) {
        this.nearTtl = checked("nearTtl", nearTtl);
        return this;
    }

    /**
     * Sets how long it is remembered that there is no value; 10 seconds, or the time to live if that is shorter, unless
     * set.
     *
     * @param negativeTtl at least a millisecond
     * @return this
     * @throws IllegalArgumentException if it is shorter
     */
    public CacheAsideBuilder<K, V> negativeTtl(Duration negativeTtl) {
        this.negativeTtl = checked("negativeTtl", negativeTtl);
        return this;
    }

    /**
     * Lets a value be served for a while after its time, at once, while a new one is loaded in the background (RFC 5861
     * section 3); not at all unless set.
     *
     * @param duration for how long after its time; not negative
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public CacheAsideBuilder<K, V> staleWhileRevalidate(Duration duration) {
        staleWhileRevalidate = notNegative("staleWhileRevalidate", duration);
        return this;
    }

    /**
     * Lets a value be served for a while after its time where loading a new one fails (RFC 5861 section 4), or takes
     * longer than {@link #softTimeout}; not at all unless set.
     *
     * @param duration for how long after its time; not negative
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public CacheAsideBuilder<K, V> staleIfError(Duration duration) {
        staleIfError = notNegative("staleIfError", duration);
        return this;
    }

    /**
     * Sets how long a load is not tried again after it has failed and a stale value was served, or after a background
     * refresh has begun; 5 seconds unless set.
     *
     * @param delay at least a millisecond
     * @return this
     * @throws IllegalArgumentException if it is shorter
     */
    public CacheAsideBuilder<K, V> retryDelay(Duration delay) {
        retryDelay = checked("retryDelay", delay);
        return this;
    }

    /**
     * Sets how early values are refreshed: 1, the default, is the best where one load too many and one caller who waits
     * cost the same; more is earlier, and 0 is never.
     *
     * @param beta 0 to 100
     * @return this
     * @throws IllegalArgumentException if it is outside
     */
    public CacheAsideBuilder<K, V> earlyRefresh(double beta) {
        if (!(beta >= 0 && beta <= 100)) {
            throw new IllegalArgumentException("earlyRefresh must be from 0 to 100");
        }
        earlyRefresh = beta;
        return this;
    }

    /**
     * Sets how long an operation of the store is waited for; 250 milliseconds unless set.
     *
     * @param timeout at least a millisecond
     * @return this
     * @throws IllegalArgumentException if it is shorter
     */
    public CacheAsideBuilder<K, V> storeTimeout(Duration timeout) {
        storeTimeout = checked("storeTimeout", timeout);
        return this;
    }

    /**
     * Sets how soon another process may load a key when the one that does has died; 3 seconds unless set. A load may take
     * longer: while its process lives, the lease is renewed.
     *
     * @param lease at least a millisecond; some times as long as the pauses of a process
     * @return this
     * @throws IllegalArgumentException if it is shorter
     */
    public CacheAsideBuilder<K, V> lease(Duration lease) {
        this.lease = checked("lease", lease);
        return this;
    }

    /**
     * Sets how long a load is waited for, and its lease renewed; 30 seconds unless set. What comes later is dropped.
     *
     * @param timeout at least a millisecond
     * @return this
     * @throws IllegalArgumentException if it is shorter
     */
    public CacheAsideBuilder<K, V> loadTimeout(Duration timeout) {
        loadTimeout = checked("loadTimeout", timeout);
        return this;
    }

    /**
     * Sets after which time of a load a stale value is served in its place, where {@link #staleIfError} allows one; the
     * load goes on. As long as the load takes unless set.
     *
     * @param timeout at least a millisecond
     * @return this
     * @throws IllegalArgumentException if it is shorter
     */
    public CacheAsideBuilder<K, V> softTimeout(Duration timeout) {
        softTimeout = checked("softTimeout", timeout);
        return this;
    }

    /**
     * Sets how long a value is kept in this process that was loaded while the store could not be reached; a second unless
     * set. For so long it is not noticed that another process has made it wrong.
     *
     * @param ttl at least a millisecond
     * @return this
     * @throws IllegalArgumentException if it is shorter
     */
    public CacheAsideBuilder<K, V> outageTtl(Duration ttl) {
        outageTtl = checked("outageTtl", ttl);
        return this;
    }

    /**
     * Sets what becomes of a write that the store has not confirmed; {@link FailedWrites#FAIL} unless set.
     *
     * @param failedWrites what
     * @return this
     */
    public CacheAsideBuilder<K, V> failedWrites(FailedWrites failedWrites) {
        this.failedWrites = Objects.requireNonNull(failedWrites);
        return this;
    }

    /**
     * Sets the clock by which entries expire in this process; unless set, that is {@link System#nanoTime()}, which is never
     * set back, and the system's clock for what {@link Cached} says.
     *
     * @param clock tells the time
     * @return this
     */
    public CacheAsideBuilder<K, V> clock(Clock clock) {
        this.clock = clock;
        nanoTime = () -> TimeUnit.MILLISECONDS.toNanos(clock.millis());
        return this;
    }

    /**
     * Sets where metrics and spans go; nowhere unless set. The metrics begin with {@code scalableapi.cache.} and have the
     * cache's name; spans are there for loads and for operations of the store.
     *
     * @param telemetry where
     * @return this
     */
    public CacheAsideBuilder<K, V> openTelemetry(OpenTelemetry telemetry) {
        this.telemetry = Objects.requireNonNull(telemetry);
        return this;
    }

    CacheAsideBuilder<K, V> random(DoubleSupplier random) {
        this.random = random;
        return this;
    }

    /** {@return the cache, empty} */
    public CacheAside<K, V> build() {
        return new CacheAside<>(this);
    }

    Duration negativeTtl() {
        return negativeTtl == null ? shorter(ttl, NEGATIVE_TTL) : negativeTtl;
    }

    /** There is nothing below a near level without a store that could last longer. */
    Duration nearTtl() {
        return nearTtl == null || shared == null ? Duration.ofSeconds(Long.MAX_VALUE) : nearTtl;
    }

    Staleness staleness() {
        return new Staleness(staleWhileRevalidate, staleIfError);
    }

    /** How long an entry lives by the settings, where its loader says nothing else. */
    Duration longestLife() {
        Duration fresh = shorter(ttl, negativeTtl()).equals(ttl) ? negativeTtl() : ttl;
        return fresh.plus(staleness().longest());
    }

    NearLevel<K, V> nearLevel() {
        return new NearLevel<>(nearWeight, weight, nanoTime);
    }

    FarLevel<K, V> farLevel(NearLevel<K, V> near, StoreCalls calls) {
        return shared == null ? new NoStore<>() : new StoreLevel<>(this, shared.store, shared.codec, calls, near);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    static Duration checked(String setting, Duration duration) {
        if (duration.compareTo(Duration.ofMillis(1)) < 0 || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(setting + " must be between 1 ms and " + LONGEST);
        }
        return duration;
    }

    static Duration notNegative(String setting, Duration duration) {
        if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(setting + " must be between 0 and " + LONGEST);
        }
        return duration;
    }

    static String tag(String name) {
        if (name.isEmpty() || name.length() > LONGEST_TAG || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("A tag must be 1 to 200 characters, none of them a control character");
        }
        return name;
    }

    private record Shared<V>(CacheStore store, Codec<V> codec) {}
}

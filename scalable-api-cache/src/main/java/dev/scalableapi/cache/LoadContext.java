package dev.scalableapi.cache;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a loader may know of its load, and what it may say of the value. Thread-safe; what is said after the load has
 * ended counts for nothing.
 *
 * @param <V> the values' type
 */
public final class LoadContext<V> {
    private final @Nullable V stale;
    private final Instant deadline;
    private final Set<String> tags = new LinkedHashSet<>();
    private @Nullable Duration ttl;
    private @Nullable Duration staleWhileRevalidate;
    private @Nullable Duration staleIfError;
    private @Nullable Throwable failure;
    private boolean kept = true;

    LoadContext(@Nullable V stale, Instant deadline) {
        this.stale = stale;
        this.deadline = deadline;
    }

    /**
     * {@return the value that is about to be replaced} It is past its time, or about to be, but was not invalidated. A
     * loader can use it to ask whether there is a newer one at all, as with {@code If-None-Match}.
     */
    public Optional<V> staleValue() {
        return Optional.ofNullable(stale);
    }

    /**
     * {@return the stale value, for a loader that found it to be still right, to complete with} It lives anew.
     *
     * @throws IllegalStateException if there is none
     */
    public Optional<V> notModified() {
        if (stale == null) {
            throw new IllegalStateException("There is no stale value");
        }
        return Optional.of(stale);
    }

    /** {@return when nobody waits for this load any more} */
    public Instant deadline() {
        return deadline;
    }

    /**
     * Gives this value a time to live of its own.
     *
     * @param ttl at least a millisecond
     * @return this
     * @throws IllegalArgumentException if it is shorter
     */
    public synchronized LoadContext<V> ttl(Duration ttl) {
        this.ttl = CacheAsideBuilder.checked("ttl", ttl);
        return this;
    }

    /**
     * Lets this value be served for a while after its time, while a new one is loaded; see
     * {@link CacheAsideBuilder#staleWhileRevalidate}.
     *
     * @param duration for how long; not negative
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public synchronized LoadContext<V> staleWhileRevalidate(Duration duration) {
        staleWhileRevalidate = CacheAsideBuilder.notNegative("staleWhileRevalidate", duration);
        return this;
    }

    /**
     * Lets this value be served for a while after its time, where loading a new one fails; see
     * {@link CacheAsideBuilder#staleIfError}.
     *
     * @param duration for how long; not negative
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public synchronized LoadContext<V> staleIfError(Duration duration) {
        staleIfError = CacheAsideBuilder.notNegative("staleIfError", duration);
        return this;
    }

    /**
     * Puts this value under tags, to be invalidated with all that have one of them.
     *
     * @param names 1 to 200 characters each, none of them a control character; at most 1,000 for a value
     * @return this
     * @throws IllegalArgumentException if one is malformed, or there are too many
     */
    public synchronized LoadContext<V> tags(String... names) {
        for (String name : names) {
            tags.add(CacheAsideBuilder.tag(name));
        }
        if (tags.size() > CacheAsideBuilder.MOST_TAGS) {
            throw new IllegalArgumentException("A value can have 1,000 tags at the most");
        }
        return this;
    }

    /**
     * Keeps this value, or that there is none, out of the cache: only those who wait for this load get it.
     *
     * @return this
     */
    public synchronized LoadContext<V> doNotCache() {
        kept = false;
        return this;
    }

    /**
     * Fails this key alone, where many are loaded together.
     *
     * @param cause what those who wait for the key get
     */
    public synchronized void fail(Throwable cause) {
        failure = cause;
    }

    /** What was said, or the settings where nothing was. */
    synchronized Said said(Duration defaultTtl, Staleness defaults) {
        return new Said(
                ttl == null ? defaultTtl : ttl,
                new Staleness(
                        staleWhileRevalidate == null ? defaults.whileRevalidate() : staleWhileRevalidate,
                        staleIfError == null ? defaults.ifError() : staleIfError),
                Set.copyOf(tags),
                kept,
                failure);
    }

    record Said(
            Duration ttl,
            Staleness staleness,
            Set<String> tags,
            boolean kept,
            @Nullable Throwable failure) {}
}

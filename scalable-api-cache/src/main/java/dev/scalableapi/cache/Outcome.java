package dev.scalableapi.cache;

import dev.scalableapi.core.cache.Lease;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What the far level says to one who looks for a key, or wants its lease. */
sealed interface Outcome<V> {
    /** There is a fresh entry. */
    record Usable<V>(Found<V> found) implements Outcome<V> {}

    /**
     * There is none that can be used.
     *
     * @param seen the version of the one that can't; empty if there is none
     * @param former the one that is past its time, but was not made wrong
     */
    record Unusable<V>(String seen, @Nullable Found<V> former) implements Outcome<V> {}

    /**
     * The caller is to load.
     *
     * @param lease to commit with; empty where there is no store
     */
    record Granted<V>(Optional<Lease> lease, @Nullable Found<V> former) implements Outcome<V> {}

    /**
     * Somebody loads.
     *
     * @param changed completes when something has happened to the key
     * @param remaining after which to ask again in any case
     */
    record Waiting<V>(
            CompletableFuture<Void> changed,
            Duration remaining,
            @Nullable Found<V> former) implements Outcome<V> {}

    /** The level can't be reached. */
    record Down<V>() implements Outcome<V> {}
}

package dev.scalableapi.cache;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An entry as the far level has it, or will have it once it is committed.
 *
 * @param value the value; empty if it is known that there is none
 * @param version the store's; empty without a store, or before the commit
 * @param remaining how long it is still fresh; zero or negative if it is stale, for as long
 * @param loadTime how long it took to load
 * @param staleness for how long it may be served after its time
 * @param nonces by which it is valid
 */
record Found<V>(
        Optional<V> value,
        String version,
        Duration remaining,
        Duration loadTime,
        Staleness staleness,
        List<Nonce> nonces) {
    boolean isFresh() {
        return remaining.compareTo(Duration.ZERO) > 0;
    }

    /** The same, some time later. */
    Found<V> after(Duration time) {
        return new Found<>(value, version, remaining.minus(time), loadTime, staleness, nonces);
    }

    Found<V> versioned(String other) {
        return new Found<>(value, other, remaining, loadTime, staleness, nonces);
    }

    Found<V> with(List<Nonce> others) {
        return new Found<>(value, version, remaining, loadTime, staleness, others);
    }

    boolean mayBeServedWhileRevalidating() {
        return remaining.plus(staleness.whileRevalidate()).compareTo(Duration.ZERO) > 0;
    }

    boolean mayBeServedOnError() {
        return remaining.plus(staleness.ifError()).compareTo(Duration.ZERO) > 0;
    }
}

package dev.scalableapi.cache;

import dev.scalableapi.core.cache.Epoch;
import dev.scalableapi.core.http.ThreadContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A value of the near level that is on its way. Thread-safe. */
final class Flight<K, V> extends Slot<K, V> {
    /** What a flight is for. */
    enum Purpose {
        /** Somebody asks for a value, and would take a stale one. */
        READ,
        /** Somebody asks for a new value. */
        REFRESH,
        /** Nobody asks; there is a value, and if another process loads a new one, that will do. */
        EARLY_REFRESH
    }

    final K key;
    final Epoch epoch;
    /** Live until a change of nonces is heard of that may have made wrong what this learns. */
    final Nonce era;

    final long begun;
    final Purpose purpose;

    final ThreadContext caller;
    private final CompletableFuture<Cached<V>> answer = new CompletableFuture<>();
    private volatile @Nullable Former<V> former;
    private volatile boolean waiting;
    private volatile boolean done;

    private @Nullable NearEntry<K, V> predecessor;

    private boolean staleOffered;

    Flight(K key, ThreadContext caller, Epoch epoch, Nonce era, long begun, Purpose purpose) {
        this.key = key;
        this.caller = caller;
        this.epoch = epoch;
        this.era = era;
        this.begun = begun;
        this.purpose = purpose;
    }

    /**
     * Whether it has learned nothing yet that a change could make wrong, since it will only ask when another process has
     * loaded.
     */
    boolean isWaiting() {
        return waiting && former == null;
    }

    void waiting(boolean now) {
        waiting = now;
    }

    /** Lets what it brings take the place of a value, in which case it does not stand in the near level itself. */
    void replacing(NearEntry<K, V> present) {
        predecessor = present;
    }

    /** What is to be replaced by what it brings. */
    Slot<K, V> place() {
        return predecessor == null ? this : predecessor;
    }

    /** What it was for is in the near level, or will be in a moment; it has yet to answer. */
    void landed() {
        done = true;
    }

    /** Answers without an entry to keep. */
    void pass(Cached<V> first) {
        done = true;
        answer.complete(first);
    }

    void fail(Throwable failure) {
        done = true;
        answer.completeExceptionally(failure);
    }

    /** Whether nothing more will come of it. */
    boolean isDone() {
        return done;
    }

    /** Answers those who wait, and those who come until it has landed. */
    void answer(Cached<V> early) {
        answer.complete(early);
    }

    /** What those who wait get; not to be given to them, who could complete it. */
    CompletableFuture<Cached<V>> answer() {
        return answer;
    }

    boolean isAnswered() {
        return answer.isDone();
    }

    /** Whether nothing stale is served in its place. */
    boolean isRefresh() {
        return purpose != Purpose.READ;
    }

    /** Whether the caller is to see to it that a stale value is served in time: the first one is. */
    synchronized boolean claimStaleOffer() {
        boolean isFirst = !staleOffered;
        staleOffered = true;
        return isFirst;
    }

    /** What stood here before and was not made wrong, as old as it is by now; if that is known. */
    @Nullable Found<V> former(long now) {
        Former<V> known = former;
        return known != null && known.found.nonces().stream().allMatch(Nonce::isLive)
                ? known.found.after(Duration.ofNanos(now - known.at))
                : null;
    }

    void former(@Nullable Found<V> found, long now) {
        if (found != null) {
            former = new Former<>(found, now);
        }
    }

    private record Former<V>(Found<V> found, long at) {}
}

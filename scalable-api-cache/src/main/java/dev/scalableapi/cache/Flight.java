package dev.scalableapi.cache;

import dev.scalableapi.core.cache.Epoch;
import dev.scalableapi.core.http.ThreadContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A value of the near level that is there or on its way. Thread-safe. */
final class Flight<K, V> {
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
    private volatile @Nullable NearEntry<V> landed;
    /** Whether it is at its end without an entry. */
    private volatile boolean lost;

    private @Nullable Flight<K, V> predecessor;

    private boolean staleOffered;

    @SuppressWarnings("UnusedVariable")
    private @Nullable Object name;

    Flight(K key, ThreadContext caller, Epoch epoch, Nonce era, long begun, Purpose purpose) {
        this.key = key;
        this.caller = caller;
        this.epoch = epoch;
        this.era = era;
        this.begun = begun;
        this.purpose = purpose;
    }

    /** Keeps the name by which a change finds the key. */
    void keep(Object name) {
        this.name = name;
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

    /** Lets it take the place of another when it has landed. */
    void replacing(Flight<K, V> present) {
        predecessor = present;
    }

    /** In whose place it stands or will stand; asked once, so that no flight keeps those before it. */
    Flight<K, V> place() {
        Flight<K, V> present = predecessor;
        predecessor = null;
        return present == null ? this : present;
    }

    /** By the near level, which takes note of it. */
    void landed(NearEntry<V> entry) {
        landed = entry;
    }

    /** Answers without an entry to keep. */
    void pass(Cached<V> first) {
        lost = true;
        answer.complete(first);
    }

    void fail(Throwable failure) {
        lost = true;
        answer.completeExceptionally(failure);
    }

    /** Whether nothing more will come of it. */
    boolean isDone() {
        return landed != null || lost;
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

    /** The entry, if it is there. */
    @Nullable NearEntry<V> entry() {
        return landed;
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

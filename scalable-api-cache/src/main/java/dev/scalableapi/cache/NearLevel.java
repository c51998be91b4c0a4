package dev.scalableapi.cache;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Weigher;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The flights of this process, by key. A flight is there from before its first look at the far level, so that a change
 * which is told meanwhile removes it. Thread-safe.
 *
 * <p>Caffeine bounds it, but keeps no time: whether an entry is valid is said by the entry, so that a hit reads the clock
 * once. What can't be of use any more is swept out now and then, when others come. It makes room on the thread that fills
 * it: to wake another one for that costs more than to do it.
 */
final class NearLevel<K, V> {
    private static final long SWEEP = TimeUnit.MINUTES.toNanos(1);

    private final AsyncCache<K, NearEntry<V>> flights;
    /** From the far level's name of a key to the key, for as long as a flight keeps the name. */
    private final Cache<String, Named<K>> names =
            Caffeine.newBuilder().executor(Runnable::run).weakValues().build();

    private final LongSupplier nanoTime;
    private final AtomicLong nextSweep;

    NearLevel(long maximumWeight, ToIntBiFunction<? super K, ? super V> weight, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        nextSweep = new AtomicLong(nanoTime.getAsLong() + SWEEP);
        flights = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumWeight(maximumWeight)
                .weigher(NearLevel.<K, V>weigher(weight))
                .buildAsync();
    }

    private static <K, V> Weigher<K, NearEntry<V>> weigher(ToIntBiFunction<? super K, ? super V> weight) {
        // At least 1: Caffeine never evicts an entry that weighs nothing, as one does that is still on its way.
        return (key, entry) -> Math.max(
                1,
                entry.found.value().map(value -> weight.applyAsInt(key, value)).orElse(1));
    }

    long now() {
        return nanoTime.getAsLong();
    }

    @Nullable Flight<K, V> get(K key) {
        return flight(flights.getIfPresent(key));
    }

    /** Puts a flight where none is; gives the one that is. */
    @Nullable Flight<K, V> putIfAbsent(K key, Flight<K, V> flight) {
        sweepIfDue();
        return flight(flights.asMap().putIfAbsent(key, flight));
    }

    void put(K key, Flight<K, V> landed) {
        sweepIfDue();
        flights.asMap().put(key, landed);
    }

    boolean replace(K key, Flight<K, V> former, Flight<K, V> flight) {
        return flights.asMap().replace(key, former, flight);
    }

    /** Lets a change that is told under this name find the flight's key; before the far level is asked. */
    void name(Flight<K, V> flight, String name) {
        flight.keep(names.get(name, unknown -> new Named<>(flight.key)));
    }

    void remove(K key) {
        flights.asMap().remove(key);
    }

    void remove(K key, Flight<K, V> flight) {
        flights.asMap().remove(key, flight);
    }

    /** Removes what a change has made wrong. */
    void changed(String name) {
        Named<K> named = names.getIfPresent(name);
        Flight<K, V> flight = named == null ? null : get(named.key);
        // Again where a refresh has taken its place meanwhile: it may have learned as little of the change.
        while (flight != null && !flight.isWaiting() && !flights.asMap().remove(flight.key, flight)) {
            flight = get(flight.key);
        }
    }

    void clear() {
        flights.asMap().clear();
    }

    /** Only flights are put into the map. */
    @SuppressWarnings("unchecked")
    private static <K, V> @Nullable Flight<K, V> flight(@Nullable CompletableFuture<NearEntry<V>> future) {
        return (Flight<K, V>) future;
    }

    private void sweepIfDue() {
        long now = now();
        long due = nextSweep.get();
        if (now - due >= 0 && nextSweep.compareAndSet(due, now + SWEEP)) {
            flights.asMap().values().removeIf(future -> {
                Flight<K, V> flight = flight(future);
                NearEntry<V> entry = flight == null ? null : flight.entry();
                return entry != null && !entry.isOfUse(now);
            });
        }
    }

    /** How many flights there are. */
    int size() {
        return flights.asMap().size();
    }

    /** Not the key itself, which others may hold as well. */
    private static final class Named<K> {
        final K key;

        Named(K key) {
            this.key = key;
        }
    }
}

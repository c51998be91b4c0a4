package dev.scalableapi.cache;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Weigher;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The flights of this process, by key. A flight is there from before its first look at the far level, so that a change
 * which is told meanwhile removes it. Thread-safe.
 */
final class NearLevel<K, V> {
    private final AsyncCache<K, NearEntry<V>> flights;
    /** From the far level's name of a key to the key, for as long as a flight keeps the name. */
    private final Cache<String, Named<K>> names =
            Caffeine.newBuilder().weakValues().build();

    private final LongSupplier nanoTime;
    /**
     * Caffeine's clock stands still between writes: whether an entry is valid is said by the entry, so that a hit reads the
     * clock once, and what is past its time is thrown out when others come.
     */
    private volatile long lastWrite;

    NearLevel(long maximumWeight, ToIntBiFunction<? super K, ? super V> weight, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        lastWrite = nanoTime.getAsLong();
        flights = Caffeine.newBuilder()
                .ticker(() -> lastWrite)
                .maximumWeight(maximumWeight)
                .weigher(NearLevel.<K, V>weigher(weight))
                .expireAfter(Expiry.<K, NearEntry<V>>writing((key, entry) -> entry.kept))
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
        lastWrite = now();
        return flight(flights.asMap().putIfAbsent(key, flight));
    }

    void put(K key, Flight<K, V> landed) {
        lastWrite = now();
        flights.asMap().put(key, landed);
    }

    boolean replace(K key, Flight<K, V> former, Flight<K, V> flight) {
        lastWrite = now();
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
        if (flight != null && !flight.isWaiting()) {
            remove(flight.key, flight);
        }
    }

    void clear() {
        flights.asMap().clear();
    }

    /** Lands a flight, which is kept if nobody has removed it. */
    void land(Flight<K, V> flight, NearEntry<V> entry, Cached<V> first) {
        lastWrite = now();
        flight.land(entry, first);
    }

    /** Only flights are put into the map. */
    @SuppressWarnings("unchecked")
    private static <K, V> @Nullable Flight<K, V> flight(@Nullable CompletableFuture<NearEntry<V>> future) {
        return (Flight<K, V>) future;
    }

    /** For tests: how many flights there are, after Caffeine has tidied up. */
    Map<K, CompletableFuture<NearEntry<V>>> flights() {
        flights.synchronous().cleanUp();
        return flights.asMap();
    }

    /** Not the key itself, which others may hold as well. */
    private static final class Named<K> {
        final K key;

        Named(K key) {
            this.key = key;
        }
    }
}

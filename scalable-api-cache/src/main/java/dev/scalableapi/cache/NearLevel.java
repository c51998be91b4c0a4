package dev.scalableapi.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Weigher;
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

    private final Cache<K, Flight<K, V>> flights;
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
                .build();
    }

    private static <K, V> Weigher<K, Flight<K, V>> weigher(ToIntBiFunction<? super K, ? super V> weight) {
        return (key, flight) -> {
            NearEntry<V> entry = flight.entry();
            // Caffeine never evicts what weighs nothing, as one does that is still on its way, and nothing else.
            return entry == null ? 0 : Math.max(1, weighed(key, entry, weight));
        };
    }

    /** What can't be weighed is too heavy to be kept. */
    private static <K, V> int weighed(K key, NearEntry<V> entry, ToIntBiFunction<? super K, ? super V> weight) {
        try {
            return entry.found
                    .value()
                    .map(value -> weight.applyAsInt(key, value))
                    .orElse(1);
        } catch (RuntimeException e) {
            return Integer.MAX_VALUE;
        }
    }

    long now() {
        return nanoTime.getAsLong();
    }

    @Nullable Flight<K, V> get(K key) {
        return flights.getIfPresent(key);
    }

    /** Puts a flight where none is; gives the one that is. */
    @Nullable Flight<K, V> putIfAbsent(K key, Flight<K, V> flight) {
        sweepIfDue();
        return flights.asMap().putIfAbsent(key, flight);
    }

    /** Keeps what a flight has brought, if it is still in its place; to be done before it answers. */
    void land(Flight<K, V> flight, NearEntry<V> entry) {
        flight.landed(entry);
        flights.asMap().replace(flight.key, flight.place(), flight);
    }

    /** Puts a value into the place of any other. */
    void put(Flight<K, V> flight, NearEntry<V> entry) {
        sweepIfDue();
        flight.landed(entry);
        flights.asMap().put(flight.key, flight);
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

    private void sweepIfDue() {
        long now = now();
        long due = nextSweep.get();
        if (now - due >= 0 && nextSweep.compareAndSet(due, now + SWEEP)) {
            flights.asMap().values().removeIf(flight -> {
                NearEntry<V> entry = flight.entry();
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

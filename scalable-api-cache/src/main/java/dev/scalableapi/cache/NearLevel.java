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
 * The values of this process, and those that are on their way. A flight is there from before its first look at the far
 * level, so that a change which is told meanwhile removes it; what it brings takes its place. Thread-safe.
 *
 * <p>Caffeine bounds it, but keeps no time: whether an entry is valid is said by the entry, so that a hit reads the clock
 * once. What can't be of use any more is swept out now and then, when others come. It makes room on the thread that fills
 * it: to wake another one for that costs more than to do it.
 */
final class NearLevel<K, V> {
    private static final long SWEEP = TimeUnit.MINUTES.toNanos(1);

    private final Cache<K, Slot<K, V>> slots;
    /** From the far level's name of a key to the key, for as long as a slot keeps the name. */
    private final Cache<String, Named<K>> names =
            Caffeine.newBuilder().executor(Runnable::run).weakValues().build();

    private final LongSupplier nanoTime;
    private final AtomicLong nextSweep;

    NearLevel(long maximumWeight, ToIntBiFunction<? super K, ? super V> weight, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        nextSweep = new AtomicLong(nanoTime.getAsLong() + SWEEP);
        slots = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumWeight(maximumWeight)
                .weigher(NearLevel.<K, V>weigher(weight))
                .build();
    }

    private static <K, V> Weigher<K, Slot<K, V>> weigher(ToIntBiFunction<? super K, ? super V> weight) {
        // Caffeine never evicts what weighs nothing, as a flight does, and nothing else.
        return (key, slot) -> slot instanceof NearEntry<K, V> entry ? Math.max(1, weighed(key, entry, weight)) : 0;
    }

    /** What can't be weighed is too heavy to be kept. */
    private static <K, V> int weighed(K key, NearEntry<K, V> entry, ToIntBiFunction<? super K, ? super V> weight) {
        try {
            return entry.found()
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

    @Nullable Slot<K, V> get(K key) {
        return slots.getIfPresent(key);
    }

    /** Puts a flight where nothing is; gives what is. */
    @Nullable Slot<K, V> putIfAbsent(K key, Flight<K, V> flight) {
        sweepIfDue();
        return slots.asMap().putIfAbsent(key, flight);
    }

    /** Keeps what a flight has brought, if it is still in its place; to be done before it answers. */
    void land(Flight<K, V> flight, NearEntry<K, V> entry) {
        flight.landed();
        entry.name = flight.name;
        replace(flight.key, flight.place(), entry);
    }

    /** Puts a value into the place of any other. */
    void put(K key, NearEntry<K, V> entry) {
        sweepIfDue();
        slots.put(key, entry);
    }

    /** Puts a flight or a value into the place of what is known to be there, if it still is. */
    boolean replace(K key, Slot<K, V> former, Slot<K, V> next) {
        return slots.asMap().replace(key, former, next);
    }

    /** Lets a change that is told under this name find the flight's key; before the far level is asked. */
    void name(Flight<K, V> flight, String name) {
        flight.name = names.get(name, unknown -> new Named<>(flight.key));
    }

    void remove(K key) {
        slots.asMap().remove(key);
    }

    void remove(K key, Flight<K, V> flight) {
        slots.asMap().remove(key, flight);
    }

    /** Removes what a change has made wrong. */
    void changed(String name) {
        Named<K> named = names.getIfPresent(name);
        if (named == null) {
            return;
        }
        Slot<K, V> slot = get(named.key);
        // Again where another has taken its place meanwhile: it may have learned as little of the change.
        while (slot != null && !hasLearnedNothing(slot) && !slots.asMap().remove(named.key, slot)) {
            slot = get(named.key);
        }
    }

    private static boolean hasLearnedNothing(Slot<?, ?> slot) {
        return slot instanceof Flight<?, ?> flight && flight.isWaiting();
    }

    void clear() {
        slots.asMap().clear();
    }

    private void sweepIfDue() {
        long now = now();
        long due = nextSweep.get();
        if (now - due >= 0 && nextSweep.compareAndSet(due, now + SWEEP)) {
            slots.asMap().values().removeIf(slot -> slot instanceof NearEntry<K, V> entry && !entry.isOfUse(now));
        }
    }

    /** How many values and flights there are. */
    int size() {
        return slots.asMap().size();
    }

    /** Not the key itself, which others may hold as well. */
    private static final class Named<K> {
        final K key;

        Named(K key) {
            this.key = key;
        }
    }
}

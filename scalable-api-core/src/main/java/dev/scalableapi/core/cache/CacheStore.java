package dev.scalableapi.core.cache;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Keeps bytes under string keys for a limited time; the far level of a cache. It may forget any entry at any time, but
 * returns none that has expired or been invalidated.
 *
 * <p>Implementations are thread-safe and never block the caller. Keys, values and durations are never null. Arrays are
 * the caller's: neither side sees the other's later changes to one.
 *
 * <p>A store that is down or slow fails the stage, within a bounded time; what the caller then makes of it is the
 * caller's affair. Only a wrong argument may be thrown. After a failed {@code put} or {@code invalidate} it is unknown
 * whether it took effect.
 *
 * <p><b>Order.</b> Operations of one process on one key take effect in the order in which they are called, also when
 * the earlier one's stage has not completed: after {@code invalidate(k)} returned, a {@code put(k)} that was called
 * before it does not come back to life.
 */
public interface CacheStore {
    /**
     * Reads an entry.
     *
     * @param key which one
     * @return completes with the value; empty if there is none
     */
    CompletionStage<Optional<byte[]>> get(String key);

    /**
     * Writes an entry, in place of one that may be there.
     *
     * @param key which one
     * @param value its bytes; may have length 0
     * @param ttl how long it may be returned; an implementation may round it to milliseconds, upwards
     * @return completes when the entry can be read
     * @throws IllegalArgumentException if the time is not positive
     */
    CompletionStage<Void> put(String key, byte[] value, Duration ttl);

    /**
     * Removes an entry, whether or not there is one.
     *
     * @param key which one
     * @return completes when the entry can no longer be read
     */
    CompletionStage<Void> invalidate(String key);

    /**
     * {@return a store in this process's memory, whose operations complete at once} When it is full, the entry that was
     * used longest ago makes room.
     *
     * @param maxEntries how many entries it holds at the most
     * @param clock tells when an entry has expired
     * @throws IllegalArgumentException if {@code maxEntries} is below 1
     */
    static CacheStore inMemory(int maxEntries, Clock clock) {
        return new InMemoryCacheStore(maxEntries, clock);
    }
}

package dev.scalableapi.core.cache;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Keeps bytes under string keys for a limited time, for caches in several processes: their far level. Beside the entries
 * it keeps leases, by which the processes agree who loads a missing entry (Nishtala et al., <i>Scaling Memcache at
 * Facebook</i>, 2013), and nonces, by which many entries are made invalid at once. It tells listeners what has changed.
 *
 * <p>It may forget any entry, lease or nonce at any time, but returns none that was invalidated or is past its lifetime.
 * Implementations are thread-safe and never block the caller. Nothing is null. Arrays are the caller's: neither side sees
 * the other's later changes to one. A key is not empty and does not begin with a closing brace.
 *
 * <p>A store that is down or slow fails the stage, within a bounded time; what the caller then makes of it is the
 * caller's affair. Only a wrong argument may be thrown. After a failed write it is unknown whether it took effect.
 *
 * <p><b>Order.</b> Operations of one process on one key take effect in the order in which they are called, also when
 * the earlier one's stage has not completed.
 */
public interface CacheStore {
    /**
     * Reads an entry.
     *
     * @param key which one
     * @return completes with it, whether fresh or stale; empty if there is none
     */
    CompletionStage<Optional<StoredEntry>> get(String key);

    /**
     * Reads entries at once.
     *
     * @param keys which ones
     * @return completes with what {@link #get} gives for each, in their order
     */
    CompletionStage<List<Optional<StoredEntry>>> getAll(List<String> keys);

    /**
     * Asks for an entry, or for the lease to load it: one step. While a lease stands, no one else is given one for the
     * key.
     *
     * @param key which one
     * @param duration how long the lease is to stand, unless it is renewed; at least a millisecond
     * @param seen the version of an entry that the caller cannot use, or no longer wants; empty if there is none. An entry
     *     of this version does not count as fresh
     * @return completes with a fresh entry, a lease, or how long to wait
     */
    CompletionStage<Acquisition> acquire(String key, Duration duration, String seen);

    /**
     * Prolongs a lease.
     *
     * @param lease which one
     * @param duration how long it is to stand from now; at least a millisecond
     * @return completes with whether it still stood
     */
    CompletionStage<Boolean> renew(Lease lease, Duration duration);

    /**
     * Writes what was loaded under a lease and ends the lease, if it still stands: one step. The entry's version is the
     * lease's token.
     *
     * @param lease which one
     * @param value the entry's bytes; may have length 0
     * @param lifetime how long it may be returned
     * @return completes with whether it was written; false if the key was written or invalidated meanwhile, or the lease
     *     is past its end
     */
    CompletionStage<Boolean> commit(Lease lease, byte[] value, Lifetime lifetime);

    /**
     * Ends a lease without an entry, so that another can have one; nothing happens if it no longer stands.
     *
     * @param lease which one
     * @return completes when that is done
     */
    CompletionStage<Void> release(Lease lease);

    /**
     * Writes an entry, in place of one that may be there, and ends a lease: one step.
     *
     * @param key which one
     * @param value its bytes; may have length 0
     * @param lifetime how long it may be returned
     * @return completes when the entry can be read
     */
    CompletionStage<Void> put(String key, byte[] value, Lifetime lifetime);

    /**
     * Removes an entry, whether or not there is one, and ends a lease: one step.
     *
     * @param key which one
     * @return completes when the entry can no longer be read
     */
    CompletionStage<Void> invalidate(String key);

    /**
     * Makes an entry stale, whose life then ends when it would have ended anyway, and ends a lease: one step.
     *
     * @param key which one
     * @return completes when the entry is no longer returned as fresh
     */
    CompletionStage<Void> expire(String key);

    /**
     * Reads nonces: random texts, each of which is made when it is not there. All names of a group are read in one step.
     *
     * @param group what the names belong to
     * @param names which ones; at least one
     * @param life for how long from now each is kept at least
     * @return completes with their values, in the order of the names
     */
    CompletionStage<List<String>> nonces(String group, List<String> names, Duration life);

    /**
     * Gives nonces new values, in one step. They are kept as long as {@code life} of {@link #nonces} said last, or are
     * made again by the next who reads them.
     *
     * @param group what the names belong to
     * @param names which ones; at least one
     * @return completes when the former values are no longer returned
     */
    CompletionStage<Void> changeNonces(String group, List<String> names);

    /**
     * {@return the present epoch} One that has ended means that changes may be missed at the moment; a new one begins
     * when that is over, without the store being asked.
     */
    Epoch epoch();

    /**
     * Tells a listener of all changes from now on, including those that this process makes. A change is told after it
     * took effect and, as long as an {@link Epoch} lives that began before it, soon.
     *
     * @param listener stays registered until the returned handle is run; running it again does nothing
     * @return removes the listener
     */
    Runnable listen(Listener listener);

    /**
     * Learns of changes; may be told of one twice, or where there was none. Called on the store's threads, which it must
     * not hold up.
     */
    interface Listener {
        /**
         * An entry was written, invalidated or made stale.
         *
         * @param key which one
         */
        void entryChanged(String key);

        /**
         * A lease was released, or has ended with a write; whoever waits may ask again. Nothing is told of one that nobody
         * has renewed.
         *
         * @param key of the entry
         */
        void leaseEnded(String key);

        /**
         * A nonce has another value.
         *
         * @param group what it belongs to
         * @param name which one
         */
        void nonceChanged(String group, String name);

        /** A new epoch has begun: the store is there, and what was learned before it may be outdated. */
        void epochBegan();
    }

    /**
     * {@return a store in this process's memory, whose operations complete at once} When it is full, the entry that was
     * used longest ago makes room. Its listeners are told within the call that changes something.
     *
     * @param maxEntries how many entries it holds at the most, how many leases, and how many nonces
     * @param clock tells when an entry has expired
     * @throws IllegalArgumentException if {@code maxEntries} is below 1
     */
    static CacheStore inMemory(int maxEntries, Clock clock) {
        return new InMemoryCacheStore(maxEntries, clock);
    }
}

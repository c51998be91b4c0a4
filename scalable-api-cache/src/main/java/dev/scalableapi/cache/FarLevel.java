package dev.scalableapi.cache;

import dev.scalableapi.core.cache.Epoch;
import dev.scalableapi.core.cache.Lease;
import dev.scalableapi.core.cache.Lifetime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The level below the near one. Thread-safe. */
interface FarLevel<K, V> {
    /** The present epoch: while it lives, changes are told. */
    Epoch epoch();

    /** The nonces by which entries are valid. */
    Nonces nonces();

    /** The name under which changes of this key are told; empty where none are, or the key has no name. */
    Optional<String> name(K key);

    /** Looks for an entry; never fails. */
    CompletionStage<Outcome<V>> read(K key);

    /** Looks for entries at once, in the order of the keys; never fails. */
    CompletionStage<List<Outcome<V>>> readAll(List<K> keys);

    /** Looks for an entry of another version than the one seen, or for the lease; never fails. */
    CompletionStage<Outcome<V>> acquire(K key, String seen);

    /** Ends a wait that {@link #acquire} began and that nobody will follow up. */
    void stopWaiting(K key);

    /** Keeps a lease for a while longer; completes with whether it stands. */
    CompletionStage<Boolean> renew(Lease lease);

    /** After which time of a lease it is to be renewed. */
    Duration renewal();

    /** Writes what was loaded; completes with whether it was written, fails if that is not known. */
    CompletionStage<Boolean> commit(Lease lease, Found<V> loaded, Lifetime lifetime);

    /** Gives a lease back; never fails. */
    CompletionStage<Void> release(Lease lease);

    /** Writes what makes a former entry wrong. */
    CompletionStage<Void> put(K key, Found<V> written, Lifetime lifetime);

    /** Removes an entry. */
    CompletionStage<Void> invalidate(K key);

    /** Makes an entry stale. */
    CompletionStage<Void> expire(K key);

    /** {@return whether there is a store} */
    boolean isShared();
}

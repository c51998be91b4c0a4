package dev.scalableapi.cache;

import dev.scalableapi.core.cache.Epoch;
import dev.scalableapi.core.cache.Lease;
import dev.scalableapi.core.cache.Lifetime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The far level of a cache that has no store: whoever looks there is to load. */
final class NoStore<K, V> implements FarLevel<K, V> {
    private final Epoch epoch = Epoch.unlimited();
    private final Nonces nonces = new LocalNonces();

    @Override
    public Epoch epoch() {
        return epoch;
    }

    @Override
    public Nonces nonces() {
        return nonces;
    }

    @Override
    public Optional<String> name(K key) {
        return Optional.empty();
    }

    @Override
    public CompletionStage<Outcome<V>> read(K key) {
        return CompletableFuture.completedFuture(granted());
    }

    @Override
    public CompletionStage<List<Outcome<V>>> readAll(List<K> keys) {
        return CompletableFuture.completedFuture(
                keys.stream().map(key -> granted()).toList());
    }

    @Override
    public CompletionStage<Outcome<V>> acquire(K key, String seen) {
        return read(key);
    }

    @Override
    public void stopWaiting(K key) {}

    private Outcome<V> granted() {
        return new Outcome.Granted<>(Optional.empty(), null);
    }

    @Override
    public CompletionStage<Boolean> renew(Lease lease) {
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public Duration renewal() {
        return Duration.ZERO;
    }

    @Override
    public CompletionStage<Boolean> commit(Lease lease, Found<V> loaded, Lifetime lifetime) {
        return CompletableFuture.completedFuture(true);
    }

    @Override
    public CompletionStage<Void> release(Lease lease) {
        return done();
    }

    @Override
    public CompletionStage<Void> put(K key, Found<V> written, Lifetime lifetime) {
        return done();
    }

    @Override
    public CompletionStage<Void> invalidate(K key) {
        return done();
    }

    @Override
    public CompletionStage<Void> expire(K key) {
        return done();
    }

    private static CompletionStage<Void> done() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isShared() {
        return false;
    }
}

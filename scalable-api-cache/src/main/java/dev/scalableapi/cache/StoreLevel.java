package dev.scalableapi.cache;

import com.github.benmanes.caffeine.cache.Cache;
import dev.scalableapi.core.cache.CacheStore;
import dev.scalableapi.core.cache.Lifetime;
import dev.scalableapi.core.cache.StoredEntry;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.internal.WarningPacer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A {@link CacheStore} as far level.
 *
 * <p>A key is in doubt from the start of a {@code replace} or {@code remove} until the store has confirmed it: the store
 * may still hold the former entry, so it is not read. A later write of the key that succeeds ends the doubt too.
 */
final class StoreLevel<K, V> implements FarLevel<K, V> {
    private final String name;
    private final CacheStore store;
    private final Codec<V> codec;
    private final Function<? super K, String> keys;
    private final Duration timeout;
    private final Clock clock;
    private final Counters counters;
    private final Cache<K, Object> doubts;
    private final WarningPacer warnings = WarningPacer.create();

    /** The doubts outlive every entry that may be in the store. */
    StoreLevel(CacheAside.Builder<K, V> settings, StoreSettings<V> far, Counters counters, Cache<K, Object> doubts) {
        this.name = settings.name;
        this.store = far.store();
        this.codec = far.codec();
        this.keys = settings.keys;
        this.timeout = settings.storeTimeout;
        this.clock = settings.clock;
        this.counters = counters;
        this.doubts = doubts;
    }

    /** A store and the codec for its values. */
    record StoreSettings<V>(CacheStore store, Codec<V> codec) {}

    @Override
    public CompletableFuture<Optional<Cached<V>>> read(K key) {
        return doubts.getIfPresent(key) != null
                ? CompletableFuture.completedFuture(Optional.empty())
                : call(key, store::get)
                        .thenApply(found -> found.map(StoredEntry::value).flatMap(this::decode))
                        .exceptionally(this::none);
    }

    private Optional<Cached<V>> decode(byte[] bytes) {
        try {
            Optional<Cached<V>> entry = StoredValue.decode(bytes, codec);
            if (entry.isEmpty()) {
                failed("It holds a value that cannot be read.", null);
            }
            return entry;
        } catch (RuntimeException e) {
            codecFailed(e);
            return Optional.empty();
        }
    }

    private Optional<Cached<V>> none(Throwable failure) {
        failed("A read failed.", failure);
        return Optional.empty();
    }

    @Override
    public Optional<byte[]> encode(Cached<V> entry) {
        try {
            return Optional.of(StoredValue.encode(entry.value(), entry.expiresAt(), codec));
        } catch (RuntimeException e) {
            codecFailed(e);
            return Optional.empty();
        }
    }

    /** Names the exception's class alone: what a codec says may quote the value. */
    private void codecFailed(RuntimeException failure) {
        failed("The codec failed with " + failure.getClass().getName() + ".", null);
    }

    @Override
    public CompletionStage<Void> fill(K key, byte[] bytes, Instant expiresAt) {
        return write(key, doubts.getIfPresent(key), put(bytes, expiresAt));
    }

    @Override
    public CompletionStage<Void> replace(K key, byte[] bytes, Instant expiresAt) {
        return write(key, doubt(key), put(bytes, expiresAt));
    }

    @Override
    public CompletionStage<Void> remove(K key) {
        return write(key, doubt(key), store::invalidate);
    }

    private Object doubt(K key) {
        Object doubt = new Object();
        doubts.put(key, doubt);
        return doubt;
    }

    private Function<String, CompletionStage<Void>> put(byte[] bytes, Instant expiresAt) {
        return key -> store.put(key, bytes, Lifetime.of(Duration.between(clock.instant(), expiresAt)));
    }

    private CompletionStage<Void> write(
            K key, @Nullable Object doubt, Function<String, CompletionStage<Void>> operation) {
        return call(key, operation).handle((done, failure) -> {
            if (failure != null) {
                failed("A write failed.", failure);
            } else if (doubt != null) {
                doubts.asMap().remove(key, doubt);
            }
            return null;
        });
    }

    private <T> CompletableFuture<T> call(K key, Function<String, CompletionStage<T>> operation) {
        Supplier<CompletionStage<T>> call = () -> operation.apply(name + ":" + keys.apply(key));
        return Bounded.call(call, timeout);
    }

    private void failed(String what, @Nullable Throwable failure) {
        counters.storeFailures.increment();
        if (warnings.isDue()) {
            LoggerFactory.getLogger(CacheAside.class)
                    .warn(
                            "The store of the cache {} counts as empty for some requests. {}",
                            name,
                            what,
                            failure == null ? null : ApiPipeline.cause(failure));
        }
    }
}

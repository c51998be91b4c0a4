package dev.scalableapi.cache;

import dev.scalableapi.core.cache.Acquisition;
import dev.scalableapi.core.cache.CacheStore;
import dev.scalableapi.core.cache.Epoch;
import dev.scalableapi.core.cache.Lease;
import dev.scalableapi.core.cache.Lifetime;
import dev.scalableapi.core.cache.StoredEntry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A store in memory whose operations can be made to fail, to hang or to wait. */
final class FaultyStore implements CacheStore {
    private final CacheStore store;
    /** What stands before each operation. */
    volatile Fault reads = Fault.none();

    volatile Fault writes = Fault.none();
    final AtomicInteger bulkReads = new AtomicInteger();
    private final AtomicInteger renewed = new AtomicInteger();
    volatile IntConsumer renewals = count -> {};
    volatile @Nullable Epoch epoch;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    FaultyStore(CacheStore store) {
        this.store = store;
    }

    @Override
    public CompletionStage<Optional<StoredEntry>> get(String key) {
        return reads.around(() -> store.get(key));
    }

    @Override
    public CompletionStage<List<Optional<StoredEntry>>> getAll(List<String> keys) {
        bulkReads.incrementAndGet();
        return reads.around(() -> store.getAll(keys));
    }

    @Override
    public CompletionStage<Acquisition> acquire(String key, Duration duration, String seen) {
        return reads.around(() -> store.acquire(key, duration, seen));
    }

    @Override
    public CompletionStage<Boolean> renew(Lease lease, Duration duration) {
        CompletionStage<Boolean> answer = writes.around(() -> store.renew(lease, duration));
        renewals.accept(this.renewed.incrementAndGet());
        return answer;
    }

    @Override
    public CompletionStage<Boolean> commit(Lease lease, byte[] value, Lifetime lifetime) {
        return writes.around(() -> store.commit(lease, value, lifetime));
    }

    @Override
    public CompletionStage<Void> release(Lease lease) {
        return writes.around(() -> store.release(lease));
    }

    @Override
    public CompletionStage<Void> put(String key, byte[] value, Lifetime lifetime) {
        return writes.around(() -> store.put(key, value, lifetime));
    }

    @Override
    public CompletionStage<Void> invalidate(String key) {
        return writes.around(() -> store.invalidate(key));
    }

    @Override
    public CompletionStage<Void> expire(String key) {
        return writes.around(() -> store.expire(key));
    }

    @Override
    public CompletionStage<List<String>> nonces(String group, List<String> names, Duration life) {
        return reads.around(() -> store.nonces(group, names, life));
    }

    @Override
    public CompletionStage<Void> changeNonces(String group, List<String> names) {
        return writes.around(() -> store.changeNonces(group, names));
    }

    @Override
    public Epoch epoch() {
        return epoch == null ? store.epoch() : epoch;
    }

    @Override
    public Runnable listen(Listener listener) {
        listeners.add(listener);
        return store.listen(listener);
    }

    /** As a store does that is back: what it missed is not told. */
    void beginEpoch() {
        epoch = Epoch.unlimited();
        listeners.forEach(Listener::epochBegan);
    }

    /** What is done with an operation. */
    interface Fault {
        <T> CompletionStage<T> around(Supplier<CompletionStage<T>> operation);

        static Fault none() {
            return new Fault() {
                @Override
                public <T> CompletionStage<T> around(Supplier<CompletionStage<T>> operation) {
                    return operation.get();
                }
            };
        }

        /** The action takes place before the operation is passed on. */
        static Fault before(Runnable action) {
            return new Fault() {
                @Override
                public <T> CompletionStage<T> around(Supplier<CompletionStage<T>> operation) {
                    action.run();
                    return operation.get();
                }
            };
        }

        static Fault failing() {
            return new Fault() {
                @Override
                public <T> CompletionStage<T> around(Supplier<CompletionStage<T>> operation) {
                    return CompletableFuture.failedFuture(new IllegalStateException("down"));
                }
            };
        }

        static Fault throwing() {
            return new Fault() {
                @Override
                public <T> CompletionStage<T> around(Supplier<CompletionStage<T>> operation) {
                    throw new IllegalStateException("down");
                }
            };
        }

        static Fault hanging() {
            return new Fault() {
                @Override
                public <T> CompletionStage<T> around(Supplier<CompletionStage<T>> operation) {
                    return new CompletableFuture<>();
                }
            };
        }

        /** The operation takes place when the gate opens. */
        static Fault delayed(CompletableFuture<?> gate) {
            return new Fault() {
                @Override
                public <T> CompletionStage<T> around(Supplier<CompletionStage<T>> operation) {
                    return gate.thenCompose(open -> operation.get());
                }
            };
        }

        /** The operation takes place at once, its answer comes when the gate opens. */
        static Fault gated(CompletableFuture<?> gate) {
            return new Fault() {
                @Override
                public <T> CompletionStage<T> around(Supplier<CompletionStage<T>> operation) {
                    return operation.get().thenCombine(gate, (result, open) -> result);
                }
            };
        }
    }
}

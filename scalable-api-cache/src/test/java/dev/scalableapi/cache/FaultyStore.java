package dev.scalableapi.cache;

import dev.scalableapi.core.cache.CacheStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A store in memory whose operations can be made to fail, to hang or to wait. */
final class FaultyStore implements CacheStore {
    private final CacheStore store;
    /** What stands before each operation. */
    volatile Fault reads = Fault.none();

    volatile Fault writes = Fault.none();

    FaultyStore(CacheStore store) {
        this.store = store;
    }

    @Override
    public CompletionStage<Optional<byte[]>> get(String key) {
        return reads.around(() -> store.get(key));
    }

    @Override
    public CompletionStage<Void> put(String key, byte[] value, Duration ttl) {
        return writes.around(() -> store.put(key, value, ttl));
    }

    @Override
    public CompletionStage<Void> invalidate(String key) {
        return writes.around(() -> store.invalidate(key));
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

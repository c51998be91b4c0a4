package dev.scalableapi.auth.revocation;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A store that fails as a test wants it to. */
final class FaultyStore implements RevocationStore {
    enum Fault {
        NONE,
        FAIL,
        THROW,
        HANG,
        LOSE_POSITION
    }

    final AtomicInteger reads = new AtomicInteger();
    private final RevocationStore store;
    private volatile Fault fault = Fault.NONE;

    FaultyStore(RevocationStore store) {
        this.store = store;
    }

    void fault(Fault fault) {
        this.fault = fault;
    }

    @Override
    public CompletionStage<Void> add(Revocation revocation) {
        return fault == Fault.LOSE_POSITION ? store.add(revocation) : unlessFaulty(() -> store.add(revocation));
    }

    @Override
    public CompletionStage<RevocationDelta> since(String cursor, int limit) {
        reads.incrementAndGet();
        return unlessFaulty(() -> store.since(cursor, limit));
    }

    private <T> CompletionStage<T> unlessFaulty(Supplier<CompletionStage<T>> operation) {
        return switch (fault) {
            case NONE -> operation.get();
            case FAIL -> CompletableFuture.failedFuture(new IllegalStateException("down"));
            case THROW -> throw new IllegalStateException("broken");
            case HANG -> new CompletableFuture<>();
            case LOSE_POSITION -> lost();
        };
    }

    @SuppressWarnings("unchecked")
    private static <T> CompletionStage<T> lost() {
        return (CompletionStage<T>) CompletableFuture.completedFuture(new RevocationDelta.PositionLost());
    }

    @Override
    public Duration retention() {
        return store.retention();
    }
}

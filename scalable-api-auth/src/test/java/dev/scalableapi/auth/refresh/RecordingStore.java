package dev.scalableapi.auth.refresh;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the calls to another store, and answers in its place if it is told to. */
final class RecordingStore implements RefreshTokenStore {
    final AtomicInteger calls = new AtomicInteger();
    Optional<Rotation> rotation = Optional.empty();
    Optional<RuntimeException> failure = Optional.empty();

    private final RefreshTokenStore store;

    RecordingStore(RefreshTokenStore store) {
        this.store = store;
    }

    @Override
    public CompletionStage<Instant> create(NewFamily family) {
        calls.incrementAndGet();
        return failure.<CompletionStage<Instant>>map(CompletableFuture::failedFuture)
                .orElseGet(() -> store.create(family));
    }

    @Override
    public CompletionStage<Rotation> rotate(TokenUse use) {
        calls.incrementAndGet();
        return failure.<CompletionStage<Rotation>>map(CompletableFuture::failedFuture)
                .or(() -> rotation.map(CompletableFuture::completedFuture))
                .orElseGet(() -> store.rotate(use));
    }

    @Override
    public CompletionStage<Boolean> revoke(String family) {
        calls.incrementAndGet();
        return failure.<CompletionStage<Boolean>>map(CompletableFuture::failedFuture)
                .orElseGet(() -> store.revoke(family));
    }
}

package dev.scalableapi.cache;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The writes that a store has not confirmed. One is under way, or it has failed: then the store may still hold what the
 * write was to make wrong, and may not be read for this subject until the write was repeated with success. Thread-safe.
 *
 * @param <T> what is written: a key, or the name of a nonce; there are at the most as many as operations may fail between
 *     two calls of {@link #size}
 */
final class UnconfirmedWrites<T> {
    /** Before what has failed is tried again. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    private final ConcurrentHashMap<T, CompletableFuture<Void>> writes = new ConcurrentHashMap<>();
    /** Never less than those that are in the map, as that map's own count may be in between. */
    private final AtomicInteger size = new AtomicInteger();

    private final Function<T, ? extends CompletionStage<Void>> repetition;
    private final Consumer<Runnable> later;
    private final AtomicBoolean due = new AtomicBoolean();

    /**
     * Begins with none.
     *
     * @param repetition makes wrong whatever the store holds for the subject
     * @param later runs something after a while: others read what has failed here, though nobody may read it here
     */
    UnconfirmedWrites(Function<T, ? extends CompletionStage<Void>> repetition, Consumer<Runnable> later) {
        this.repetition = repetition;
        this.later = later;
    }

    /** Begins a write, once the one before it is over; from now on readers wait for it. */
    CompletableFuture<Void> write(T subject, Supplier<? extends CompletionStage<Void>> operation) {
        CompletableFuture<Void> write = new CompletableFuture<>();
        size.incrementAndGet();
        CompletableFuture<Void> before = writes.put(subject, write);
        if (before != null) {
            size.decrementAndGet();
        }
        CompletionStage<Void> running = before == null || before.isDone()
                ? operation.get()
                : before.handle((done, failure) -> null).thenCompose(over -> operation.get());
        finish(subject, write, running);
        return write;
    }

    private void remove(T subject, CompletableFuture<Void> write) {
        if (writes.remove(subject, write)) {
            size.decrementAndGet();
        }
    }

    private void finish(T subject, CompletableFuture<Void> write, CompletionStage<Void> running) {
        running.whenComplete((done, failure) -> {
            if (failure == null) {
                remove(subject, write);
                write.complete(null);
            } else {
                write.completeExceptionally(failure);
                repeatLater();
            }
        });
    }

    /** Completes when nothing is unconfirmed for this subject; fails if the store cannot confirm it now. */
    CompletableFuture<Void> settled(T subject) {
        CompletableFuture<Void> write = writes.get(subject);
        if (write == null) {
            return CompletableFuture.completedFuture(null);
        }
        if (write.isCompletedExceptionally()) {
            return repeat(subject, write);
        }
        return write.handle((done, failure) -> failure == null)
                .thenCompose(confirmed -> confirmed ? settled(subject) : CompletableFuture.failedFuture(failed()));
    }

    /** The same for all subjects. */
    CompletionStage<Void> settled() {
        return isEmpty()
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.allOf(
                        writes.keySet().stream().map(this::settled).toArray(CompletableFuture[]::new));
    }

    private void repeatLater() {
        if (due.compareAndSet(false, true)) {
            later.accept(() -> {
                due.set(false);
                repeatAll();
            });
        }
    }

    /** One first: while it fails the others need not be tried. */
    private void repeatAll() {
        writes.keySet().stream().findAny().ifPresent(first -> {
            CompletionStage<Void> tried = settled(first);
            tried.thenRun(this::settled);
        });
    }

    private CompletableFuture<Void> repeat(T subject, CompletableFuture<Void> failed) {
        CompletableFuture<Void> again = new CompletableFuture<>();
        if (!writes.replace(subject, failed, again)) {
            return settled(subject);
        }
        finish(subject, again, repetition.apply(subject));
        return again;
    }

    private static IllegalStateException failed() {
        return new IllegalStateException("The store has not confirmed an earlier write");
    }

    /** Whether all are confirmed that began before. */
    boolean isEmpty() {
        return size.get() == 0;
    }

    /** How many writes have failed; looks at each. */
    long failures() {
        return writes.values().stream()
                .filter(CompletableFuture::isCompletedExceptionally)
                .count();
    }

    /** How many writes are under way or have failed. */
    int size() {
        return size.get();
    }

    /** Forgets all, where something else makes wrong what they were to make wrong. */
    void forget() {
        writes.forEach(this::remove);
    }
}

package dev.scalableapi.cache;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How long a cache waits for others: whatever goes wrong in a foreign call, and a wait that is too long, is a failed
 * future. All waits are equally long, so they end in the order of their beginnings; one timer is set for the first of them,
 * and nothing is done for those that end in time. Thread-safe.
 */
final class TimeLimit {
    private final ConcurrentLinkedQueue<Wait> waits = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean watched = new AtomicBoolean();
    private final Timer timer;
    private final Duration limit;

    TimeLimit(Timer timer, Duration limit) {
        this.timer = timer;
        this.limit = limit;
    }

    <T> CompletableFuture<T> call(Supplier<? extends @Nullable CompletionStage<T>> call) {
        CompletableFuture<T> future;
        try {
            CompletionStage<T> stage = call.get();
            if (stage == null) {
                throw new NullPointerException("No stage was returned");
            }
            future = stage.toCompletableFuture();
        } catch (Throwable t) {
            return CompletableFuture.failedFuture(t);
        }
        return future.isDone() ? future : limited(future);
    }

    private <T> CompletableFuture<T> limited(CompletableFuture<T> future) {
        CompletableFuture<T> timed = future.copy();
        Wait wait = new Wait(System.nanoTime() + limit.toNanos(), timed);
        waits.add(wait);
        watch(limit);
        CompletionStage<T> ended = timed;
        ended.whenComplete((value, failure) -> wait.future = null);
        return timed;
    }

    private void watch(Duration delay) {
        if (watched.compareAndSet(false, true)) {
            timer.later(delay, this::endOverdue);
        }
    }

    private void endOverdue() {
        waits.removeIf(wait -> wait.isOver(System.nanoTime()));
        watched.set(false);
        // What was added before that, and relied on this.
        Wait next = waits.peek();
        if (next != null) {
            watch(Duration.ofNanos(next.end - System.nanoTime()));
        }
    }

    private final class Wait {
        private final long end;
        /** Not kept longer than need be: it holds a value. */
        private volatile @Nullable CompletableFuture<?> future;

        Wait(long end, CompletableFuture<?> future) {
            this.end = end;
            this.future = future;
        }

        /** Whether it has ended, which it does now if it is overdue. */
        boolean isOver(long now) {
            CompletableFuture<?> waiting = future;
            if (waiting != null && now - end >= 0) {
                waiting.completeExceptionally(new TimeoutException("No answer within " + limit));
                return true;
            }
            return waiting == null;
        }
    }
}

package dev.scalableapi.cache;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a cache does later, and how long it waits for others: whatever goes wrong in a foreign call, and a wait that is too
 * long, is a failed future. Its daemon threads are there only while something is due. Thread-safe.
 */
final class Timer {
    /** More than one, so that what runs too long does not keep leases from being renewed. */
    private static final int THREADS = 2;

    private final ScheduledThreadPoolExecutor threads;

    Timer(String cache) {
        AtomicInteger number = new AtomicInteger();
        threads = new ScheduledThreadPoolExecutor(THREADS, task -> {
            Thread thread = new Thread(task, "scalable-api-cache-" + cache + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        threads.setRemoveOnCancelPolicy(true);
        threads.setKeepAliveTime(1, TimeUnit.SECONDS);
        threads.allowCoreThreadTimeOut(true);
    }

    /** Runs an action later. */
    void later(Duration delay, Runnable action) {
        Future<?> unused = threads.schedule(action, Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
    }

    <T> CompletableFuture<T> bounded(Supplier<? extends @Nullable CompletionStage<T>> call, Duration timeout) {
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
        return future.isDone() ? future : within(future, timeout);
    }

    private <T> CompletableFuture<T> within(CompletableFuture<T> future, Duration timeout) {
        CompletableFuture<T> timed = future.copy();
        var due = threads.schedule(
                () -> timed.completeExceptionally(new TimeoutException("No answer within " + timeout)),
                timeout.toNanos(),
                TimeUnit.NANOSECONDS);
        CompletionStage<T> ended = timed;
        ended.whenComplete((value, failure) -> due.cancel(false));
        return timed;
    }
}

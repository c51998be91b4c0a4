package dev.scalableapi.cache;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Foreign asynchronous calls: whatever goes wrong in one, and a wait that is too long, is a failed future. */
final class Bounded {
    private Bounded() {}

    static <T> CompletableFuture<T> call(Supplier<? extends @Nullable CompletionStage<T>> call, Duration timeout) {
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

    private static <T> CompletableFuture<T> within(CompletableFuture<T> future, Duration timeout) {
        CompletableFuture<T> timed = future.copy().orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
        // The JVM has one thread for time-outs: what continues after one must not hold it.
        return timed.exceptionallyCompose(
                failure -> failure instanceof TimeoutException ? timed.whenCompleteAsync((value, same) -> {}) : timed);
    }

    /** Runs an action later, on a thread that it may hold up. */
    static void later(Duration delay, Runnable action) {
        CompletableFuture.delayedExecutor(Math.max(1, delay.toNanos()), TimeUnit.NANOSECONDS)
                .execute(action);
    }
}

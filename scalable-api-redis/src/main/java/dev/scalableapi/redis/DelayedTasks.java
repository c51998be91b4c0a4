package dev.scalableapi.redis;

import io.netty.util.concurrent.EventExecutorGroup;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Runs tasks later, on threads of lettuce: those of {@link RedisConnection} may be blocked by callers. Thread-safe. */
final class DelayedTasks {
    private final EventExecutorGroup executor;

    DelayedTasks(EventExecutorGroup executor) {
        this.executor = executor;
    }

    /** Runs the task after a delay, unless the connection is closed before. */
    @SuppressWarnings("FutureReturnValueIgnored") // Tasks hand on what fails.
    void after(long delay, TimeUnit unit, Runnable task) {
        try {
            executor.schedule(task, delay, unit);
        } catch (RejectedExecutionException e) {
            // The connection is being closed.
        }
    }
}

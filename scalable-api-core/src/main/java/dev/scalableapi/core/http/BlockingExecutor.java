package dev.scalableapi.core.http;

import io.opentelemetry.context.Context;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs blocking code: on virtual threads where the JVM has them (Java 21 and newer), on a pool of daemon threads
 * elsewhere. Always bounded, in what runs and in what waits; beyond both it refuses. The submitter's OpenTelemetry
 * context and MDC are current in the task. Thread-safe.
 */
public final class BlockingExecutor implements Executor, AutoCloseable {
    private final ThreadPoolExecutor pool;

    private BlockingExecutor(ThreadPoolExecutor pool) {
        this.pool = pool;
    }

    /**
     * {@return an executor}
     *
     * @param concurrency how many tasks run at once, at the most; more than the connections that they share is waste
     * @param queue how many tasks wait, at the most
     * @throws IllegalArgumentException if either is below 1
     */
    public static BlockingExecutor create(int concurrency, int queue) {
        if (concurrency < 1 || queue < 1) {
            throw new IllegalArgumentException("concurrency and queue must be at least 1");
        }
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                concurrency, concurrency, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(queue), threads());
        pool.allowCoreThreadTimeOut(true);
        return new BlockingExecutor(pool);
    }

    /**
     * Runs a task on another thread.
     *
     * @param task the blocking code
     * @throws RejectedExecutionException if as many tasks as may already wait, or the executor is closed
     */
    @Override
    public void execute(Runnable task) {
        pool.execute(ThreadContext.capture(Context.current()).wrap(task));
    }

    /** Refuses new tasks; those that run or wait still end. */
    @Override
    public void close() {
        pool.shutdown();
    }

    /** Refuses new tasks, interrupts those that run, and runs those that wait here, to let them see that all is over. */
    void abort() {
        pool.shutdownNow().forEach(Runnable::run);
    }

    /** A virtual thread's factory is found by name: this code is compiled for Java 17. */
    private static ThreadFactory threads() {
        try {
            Class<?> builder = Class.forName("java.lang.Thread$Builder$OfVirtual");
            var lookup = MethodHandles.publicLookup();
            Object unnamed = lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(builder))
                    .invoke();
            return (ThreadFactory) lookup.findVirtual(
                            Class.forName("java.lang.Thread$Builder"),
                            "factory",
                            MethodType.methodType(ThreadFactory.class))
                    .invoke(unnamed);
        } catch (Throwable olderThan21) {
            return platformThreads();
        }
    }

    private static ThreadFactory platformThreads() {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "scalable-api-blocking-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}

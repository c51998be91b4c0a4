package dev.scalableapi.cache;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What a cache does later. Its daemon threads are there only while something is due. Thread-safe. */
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
}

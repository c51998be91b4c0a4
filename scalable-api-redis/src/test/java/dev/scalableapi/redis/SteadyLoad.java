package dev.scalableapi.redis;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A thousand requests a second, each at its own moment whatever became of those before it. A request's time counts from that
 * moment, so that one which begins late, for others were slow, is slow itself.
 */
final class SteadyLoad {
    static final int A_SECOND = 1_000;
    private static final long PERIOD = TimeUnit.SECONDS.toNanos(1) / A_SECOND;

    private final IntFunction<? extends CompletionStage<?>> request;
    /** The nanoseconds that each took; 0 while it is under way. */
    private final AtomicLongArray times;

    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Thread thread = new Thread(this::run, "steady-load");

    private SteadyLoad(Duration length, IntFunction<? extends CompletionStage<?>> request) {
        this.request = request;
        times = new AtomicLongArray(Math.toIntExact(length.toSeconds() * A_SECOND));
        thread.setDaemon(true);
    }

    static SteadyLoad started(Duration length, IntFunction<? extends CompletionStage<?>> request) {
        SteadyLoad load = new SteadyLoad(length, request);
        load.thread.start();
        return load;
    }

    private void run() {
        long begun = System.nanoTime();
        for (int i = 0; i < times.length(); i++) {
            int number = i;
            long due = begun + i * PERIOD;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            CompletionStage<?> answer = answer(number);
            sent.incrementAndGet();
            answer.whenComplete((value, failure) -> ended(number, System.nanoTime() - due, failure));
        }
    }

    private CompletionStage<?> answer(int number) {
        try {
            return request.apply(number);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void ended(int number, long nanos, @Nullable Throwable failure) {
        times.set(number, nanos);
        if (failure != null) {
            failures.add(failure);
        }
        done.incrementAndGet();
    }

    int sent() {
        return sent.get();
    }

    void awaitSent(int number) {
        await().atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofMillis(5)).until(() -> sent.get() >= number);
    }

    /** Until all are answered. */
    void awaitEnd() {
        awaitSent(times.length());
        await().until(() -> done.get() == times.length());
    }

    Queue<Throwable> failures() {
        return failures;
    }

    /** Of the requests from one number to before another, those that are of a kind. */
    Times times(int from, int to, IntPredicate kind) {
        return new Times(IntStream.range(from, to)
                .filter(kind)
                .mapToLong(times::get)
                .sorted()
                .toArray());
    }

    /** In ascending order. */
    static final class Times {
        private final long[] nanos;

        private Times(long[] nanos) {
            this.nanos = nanos;
        }

        int count() {
            return nanos.length;
        }

        long median() {
            return nanos[nanos.length / 2];
        }

        long longest() {
            return nanos[nanos.length - 1];
        }

        long slowerThan(Duration bound) {
            long limit = bound.toNanos();
            return IntStream.range(0, nanos.length)
                    .filter(i -> nanos[i] > limit)
                    .count();
        }

        @Override
        public String toString() {
            return "%d requests, median %d us, p99 %d us, longest %.1f ms"
                    .formatted(nanos.length, median() / 1_000, nanos[nanos.length * 99 / 100] / 1_000, longest() / 1e6);
        }
    }
}

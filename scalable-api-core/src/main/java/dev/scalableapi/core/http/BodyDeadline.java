package dev.scalableapi.core.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Ends the reading of a request's content that comes too slowly: 408 {@code REQUEST_TIMEOUT} when it is not there as a whole
 * within a time, counted from when reading it begins. Immutable and thread-safe.
 *
 * <p>It frees whoever waits for the content of a server that reads without blocking. Where a server reads by blocking a
 * thread, as the JDK's does, the deadline is noticed when something comes: content that drips ends with it, but for content
 * that stops the thread waits on until the server's own timeout.
 */
public final class BodyDeadline {
    private final Duration time;

    private BodyDeadline(Duration time) {
        this.time = time;
    }

    /**
     * {@return a deadline}
     *
     * @param time from the beginning of the reading to the end of the content
     * @throws IllegalArgumentException if it is not positive
     */
    public static BodyDeadline of(Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("A deadline must be positive");
        }
        return new BodyDeadline(time);
    }

    /**
     * {@return the content, which fails with an {@link ApiException} 408 {@code REQUEST_TIMEOUT} if it takes longer; what is
     * in memory already stays what it is}
     *
     * @param body of a request
     */
    public Body limit(Body body) {
        if (!(body instanceof Body.Streaming stream)) {
            return body;
        }
        Flow.Publisher<List<ByteBuffer>> timed = subscriber -> stream.subscribe(new Timed(subscriber, time));
        return stream.length() < 0 ? Body.streaming(timed) : Body.streaming(timed, stream.length());
    }

    /** {@return the filter that sets this deadline, at {@link Stage#LIMITS}} */
    public ApiFilter filter() {
        ApiFilter filter = (request, next) -> {
            Body limited = limit(request.body());
            return next.handle(limited == request.body() ? request : request.withBody(limited));
        };
        return filter.at(Stage.LIMITS);
    }

    /** The alarm and the source's signals come from different threads, and must reach the target one after the other. */
    private static final class Timed implements Flow.Subscriber<List<ByteBuffer>>, Flow.Subscription {
        private final Flow.Subscriber<? super List<ByteBuffer>> target;
        private final Duration time;
        /** Given true when the time is over, or false before that, which ends the timer. */
        private final CompletableFuture<Boolean> alarm = new CompletableFuture<>();

        private final ReentrantLock lock = new ReentrantLock();
        private Flow.Subscription source = NoSubscription.INSTANCE;
        private volatile boolean late;
        /** The target must not hear anything before its subscription. */
        private volatile boolean subscribed;

        private volatile boolean ended;

        private Timed(Flow.Subscriber<? super List<ByteBuffer>> target, Duration time) {
            this.target = target;
            this.time = time;
        }

        /** The clock runs before the target asks: a source may read all of the content in that call. */
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            source = subscription;
            startClock();
            target.onSubscribe(this);
            subscribed = true;
            tellIfLate();
        }

        private void startClock() {
            CompletableFuture<Boolean> timer = alarm.completeOnTimeout(true, time.toNanos(), TimeUnit.NANOSECONDS);
            CompletionStage<Void> told = timer.thenAcceptAsync(over -> {
                late = over;
                tellIfLate();
            });
            Objects.requireNonNull(told);
        }

        @Override
        public void request(long n) {
            source.request(n);
        }

        @Override
        public void cancel() {
            ended = true;
            alarm.complete(false);
            source.cancel();
        }

        @Override
        public void onNext(List<ByteBuffer> item) {
            signal(() -> target.onNext(item));
        }

        @Override
        public void onError(Throwable failure) {
            signal(() -> end(() -> target.onError(failure)));
        }

        @Override
        public void onComplete() {
            signal(() -> end(target::onComplete));
        }

        private void signal(Runnable told) {
            subscribed = true;
            lock.lock();
            try {
                if (!ended) {
                    told.run();
                }
            } finally {
                lock.unlock();
            }
            tellIfLate();
        }

        private void end(Runnable told) {
            ended = true;
            alarm.complete(false);
            told.run();
        }

        /** If another signal is being given, the thread that gives it comes here next. */
        private void tellIfLate() {
            if (late && subscribed && !lock.isHeldByCurrentThread() && lock.tryLock()) {
                try {
                    if (!ended) {
                        source.cancel();
                        end(() -> target.onError(tooSlow()));
                    }
                } finally {
                    lock.unlock();
                }
            }
        }

        private static ApiException tooSlow() {
            return ApiException.of(408, "REQUEST_TIMEOUT", "The content did not come in time.");
        }
    }
}

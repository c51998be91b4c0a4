package dev.scalableapi.core.idempotency;

import dev.scalableapi.core.http.Body;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Collects a stream as long as it is short. One that turns out to be longer goes on as a stream, whose first item is what
 * was collected; it asks its source for one item at a time until then, so that nothing comes in between but the end.
 */
final class ShortStream implements Flow.Subscriber<List<ByteBuffer>>, Flow.Publisher<List<ByteBuffer>> {
    private final int limit;
    private final CompletableFuture<Body> result = new CompletableFuture<>();
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
    private final Object lock = new Object();
    private Flow.@Nullable Subscription source;
    private Flow.@Nullable Subscriber<? super List<ByteBuffer>> target;
    /** Guarded by the lock, as are the next three. */
    private Phase phase = Phase.COLLECTING;

    private long demand;
    private boolean ended;
    private @Nullable Throwable failure;

    private enum Phase {
        COLLECTING,
        /** Too long; what was collected has not been asked for. */
        WAITING,
        /** What was collected is being delivered. */
        DELIVERING,
        /** Source and target talk to each other. */
        FLOWING,
        /** The target is told nothing more. */
        CANCELLED
    }

    private ShortStream(int limit) {
        this.limit = limit;
    }

    /** The body in memory if it has no more bytes than the limit, else a stream of the same content. */
    static CompletionStage<Body> read(Body body, int limit) {
        if (!(body instanceof Body.Streaming stream) || stream.length() > limit) {
            return CompletableFuture.completedFuture(body);
        }
        ShortStream reading = new ShortStream(limit);
        stream.subscribe(reading);
        return reading.result;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        source = subscription;
        subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        Phase now = phase();
        if (now == Phase.COLLECTING) {
            collect(item);
        } else if (now == Phase.FLOWING) {
            target().onNext(item);
        }
    }

    private void collect(List<ByteBuffer> item) {
        item.forEach(this::append);
        if (collected.size() <= limit) {
            source().request(1);
        } else {
            become(Phase.WAITING);
            result.complete(Body.streaming(this));
        }
    }

    private void append(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        collected.writeBytes(bytes);
    }

    @Override
    public void onComplete() {
        if (phase() == Phase.COLLECTING) {
            result.complete(Body.of(collected.toByteArray()));
        } else {
            end(null);
        }
    }

    @Override
    public void onError(Throwable cause) {
        if (phase() == Phase.COLLECTING) {
            result.completeExceptionally(cause);
        } else {
            end(cause);
        }
    }

    private void end(@Nullable Throwable cause) {
        boolean now;
        synchronized (lock) {
            ended = true;
            failure = cause;
            now = phase == Phase.FLOWING;
        }
        if (now) {
            tellEnd(cause);
        }
    }

    private void tellEnd(@Nullable Throwable cause) {
        if (cause == null) {
            target().onComplete();
        } else {
            target().onError(cause);
        }
    }

    @Override
    public void subscribe(Flow.Subscriber<? super List<ByteBuffer>> subscriber) {
        target = subscriber;
        subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                demand(n);
            }

            @Override
            public void cancel() {
                become(Phase.CANCELLED);
                source().cancel();
            }
        });
    }

    /** A demand for nothing is the source's to refuse. */
    private void demand(long n) {
        Phase before = n <= 0 ? Phase.FLOWING : noted(n);
        if (before == Phase.FLOWING) {
            source().request(n);
        } else if (before == Phase.WAITING) {
            target().onNext(List.of(ByteBuffer.wrap(collected.toByteArray())));
            flow();
        }
    }

    private Phase noted(long n) {
        synchronized (lock) {
            Phase before = phase;
            long sum = demand + n;
            demand = sum < 0 ? Long.MAX_VALUE : sum;
            phase = before == Phase.WAITING ? Phase.DELIVERING : before;
            return before;
        }
    }

    private void flow() {
        boolean over;
        long left;
        synchronized (lock) {
            if (phase == Phase.CANCELLED) {
                return;
            }
            phase = Phase.FLOWING;
            over = ended;
            left = demand - 1;
        }
        if (over) {
            tellEnd(failure);
        } else if (left > 0) {
            source().request(left);
        }
    }

    private Phase phase() {
        synchronized (lock) {
            return phase;
        }
    }

    private void become(Phase next) {
        synchronized (lock) {
            phase = next;
        }
    }

    private Flow.Subscription source() {
        return Objects.requireNonNull(source, "A publisher subscribes first");
    }

    private Flow.Subscriber<? super List<ByteBuffer>> target() {
        return Objects.requireNonNull(target, "Nobody has subscribed");
    }
}

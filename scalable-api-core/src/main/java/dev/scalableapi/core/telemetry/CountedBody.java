package dev.scalableapi.core.telemetry;

import dev.scalableapi.core.http.Body;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;

/** Counts the bytes of a request's body: all of a body in memory, and what has been read of a stream. Thread-safe. */
final class CountedBody {
    private final Body body;
    private volatile long bytes;

    CountedBody(Body body) {
        if (body instanceof Body.Streaming stream) {
            Flow.Publisher<List<ByteBuffer>> counted = subscriber -> stream.subscribe(new Counter(subscriber));
            this.body = stream.length() < 0 ? Body.streaming(counted) : Body.streaming(counted, stream.length());
        } else {
            this.body = body;
            bytes = body.length();
        }
    }

    Body body() {
        return body;
    }

    long bytes() {
        return bytes;
    }

    /** A stream has one subscriber, whose signals come one after the other. */
    private final class Counter implements Flow.Subscriber<List<ByteBuffer>> {
        private final Flow.Subscriber<? super List<ByteBuffer>> target;
        private long seen;

        Counter(Flow.Subscriber<? super List<ByteBuffer>> target) {
            this.target = target;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            target.onSubscribe(subscription);
        }

        @Override
        public void onNext(List<ByteBuffer> item) {
            for (ByteBuffer buffer : item) {
                seen += buffer.remaining();
            }
            bytes = seen;
            target.onNext(item);
        }

        @Override
        public void onError(Throwable failure) {
            target.onError(failure);
        }

        @Override
        public void onComplete() {
            target.onComplete();
        }
    }
}

package dev.scalableapi.core.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Publishes what a client sends, a chunk for each one requested. It reads on the thread that requests, which so blocks
 * for as long as the client takes. A body that breaks off is the client's fault: 400, not 500.
 */
record InputStreamPublisher(InputStream source, int chunkSize) implements Flow.Publisher<List<ByteBuffer>> {
    private static final int MAX_CHUNK = 16 * 1024;

    /** For a body of this length; -1 when it is not known. A short one gets a short buffer. */
    static InputStreamPublisher of(InputStream source, long length) {
        return new InputStreamPublisher(source, length < 1 ? MAX_CHUNK : (int) Math.min(length, MAX_CHUNK));
    }

    @Override
    public void subscribe(Flow.Subscriber<? super List<ByteBuffer>> subscriber) {
        subscriber.onSubscribe(new Reading(subscriber));
    }

    private final class Reading implements Flow.Subscription {
        private final Flow.Subscriber<? super List<ByteBuffer>> subscriber;

        /** What is asked for and not yet delivered: the call that raises it from 0 delivers, any other only adds. */
        private final AtomicLong demand = new AtomicLong();

        /** A request for nothing; the thread that delivers tells of it, so that no two signals overlap. */
        private volatile boolean misused;

        private volatile boolean ended;

        private Reading(Flow.Subscriber<? super List<ByteBuffer>> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                misused = true;
            }
            if (demand.getAndAccumulate(Math.max(1, n), Reading::plus) == 0) {
                do {
                    deliver();
                } while (!ended && demand.decrementAndGet() > 0);
            }
        }

        private static long plus(long before, long added) {
            long sum = before + added;
            return sum < 0 ? Long.MAX_VALUE : sum;
        }

        private void deliver() {
            if (ended) {
                return;
            }
            if (misused) {
                fail(new IllegalArgumentException("A subscriber must request at least one item"));
                return;
            }
            byte[] chunk = new byte[chunkSize];
            int read;
            try {
                read = source.read(chunk);
            } catch (IOException e) {
                fail(ApiException.of(400, "INCOMPLETE_BODY", "The body could not be read to its end.")
                        .withCause(e));
                return;
            }
            if (read >= 0) {
                subscriber.onNext(List.of(ByteBuffer.wrap(chunk, 0, read)));
            } else {
                ended = true;
                subscriber.onComplete();
            }
        }

        private void fail(Exception failure) {
            ended = true;
            subscriber.onError(failure);
        }

        @Override
        public void cancel() {
            ended = true;
        }
    }
}

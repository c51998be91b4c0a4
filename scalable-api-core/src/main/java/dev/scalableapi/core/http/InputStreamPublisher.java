package dev.scalableapi.core.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Publishes a stream of bytes, a chunk for each one requested. It reads on the thread that requests, which so blocks for
 * as long as the client takes.
 */
record InputStreamPublisher(InputStream source) implements Flow.Publisher<List<ByteBuffer>> {
    private static final int CHUNK = 16 * 1024;

    @Override
    public void subscribe(Flow.Subscriber<? super List<ByteBuffer>> subscriber) {
        subscriber.onSubscribe(new Reading(subscriber));
    }

    private final class Reading implements Flow.Subscription {
        private final Flow.Subscriber<? super List<ByteBuffer>> subscriber;

        /** What is asked for and not yet delivered: the call that raises it from 0 delivers, any other only adds. */
        private final AtomicLong demand = new AtomicLong();

        private volatile boolean ended;

        private Reading(Flow.Subscriber<? super List<ByteBuffer>> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                fail(new IllegalArgumentException("A subscriber must request at least one item"));
            } else if (demand.getAndAccumulate(n, Reading::plus) == 0) {
                do {
                    deliver();
                } while (demand.decrementAndGet() > 0);
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
            try {
                byte[] chunk = new byte[CHUNK];
                int read = source.read(chunk);
                if (read >= 0) {
                    subscriber.onNext(List.of(ByteBuffer.wrap(chunk, 0, read)));
                } else if (!ended) {
                    ended = true;
                    subscriber.onComplete();
                }
            } catch (IOException e) {
                fail(e);
            }
        }

        private void fail(Exception failure) {
            if (!ended) {
                ended = true;
                subscriber.onError(failure);
            }
        }

        @Override
        public void cancel() {
            ended = true;
        }
    }
}

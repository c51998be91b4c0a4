package dev.scalableapi.core.http;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Encodes a stream item by item, each flushed, so that the receiver can decode it at once. One item in makes one item
 * out; the end of the coding is one more, which waits for demand like any other.
 */
record EncodedPublisher(Flow.Publisher<List<ByteBuffer>> source, ContentCoding coding)
        implements Flow.Publisher<List<ByteBuffer>> {

    @Override
    public void subscribe(Flow.Subscriber<? super List<ByteBuffer>> subscriber) {
        source.subscribe(new Encoding(coding, subscriber));
    }

    private static final class Encoding implements Flow.Subscriber<List<ByteBuffer>>, Flow.Subscription {
        private final ContentCoding coding;
        private final Flow.Subscriber<? super List<ByteBuffer>> target;
        private final Demand demand = new Demand();
        private final AtomicBoolean ended = new AtomicBoolean();
        private final Object lock = new Object();
        private Flow.Subscription upstream = NoSubscription.INSTANCE;
        /** Guarded by the lock; null before the first item, so that a body that nobody reads holds no memory. */
        private ContentCoding.@Nullable Encoder encoder;
        /** Guarded by the lock. */
        private boolean closed;

        private volatile @Nullable List<ByteBuffer> last;

        private Encoding(ContentCoding coding, Flow.Subscriber<? super List<ByteBuffer>> target) {
            this.coding = coding;
            this.target = target;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            upstream = subscription;
            target.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            if (n > 0) {
                demand.add(n);
                sendLast();
            }
            upstream.request(n);
        }

        @Override
        public void cancel() {
            ended.set(true);
            close();
            upstream.cancel();
        }

        @Override
        public void onNext(List<ByteBuffer> item) {
            if (ended.get()) {
                return;
            }
            byte[] encoded;
            try {
                encoded = encoded(item);
            } catch (Throwable failure) {
                upstream.cancel();
                onError(failure);
                return;
            }
            if (encoded != null) {
                give(encoded);
            }
        }

        /** A subscriber that throws has ended the stream: nobody else would free the encoder. */
        private void give(byte[] encoded) {
            demand.take();
            try {
                target.onNext(List.of(ByteBuffer.wrap(encoded)));
            } catch (Throwable broken) {
                cancel();
                throw broken;
            }
        }

        /** Null after a cancellation. */
        private byte @Nullable [] encoded(List<ByteBuffer> item) {
            synchronized (lock) {
                if (closed) {
                    return null;
                }
                ContentCoding.Encoder open = open();
                for (ByteBuffer buffer : item) {
                    open.write(buffer.duplicate());
                }
                return open.flush();
            }
        }

        private ContentCoding.Encoder open() {
            ContentCoding.Encoder open = encoder;
            if (open == null) {
                open = coding.encoder();
                encoder = open;
            }
            return open;
        }

        @Override
        public void onError(Throwable failure) {
            close();
            if (ended.compareAndSet(false, true)) {
                target.onError(failure);
            }
        }

        @Override
        public void onComplete() {
            try {
                last = List.of(ByteBuffer.wrap(finished()));
            } catch (Throwable failure) {
                onError(failure);
                return;
            }
            close();
            sendLast();
        }

        private byte[] finished() {
            synchronized (lock) {
                return closed ? new byte[0] : open().finish();
            }
        }

        /** Called by whichever comes second, the end or the demand for it; both may come at once. */
        private void sendLast() {
            List<ByteBuffer> item = last;
            if (item != null && demand.isPresent() && ended.compareAndSet(false, true)) {
                target.onNext(item);
                target.onComplete();
            }
        }

        private void close() {
            synchronized (lock) {
                ContentCoding.Encoder open = encoder;
                closed = true;
                encoder = null;
                if (open != null) {
                    open.close();
                }
            }
        }
    }
}

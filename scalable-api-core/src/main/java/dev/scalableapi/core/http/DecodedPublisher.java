package dev.scalableapi.core.http;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a stream as its subscriber asks for it: a piece of at most 8 KiB for each item requested, and none ahead. The
 * next coded item is asked for when the one before is used up; a source that sends more than that fails the stream, so
 * that no item waits behind another. The decoder, with its memory outside of the heap, is there from the first coded byte
 * to the end, be that the last piece, a failure or a cancellation.
 */
record DecodedPublisher(Flow.Publisher<List<ByteBuffer>> source, ContentCoding coding)
        implements Flow.Publisher<List<ByteBuffer>> {
    private static final int PIECE = 8 * 1024;

    @Override
    public void subscribe(Flow.Subscriber<? super List<ByteBuffer>> subscriber) {
        source.subscribe(new Decoding(coding, subscriber));
    }

    private static final class Decoding implements Flow.Subscriber<List<ByteBuffer>>, Flow.Subscription {
        private final ContentCoding coding;
        private final Flow.Subscriber<? super List<ByteBuffer>> target;
        private final Demand demand = new Demand();

        /** The coded item that was asked for; null before it is there, and once it is taken. */
        private final AtomicReference<@Nullable List<ByteBuffer>> received = new AtomicReference<>();

        /** The call that raises it from 0 works, for itself and for all that only raise it further. */
        private final AtomicInteger calls = new AtomicInteger();

        private volatile boolean allReceived;
        private volatile boolean cancelled;
        private volatile @Nullable Throwable failure;

        private Flow.Subscription upstream = NoSubscription.INSTANCE;

        /* What follows belongs to the call that works. */

        private Iterator<ByteBuffer> parts = Collections.emptyIterator();
        private ByteBuffer coded = ByteBuffer.allocate(0);
        private ByteBuffer room = ByteBuffer.allocate(0);
        private ContentCoding.@Nullable Decoder decoder;
        private boolean asked;
        private boolean mayHoldMore;
        private boolean ended;

        private Decoding(ContentCoding coding, Flow.Subscriber<? super List<ByteBuffer>> target) {
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
            } else {
                failure = new IllegalArgumentException("A subscriber must request at least one item");
            }
            work();
        }

        @Override
        public void cancel() {
            cancelled = true;
            work();
        }

        @Override
        public void onNext(List<ByteBuffer> item) {
            if (!received.compareAndSet(null, item)) {
                failure = new IllegalStateException("The source sent more than was asked for");
            }
            work();
        }

        @Override
        public void onError(Throwable failure) {
            this.failure = failure;
            work();
        }

        @Override
        public void onComplete() {
            allReceived = true;
            work();
        }

        private void work() {
            if (calls.getAndIncrement() == 0) {
                int seen = 1;
                do {
                    while (!ended && step()) {}
                    seen = calls.addAndGet(-seen);
                } while (seen != 0);
            }
        }

        /** Whether there may be more to do now. */
        private boolean step() {
            if (cancelled) {
                stop();
                return false;
            }
            Throwable failed = failure;
            if (failed != null) {
                fail(failed);
                return false;
            }
            if (!demand.isPresent() && !isAtEnd()) {
                return false;
            }
            try {
                boolean undecoded = coded.hasRemaining() || mayHoldMore;
                return undecoded ? decode() : nextPart();
            } catch (Throwable t) {
                if (ended) {
                    throw t;
                }
                fail(t);
                return false;
            }
        }

        /** Whether nothing is left, neither to decode nor to come: to tell so needs no demand. */
        private boolean isAtEnd() {
            return allReceived && received.get() == null && !parts.hasNext() && !coded.hasRemaining() && !mayHoldMore;
        }

        private boolean decode() {
            if (!room.hasRemaining()) {
                room = ByteBuffer.allocate(PIECE);
            }
            open().decode(coded, room);
            mayHoldMore = !room.hasRemaining();
            if (room.position() > 0) {
                ByteBuffer piece = room.duplicate().flip();
                // What is left takes the next piece: so pieces of a byte take no 8 KiB each.
                room = room.slice();
                demand.take();
                target.onNext(List.of(piece));
            }
            return true;
        }

        private boolean nextPart() {
            boolean last = allReceived;
            if (parts.hasNext()) {
                coded = parts.next().duplicate();
                return true;
            }
            List<ByteBuffer> item = received.getAndSet(null);
            if (item != null) {
                asked = false;
                parts = item.iterator();
                return true;
            }
            if (last) {
                open().finish();
                stop();
                target.onComplete();
                return false;
            }
            return ask();
        }

        /** It may be answered before this returns. */
        private boolean ask() {
            boolean first = !asked;
            asked = true;
            if (first) {
                upstream.request(1);
            }
            return first;
        }

        private ContentCoding.Decoder open() {
            ContentCoding.Decoder open = decoder;
            if (open == null) {
                open = coding.decoder();
                decoder = open;
            }
            return open;
        }

        private void fail(Throwable cause) {
            stop();
            target.onError(cause);
        }

        private void stop() {
            ended = true;
            ContentCoding.Decoder open = decoder;
            decoder = null;
            if (open != null) {
                open.close();
            }
            received.set(null);
            upstream.cancel();
        }
    }
}

package dev.scalableapi.core.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Writes a stream of bytes from the thread that calls {@link #writeTo}, whichever threads publish it: it asks for one
 * item, writes and flushes it, and only then asks for the next. So a slow client slows its publisher and nobody else.
 */
final class StreamWriter implements Flow.Subscriber<List<ByteBuffer>> {
    /** Holds at most an item and the end that follows it. */
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();

    /** Set before the first signal; the queue passes it on to the writing thread. */
    private Flow.Subscription subscription = NoSubscription.INSTANCE;

    private long written;

    /**
     * Writes until the stream ends.
     *
     * @throws IOException when the client is gone, or the publisher failed; the subscription is then cancelled
     */
    void writeTo(OutputStream out) throws IOException {
        try {
            Signal signal = signals.take();
            for (; signal.item != null; signal = signals.take()) {
                write(signal.item, out);
                subscription.request(1);
            }
            if (signal.failure != null) {
                throw new IOException("The publisher of a body failed", signal.failure);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while writing a body");
        } finally {
            subscription.cancel();
        }
    }

    /** {@return how many bytes have been written so far} */
    long written() {
        return written;
    }

    private void write(List<ByteBuffer> item, OutputStream out) throws IOException {
        for (ByteBuffer buffer : item) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            out.write(bytes);
            written += bytes.length;
        }
        out.flush();
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
        subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        signals.add(new Signal(item, null));
    }

    @Override
    public void onError(Throwable failure) {
        signals.add(new Signal(null, failure));
    }

    @Override
    public void onComplete() {
        signals.add(new Signal(null, null));
    }

    /** An item, a failure, or, with neither, the end. */
    private record Signal(
            @Nullable List<ByteBuffer> item, @Nullable Throwable failure) {}
}

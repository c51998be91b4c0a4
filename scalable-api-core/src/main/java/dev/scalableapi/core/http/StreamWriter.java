package dev.scalableapi.core.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Writes a stream of bytes from the thread that calls {@link #writeTo}, whichever threads publish it: it asks for one
 * item, writes and flushes it, and only then asks for the next. So a slow client slows its publisher and nobody else.
 */
final class StreamWriter implements Flow.Subscriber<List<ByteBuffer>> {
    /** Holds at most an item and the end that follows it. */
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();

    /** Null before there is one; none any more once the writing has ended. */
    private final AtomicReference<Flow.@Nullable Subscription> subscription = new AtomicReference<>();

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
                requestNext();
            }
            if (signal.failure != null) {
                throw new IOException("The publisher of a body failed", signal.failure);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while writing a body");
        } finally {
            Flow.Subscription last = subscription.getAndSet(NoSubscription.INSTANCE);
            if (last != null) {
                last.cancel();
            }
        }
    }

    /** {@return how many bytes have been written so far} */
    long written() {
        return written;
    }

    /** Writes what is in memory. */
    void write(Body.Bytes bytes, OutputStream out) throws IOException {
        bytes.writeTo(out);
        written += bytes.length();
        out.flush();
    }

    private void write(List<ByteBuffer> item, OutputStream out) throws IOException {
        for (ByteBuffer buffer : item) {
            if (buffer.hasArray()) {
                out.write(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
            } else {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.duplicate().get(bytes);
                out.write(bytes);
            }
            written += buffer.remaining();
        }
        out.flush();
    }

    private void requestNext() {
        Flow.Subscription current = subscription.get();
        if (current != null) {
            current.request(1);
        }
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        if (this.subscription.compareAndSet(null, subscription)) {
            subscription.request(1);
        } else {
            subscription.cancel();
        }
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        signals.add(new Signal(Objects.requireNonNull(item, "item"), null));
    }

    @Override
    public void onError(Throwable failure) {
        signals.add(new Signal(null, Objects.requireNonNull(failure, "failure")));
    }

    @Override
    public void onComplete() {
        signals.add(new Signal(null, null));
    }

    /** An item, a failure, or, with neither, the end. */
    private record Signal(
            @Nullable List<ByteBuffer> item, @Nullable Throwable failure) {}
}

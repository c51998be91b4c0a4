package dev.scalableapi.core.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/** The content of a message: nothing, bytes in memory, or a stream. */
public sealed interface Body permits Body.Empty, Body.Bytes, Body.Streaming {
    /** {@return no content} */
    static Body empty() {
        return Empty.INSTANCE;
    }

    /**
     * {@return these bytes}
     *
     * @param bytes belongs to the body from now on: the caller must not change it
     */
    static Body of(byte[] bytes) {
        return bytes.length == 0 ? Empty.INSTANCE : new Bytes(bytes);
    }

    /**
     * {@return the text as UTF-8}
     *
     * @param text the content
     */
    static Body of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * {@return a stream of unknown length}
     *
     * @param publisher called once, or never where nobody reads it, as after HEAD or a 304: so it holds nothing before; each
     *     item is written and flushed as a whole
     */
    static Body streaming(Flow.Publisher<List<ByteBuffer>> publisher) {
        return new Streaming(publisher, -1);
    }

    /**
     * {@return a stream of known length}
     *
     * @param publisher called once or never, as above; each item is written and flushed as a whole
     * @param length in bytes
     * @throws IllegalArgumentException if the length is negative
     */
    static Body streaming(Flow.Publisher<List<ByteBuffer>> publisher, long length) {
        if (length < 0) {
            throw new IllegalArgumentException("A body's length must not be negative");
        }
        return new Streaming(publisher, length);
    }

    /** {@return the length in bytes, or -1 when it is not known before the end} */
    long length();

    /**
     * Collects the content. A {@link Streaming} body can be collected once.
     *
     * @param limit how many bytes are accepted at the most
     * @return completes with an array that belongs to the caller; fails with an {@link ApiException} 413
     *     {@code PAYLOAD_TOO_LARGE} as soon as the content exceeds the limit, and the rest of it is not read
     */
    CompletionStage<byte[]> bytes(long limit);

    /**
     * {@return this content, which fails with 413 {@code PAYLOAD_TOO_LARGE} where it exceeds the limit}
     *
     * @param limit in bytes
     * @throws ApiException 413 at once when the length is known to exceed the limit
     */
    default Body limited(long limit) {
        if (length() > limit) {
            throw LimitedPublisher.tooLarge(limit);
        }
        return this instanceof Streaming stream
                ? new Streaming(new LimitedPublisher(stream, limit), stream.length())
                : this;
    }

    /** No content. */
    final class Empty implements Body {
        private static final Empty INSTANCE = new Empty();

        private Empty() {}

        @Override
        public long length() {
            return 0;
        }

        @Override
        public CompletionStage<byte[]> bytes(long limit) {
            return CompletableFuture.completedFuture(new byte[0]);
        }

        @Override
        public String toString() {
            return "Body[0 bytes]";
        }
    }

    /** Bytes in memory; may be read any number of times, by any thread. */
    final class Bytes implements Body {
        private final byte[] bytes;

        private Bytes(byte[] bytes) {
            this.bytes = bytes;
        }

        /** {@return a read-only view of the content} */
        public ByteBuffer buffer() {
            return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
        }

        /** The content in its array, for readers that change nothing. */
        ByteBuffer content() {
            return ByteBuffer.wrap(bytes);
        }

        void writeTo(OutputStream out) throws IOException {
            out.write(bytes);
        }

        @Override
        public long length() {
            return bytes.length;
        }

        @Override
        public CompletionStage<byte[]> bytes(long limit) {
            return bytes.length > limit
                    ? CompletableFuture.failedFuture(LimitedPublisher.tooLarge(limit))
                    : CompletableFuture.completedFuture(bytes.clone());
        }

        @Override
        public String toString() {
            return "Body[" + bytes.length + " bytes]";
        }
    }

    /** A stream for one subscriber; each item is a unit that is flushed as a whole. */
    final class Streaming implements Body, Flow.Publisher<List<ByteBuffer>> {
        private final Flow.Publisher<List<ByteBuffer>> source;
        private final long length;
        private final AtomicBoolean taken = new AtomicBoolean();

        private Streaming(Flow.Publisher<List<ByteBuffer>> source, long length) {
            this.source = source;
            this.length = length;
        }

        @Override
        public long length() {
            return length;
        }

        /**
         * Subscribes to the content; the second subscriber is told of an {@link IllegalStateException}.
         *
         * @param subscriber receives the content; must not change the buffers' bytes
         */
        @Override
        public void subscribe(Flow.Subscriber<? super List<ByteBuffer>> subscriber) {
            if (taken.compareAndSet(false, true)) {
                source.subscribe(subscriber);
            } else {
                subscriber.onSubscribe(NoSubscription.INSTANCE);
                subscriber.onError(new IllegalStateException("A streaming body can be read once"));
            }
        }

        @Override
        public CompletionStage<byte[]> bytes(long limit) {
            if (length > limit) {
                return CompletableFuture.failedFuture(LimitedPublisher.tooLarge(limit));
            }
            Collector collector = new Collector();
            new LimitedPublisher(this, limit).subscribe(collector);
            return collector.result;
        }

        private static final class Collector implements Flow.Subscriber<List<ByteBuffer>> {
            private final CompletableFuture<byte[]> result = new CompletableFuture<>();
            private final ByteArrayOutputStream collected = new ByteArrayOutputStream();

            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(List<ByteBuffer> item) {
                for (ByteBuffer buffer : item) {
                    append(buffer);
                }
            }

            private void append(ByteBuffer buffer) {
                if (buffer.hasArray()) {
                    collected.write(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
                } else {
                    byte[] bytes = new byte[buffer.remaining()];
                    buffer.duplicate().get(bytes);
                    collected.writeBytes(bytes);
                }
            }

            @Override
            public void onError(Throwable failure) {
                result.completeExceptionally(failure);
            }

            @Override
            public void onComplete() {
                result.complete(collected.toByteArray());
            }
        }

        @Override
        public String toString() {
            return "Body[streaming]";
        }
    }
}

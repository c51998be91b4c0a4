package dev.scalableapi.examples.shop.http;

import dev.scalableapi.core.http.ApiException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/** The request's content: a chunk for each item asked for, read as soon as Jetty has it. */
record JettyRequestBody(Content.Source source) implements Flow.Publisher<List<ByteBuffer>> {
    @Override
    public void subscribe(Flow.Subscriber<? super List<ByteBuffer>> subscriber) {
        subscriber.onSubscribe(new Reading(source, subscriber));
    }

    /** Not blocking, so that Jetty may run it on the thread that found the content. */
    private static final class Reading extends Invocable.Task.Abstract implements Flow.Subscription {
        private final Content.Source source;
        private final Flow.Subscriber<? super List<ByteBuffer>> subscriber;

        /** What is asked for and not yet delivered: the call that raises it from 0 reads, any other only adds. */
        private final AtomicLong demand = new AtomicLong();

        private volatile boolean ended;

        private Reading(Content.Source source, Flow.Subscriber<? super List<ByteBuffer>> subscriber) {
            super(InvocationType.NON_BLOCKING);
            this.source = source;
            this.subscriber = subscriber;
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                end(new IllegalArgumentException("A subscriber must request at least one item"));
            } else if (demand.getAndAccumulate(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b) == 0) {
                run();
            }
        }

        @Override
        public void run() {
            while (!ended) {
                Content.Chunk chunk = source.read();
                if (chunk == null) {
                    source.demand(this);
                    return;
                }
                if (deliver(chunk) && demand.decrementAndGet() == 0) {
                    return;
                }
            }
        }

        /** Copies, as the chunk's memory is Jetty's again on return; tells whether the subscriber got an item. */
        private boolean deliver(Content.Chunk chunk) {
            if (Content.Chunk.isFailure(chunk)) {
                end(unreadable(chunk.getFailure()));
                return false;
            }
            byte[] bytes = BufferUtil.toArray(chunk.getByteBuffer());
            chunk.release();
            if (bytes.length > 0) {
                subscriber.onNext(List.of(ByteBuffer.wrap(bytes)));
            }
            if (chunk.isLast()) {
                end(null);
            }
            return bytes.length > 0;
        }

        /** The client's fault: it hung up, stalled, or broke the framing. */
        private static ApiException unreadable(Throwable failure) {
            int status = failure instanceof TimeoutException ? 408 : 400;
            return ApiException.of(status, "INCOMPLETE_BODY", "The body could not be read to its end.")
                    .withCause(failure);
        }

        private void end(@Nullable Throwable failure) {
            if (ended) {
                return;
            }
            ended = true;
            if (failure == null) {
                subscriber.onComplete();
            } else {
                subscriber.onError(failure);
            }
        }

        @Override
        public void cancel() {
            ended = true;
        }
    }
}

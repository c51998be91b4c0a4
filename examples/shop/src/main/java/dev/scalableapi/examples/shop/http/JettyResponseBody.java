package dev.scalableapi.examples.shop.http;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Sends the head at once, then an item at a time: the next is asked for when Jetty has written the last. */
final class JettyResponseBody implements Flow.Subscriber<List<ByteBuffer>>, Callback {
    private enum State {
        WRITING,
        IDLE,
        ENDING
    }

    private final Response response;
    private final Callback callback;

    /** The end of a stream may come while its last item is still being written, and must wait for it. */
    private final AtomicReference<State> state = new AtomicReference<>(State.WRITING);

    @SuppressWarnings("NullAway.Init") // onSubscribe comes before any other signal
    private Flow.Subscription subscription;

    private @Nullable Throwable failure;

    JettyResponseBody(Response response, Callback callback) {
        this.response = response;
        this.callback = callback;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
        response.write(false, BufferUtil.EMPTY_BUFFER, this);
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        state.set(State.WRITING);
        response.write(false, joined(item), this);
    }

    @Override
    public void onError(Throwable failure) {
        this.failure = failure;
        onComplete();
    }

    @Override
    public void onComplete() {
        if (state.getAndSet(State.ENDING) == State.IDLE) {
            end();
        }
    }

    @Override
    public void succeeded() {
        if (state.compareAndSet(State.WRITING, State.IDLE)) {
            subscription.request(1);
        } else {
            end();
        }
    }

    /** The client is gone. */
    @Override
    public void failed(Throwable failure) {
        subscription.cancel();
        callback.failed(failure);
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    /** A publisher that fails cuts the connection, so that the client can't take the part for the whole. */
    private void end() {
        if (failure == null) {
            response.write(true, BufferUtil.EMPTY_BUFFER, callback);
        } else {
            callback.failed(failure);
        }
    }

    private static ByteBuffer joined(List<ByteBuffer> item) {
        if (item.size() == 1) {
            return item.get(0).duplicate();
        }
        ByteBuffer all = ByteBuffer.allocate(
                item.stream().mapToInt(ByteBuffer::remaining).sum());
        item.forEach(part -> all.put(part.duplicate()));
        return all.flip();
    }
}

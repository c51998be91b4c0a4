package dev.scalableapi.core.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Publishes what a test tells it to, and remembers what it was asked. */
final class ManualPublisher implements Flow.Publisher<List<ByteBuffer>>, Flow.Subscription {
    final AtomicLong requested = new AtomicLong();
    final AtomicInteger cancelled = new AtomicInteger();
    private volatile Flow.@Nullable Subscriber<? super List<ByteBuffer>> subscriber;

    @Override
    public void subscribe(Flow.Subscriber<? super List<ByteBuffer>> subscriber) {
        this.subscriber = subscriber;
        subscriber.onSubscribe(this);
    }

    @Override
    public void request(long n) {
        requested.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
    }

    @Override
    public void cancel() {
        cancelled.incrementAndGet();
    }

    boolean isSubscribed() {
        return subscriber != null;
    }

    void next(String text) {
        next(List.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
    }

    void next(List<ByteBuffer> item) {
        subscriber().onNext(item);
    }

    void complete() {
        subscriber().onComplete();
    }

    void fail(Throwable failure) {
        subscriber().onError(failure);
    }

    private Flow.Subscriber<? super List<ByteBuffer>> subscriber() {
        return Objects.requireNonNull(subscriber, "nobody has subscribed");
    }
}

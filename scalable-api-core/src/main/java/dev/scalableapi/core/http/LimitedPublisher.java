package dev.scalableapi.core.http;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;

/** Passes a stream on, and ends it with 413 at the first item that goes beyond the limit. */
record LimitedPublisher(Flow.Publisher<List<ByteBuffer>> source, long limit)
        implements Flow.Publisher<List<ByteBuffer>> {

    static ApiException tooLarge(long limit) {
        return ApiException.of(413, "PAYLOAD_TOO_LARGE", "The body must not exceed " + limit + " bytes.")
                .withExtension("maxBytes", limit);
    }

    @Override
    public void subscribe(Flow.Subscriber<? super List<ByteBuffer>> subscriber) {
        source.subscribe(new Counter(subscriber));
    }

    private final class Counter implements Flow.Subscriber<List<ByteBuffer>> {
        private final Flow.Subscriber<? super List<ByteBuffer>> target;
        private Flow.Subscription subscription = NoSubscription.INSTANCE;
        private long seen;
        private boolean ended;

        private Counter(Flow.Subscriber<? super List<ByteBuffer>> target) {
            this.target = target;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
            target.onSubscribe(subscription);
        }

        @Override
        public void onNext(List<ByteBuffer> item) {
            if (ended) {
                return;
            }
            for (ByteBuffer buffer : item) {
                seen += buffer.remaining();
            }
            if (seen > limit) {
                ended = true;
                subscription.cancel();
                target.onError(tooLarge(limit));
            } else {
                target.onNext(item);
            }
        }

        @Override
        public void onError(Throwable failure) {
            if (!ended) {
                ended = true;
                target.onError(failure);
            }
        }

        @Override
        public void onComplete() {
            if (!ended) {
                ended = true;
                target.onComplete();
            }
        }
    }
}

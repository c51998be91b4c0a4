package dev.scalableapi.core.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.core.http.Body;
import dev.scalableapi.testkit.TestSeed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShortStreamTest {
    private final Source source = new Source();
    private final Target target = new Target();
    private final List<SubmissionPublisher<List<ByteBuffer>>> publishers = new ArrayList<>();

    @AfterEach
    void close() {
        publishers.forEach(SubmissionPublisher::close);
    }

    @Test
    void bodyInMemoryAndStreamThatIsKnownToBeTooLongStayWhatTheyAre() {
        Body memory = Body.of("milk");
        Body stream = Body.streaming(source, 4);

        assertThat(read(memory, 3)).isSameAs(memory);
        assertThat(read(stream, 3)).isSameAs(stream);
        assertThat(source.subscriber).isNull();
    }

    @Test
    void streamUpToTheLimitIsCollectedItemByItem() {
        CompletableFuture<Body> body = start(3);
        assertThat(source.requested).isEqualTo(1);
        source.next("te");
        source.next("a");
        assertThat(source.requested).isEqualTo(3);
        source.complete();

        assertThat(body.join()).isInstanceOf(Body.Bytes.class);
        assertThat(body.join().bytes(3).toCompletableFuture().join()).isEqualTo("tea".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void failureBeforeTheLimitIsTheFailureOfAll() {
        CompletableFuture<Body> body = start(3);
        source.next("te");
        source.fail(new IllegalStateException("own"));

        assertThat(body).isCompletedExceptionally();
    }

    @Test
    void longerStreamBeginsWithWhatWasCollectedAndGoesOnByDemand() {
        CompletableFuture<Body> body = start(3);
        source.next("te");
        source.next("a!");
        assertThat(source.requested).isEqualTo(2);
        ((Body.Streaming) body.join()).subscribe(target);
        assertThat(target.events).isEmpty();
        target.request(1);
        assertThat(target.events).containsExactly("tea!");
        assertThat(source.requested).isEqualTo(2);
        target.request(2);
        assertThat(source.requested).isEqualTo(4);
        source.next("x");
        source.complete();

        assertThat(target.events).containsExactly("tea!", "x", "end");
    }

    @Test
    void demandBeyondTheFirstItemIsPassedOn() {
        CompletableFuture<Body> body = start(0);
        source.next("a");
        ((Body.Streaming) body.join()).subscribe(target);
        target.request(Long.MAX_VALUE);
        assertThat(source.requested).isEqualTo(Long.MAX_VALUE);
        source.fail(new IllegalStateException("own"));

        assertThat(target.events).containsExactly("a", "own");
    }

    @Test
    void demandDuringTheFirstItemIsAddedUp() {
        target.whileReceiving = () -> target.request(Long.MAX_VALUE);
        CompletableFuture<Body> body = start(0);
        source.next("a");
        ((Body.Streaming) body.join()).subscribe(target);
        target.request(2);

        assertThat(source.requested).isEqualTo(Long.MAX_VALUE);
        assertThat(target.events).containsExactly("a");
    }

    @Test
    void endWaitsForTheFirstItem() {
        CompletableFuture<Body> body = start(0);
        source.next("a");
        source.complete();
        ((Body.Streaming) body.join()).subscribe(target);
        assertThat(target.events).isEmpty();
        target.request(5);

        assertThat(target.events).containsExactly("a", "end");
        assertThat(source.requested).isEqualTo(1);
    }

    @Test
    void failureWaitsForTheFirstItem() {
        CompletableFuture<Body> body = start(0);
        source.next("a");
        ((Body.Streaming) body.join()).subscribe(target);
        source.fail(new IllegalStateException("own"));
        target.request(1);

        assertThat(target.events).containsExactly("a", "own");
    }

    @Test
    void demandForNothingAndCancellingAreTheSources() {
        CompletableFuture<Body> body = start(0);
        source.next("a");
        ((Body.Streaming) body.join()).subscribe(target);
        target.request(0);
        assertThat(source.refused).isTrue();
        target.cancel();

        assertThat(source.cancelled).isTrue();
    }

    @Test
    void whoHasCancelledIsToldNothingMore() {
        CompletableFuture<Body> body = start(0);
        source.next("a");
        ((Body.Streaming) body.join()).subscribe(target);
        target.cancel();
        target.request(1);
        source.next("late");
        source.complete();

        assertThat(target.events).isEmpty();
    }

    @Test
    void whoCancelsDuringTheFirstItemIsToldNoEndAndAsksForNothing() {
        for (boolean ended : new boolean[] {false, true}) {
            Source each = new Source();
            Target leaving = new Target();
            leaving.whileReceiving = leaving::cancel;
            CompletableFuture<Body> body =
                    ShortStream.read(Body.streaming(each), 0).toCompletableFuture();
            each.next("a");
            if (ended) {
                each.complete();
            }
            ((Body.Streaming) body.join()).subscribe(leaving);
            leaving.request(5);

            assertThat(leaving.events).containsExactly("a");
            assertThat(each.requested).isEqualTo(1);
            assertThat(each.cancelled).isTrue();
        }
    }

    @Test
    void anyStreamHasTheSameContentAsBeforeOnAnyThreads() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            byte[] content = new byte[random.nextInt(2_000)];
            random.nextBytes(content);
            SubmissionPublisher<List<ByteBuffer>> publisher = new SubmissionPublisher<>();
            publishers.add(publisher);
            CompletableFuture<Body> body = ShortStream.read(Body.streaming(publisher), random.nextInt(1_500))
                    .toCompletableFuture();
            for (int from = 0; from < content.length; ) {
                int to = Math.min(content.length, from + 1 + random.nextInt(100));
                publisher.submit(List.of(ByteBuffer.wrap(content, from, to - from)));
                from = to;
            }
            publisher.close();

            assertThat(body.thenCompose(read -> read.bytes(2_000)).join())
                    .as("seed %d", seed)
                    .isEqualTo(content);
        }
    }

    private CompletableFuture<Body> start(int limit) {
        return ShortStream.read(Body.streaming(source), limit).toCompletableFuture();
    }

    private static Body read(Body body, int limit) {
        return ShortStream.read(body, limit).toCompletableFuture().join();
    }

    private static final class Source implements Flow.Publisher<List<ByteBuffer>>, Flow.Subscription {
        Flow.@Nullable Subscriber<? super List<ByteBuffer>> subscriber;
        long requested;
        boolean refused;
        boolean cancelled;

        @Override
        public void subscribe(Flow.Subscriber<? super List<ByteBuffer>> subscriber) {
            this.subscriber = subscriber;
            subscriber.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            refused |= n <= 0;
            requested = requested + n < 0 ? Long.MAX_VALUE : requested + n;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        void next(String text) {
            subscriber().onNext(List.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
        }

        void complete() {
            subscriber().onComplete();
        }

        void fail(Throwable failure) {
            subscriber().onError(failure);
        }

        private Flow.Subscriber<? super List<ByteBuffer>> subscriber() {
            return Objects.requireNonNull(subscriber);
        }
    }

    private static final class Target implements Flow.Subscriber<List<ByteBuffer>> {
        final List<String> events = new ArrayList<>();
        Runnable whileReceiving = () -> {};
        private Flow.@Nullable Subscription subscription;

        void request(long n) {
            Objects.requireNonNull(subscription).request(n);
        }

        void cancel() {
            Objects.requireNonNull(subscription).cancel();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
        }

        @Override
        public void onNext(List<ByteBuffer> item) {
            whileReceiving.run();
            events.add(StandardCharsets.UTF_8.decode(item.get(0).duplicate()).toString());
        }

        @Override
        public void onError(Throwable failure) {
            events.add(String.valueOf(failure.getMessage()));
        }

        @Override
        public void onComplete() {
            events.add("end");
        }
    }
}

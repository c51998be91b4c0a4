package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scalableapi.testkit.TestRun;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EncodedPublisherTest {
    private final Source source = new Source();
    private final Sink sink = new Sink();

    private void subscribe(ContentCoding coding) {
        new EncodedPublisher(source, coding).subscribe(sink);
    }

    @Test
    void eachItemCanBeDecodedBeforeTheNextIsThere() throws IOException {
        subscribe(ContentCoding.gzip());
        sink.subscription().request(1);
        source.target().onNext(item("data: 1\n\n"));
        GZIPInputStream first = new GZIPInputStream(new ByteArrayInputStream(sink.bytes()));
        assertThat(new String(first.readNBytes(9), StandardCharsets.UTF_8)).isEqualTo("data: 1\n\n");

        sink.subscription().request(2);
        source.target().onNext(List.of(buffer("data: "), buffer("2\n\n")));
        source.target().onComplete();
        assertThat(sink.items).hasSize(3);
        assertThat(sink.completed).isEqualTo(1);
        assertThat(CompressionFilterTest.unzipped(sink.bytes())).isEqualTo("data: 1\n\ndata: 2\n\n");
    }

    @Test
    void theSourceKeepsItsBuffersAsTheyWere() {
        subscribe(ContentCoding.gzip());
        sink.subscription().request(1);
        ByteBuffer kept = buffer("data");
        source.target().onNext(List.of(kept));

        assertThat(kept.remaining()).isEqualTo(4);
    }

    @Test
    void demandIsPassedOnAsItIs() {
        subscribe(ContentCoding.gzip());
        sink.subscription().request(2);
        sink.subscription().request(3);
        sink.subscription().request(-1);
        assertThat(source.requested).containsExactly(2L, 3L, -1L);
    }

    @Test
    void theEndWaitsForDemand() {
        subscribe(ContentCoding.gzip());
        sink.subscription().request(1);
        source.target().onNext(item("a"));
        source.target().onComplete();
        assertThat(sink.items).hasSize(1);
        assertThat(sink.completed).isZero();
        sink.subscription().request(1);
        assertThat(sink.items).hasSize(2);
        assertThat(sink.completed).isEqualTo(1);
        sink.subscription().request(1);
        assertThat(sink.items).hasSize(2);
        assertThat(sink.completed).isEqualTo(1);
        assertThat(CompressionFilterTest.unzipped(sink.bytes())).isEqualTo("a");
    }

    @Test
    void anItemThatNobodyWantedCountsForNothing() {
        subscribe(ContentCoding.gzip());
        source.target().onNext(item("a"));
        source.target().onComplete();
        sink.subscription().request(1);
        assertThat(sink.completed).isEqualTo(1);
    }

    @Test
    void endlessDemandNeverRunsOut() {
        subscribe(ContentCoding.gzip());
        sink.subscription().request(Long.MAX_VALUE);
        sink.subscription().request(Long.MAX_VALUE);
        source.target().onNext(item("a"));
        source.target().onComplete();
        assertThat(sink.completed).isEqualTo(1);
    }

    @Test
    void anEmptyStreamIsAWholeCodedBody() {
        subscribe(ContentCoding.gzip());
        sink.subscription().request(1);
        source.target().onComplete();
        assertThat(CompressionFilterTest.unzipped(sink.bytes())).isEmpty();
    }

    @Test
    void aFailureIsPassedOnAndFreesTheEncoder() {
        Counting coding = new Counting();
        subscribe(coding);
        sink.subscription().request(5);
        source.target().onNext(item("a"));
        IOException gone = new IOException("gone");
        source.target().onError(gone);
        source.target().onError(gone);
        assertThat(sink.failures).containsExactly(gone);
        assertThat(coding.closed).hasValue(1);
    }

    @Test
    void cancellingFreesTheEncoderAndEndsTheStream() {
        Counting coding = new Counting();
        subscribe(coding);
        sink.subscription().request(5);
        source.target().onNext(item("a"));
        sink.subscription().cancel();
        assertThat(coding.closed).hasValue(1);
        source.target().onNext(item("b"));
        source.target().onComplete();
        source.target().onError(new IOException("late"));
        assertThat(source.cancelled).isEqualTo(1);
        assertThat(sink.items).hasSize(1);
        assertThat(sink.completed).isZero();
        assertThat(sink.failures).isEmpty();
        assertThat(coding.opened).hasValue(1);
        assertThat(coding.closed).hasValue(1);
    }

    @Test
    void theEncoderIsFreedAtTheEnd() {
        Counting coding = new Counting();
        subscribe(coding);
        assertThat(coding.opened).hasValue(0);
        sink.subscription().request(5);
        source.target().onNext(item("a"));
        source.target().onComplete();
        assertThat(coding.closed).hasValue(1);
    }

    @Test
    void anEncoderThatFailsEndsTheStream() {
        subscribe(new Broken(new AssertionError("broken on purpose")));
        sink.subscription().request(5);
        source.target().onNext(item("a"));
        assertThat(sink.failures).hasSize(1);
        assertThat(source.cancelled).isEqualTo(1);
    }

    @Test
    void anEncoderThatFailsAtTheEndEndsTheStreamWithAFailure() {
        subscribe(new Broken(new AssertionError("broken on purpose")));
        sink.subscription().request(5);
        source.target().onComplete();
        assertThat(sink.failures).hasSize(1);
        assertThat(sink.completed).isZero();
    }

    @Test
    void aSubscriberThatThrowsFreesTheEncoder() {
        Counting coding = new Counting();
        new EncodedPublisher(source, coding).subscribe(new Throwing());
        assertThatThrownBy(() -> source.target().onNext(item("a"))).hasMessage("thrown on purpose");
        assertThat(coding.opened).hasValue(1);
        assertThat(coding.closed).hasValue(1);
        assertThat(source.cancelled).isEqualTo(1);
    }

    @Test
    void anErrorOfTheEncoderEndsTheStreamToo() {
        subscribe(new Broken(new NoClassDefFoundError("on purpose")));
        sink.subscription().request(5);
        source.target().onNext(item("a"));
        assertThat(sink.failures).singleElement().isInstanceOf(NoClassDefFoundError.class);
        assertThat(source.cancelled).isEqualTo(1);
    }

    /** A publisher that sends more than was asked for makes no demand for what comes after. */
    @Test
    void moreThanWasAskedForIsNoDebt() {
        subscribe(ContentCoding.gzip());
        source.target().onNext(item("a"));
        source.target().onNext(item("b"));
        source.target().onComplete();
        sink.subscription().request(1);
        assertThat(sink.completed).isEqualTo(1);
    }

    /** The end and the demand for it come from two threads at once; whichever is second must send it, once. */
    @Test
    void theEndIsSentOnceInARace() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            for (int i = 0; i < 500; i++) {
                Source from = new Source();
                Sink to = new Sink();
                new EncodedPublisher(from, ContentCoding.gzip()).subscribe(to);
                CountDownLatch start = new CountDownLatch(1);
                var end = pool.submit(() -> {
                    start.await();
                    from.target().onComplete();
                    return true;
                });
                var demand = pool.submit(() -> {
                    start.await();
                    to.subscription().request(1);
                    return true;
                });
                start.countDown();
                assertThat(end.get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                                && demand.get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
                assertThat(to.completed).isEqualTo(1);
                assertThat(to.items).hasSize(1);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static List<ByteBuffer> item(String text) {
        return List.of(buffer(text));
    }

    private static ByteBuffer buffer(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();
    }

    private static final class Source implements Flow.Publisher<List<ByteBuffer>>, Flow.Subscription {
        private final List<Long> requested = new ArrayList<>();
        private Flow.@Nullable Subscriber<? super List<ByteBuffer>> target;
        private int cancelled;

        private Flow.Subscriber<? super List<ByteBuffer>> target() {
            return java.util.Objects.requireNonNull(target);
        }

        @Override
        public void subscribe(Flow.Subscriber<? super List<ByteBuffer>> subscriber) {
            target = subscriber;
            subscriber.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            requested.add(n);
        }

        @Override
        public void cancel() {
            cancelled++;
        }
    }

    private static final class Sink implements Flow.Subscriber<List<ByteBuffer>> {
        private final List<List<ByteBuffer>> items = new ArrayList<>();
        private final List<Throwable> failures = new ArrayList<>();
        private Flow.@Nullable Subscription subscription;
        private int completed;

        private Flow.Subscription subscription() {
            return java.util.Objects.requireNonNull(subscription);
        }

        private byte[] bytes() {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            items.forEach(item -> item.forEach(buffer -> {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.duplicate().get(bytes);
                all.writeBytes(bytes);
            }));
            return all.toByteArray();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
        }

        @Override
        public void onNext(List<ByteBuffer> item) {
            items.add(item);
        }

        @Override
        public void onError(Throwable failure) {
            failures.add(failure);
        }

        @Override
        public void onComplete() {
            completed++;
        }
    }

    private static final class Throwing implements Flow.Subscriber<List<ByteBuffer>> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(9);
        }

        @Override
        public void onNext(List<ByteBuffer> item) {
            throw new IllegalStateException("thrown on purpose");
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }

    private static final class Counting implements ContentCoding {
        private final AtomicInteger opened = new AtomicInteger();
        private final AtomicInteger closed = new AtomicInteger();

        @Override
        public String name() {
            return "counting";
        }

        @Override
        public Encoder encoder() {
            opened.incrementAndGet();
            Encoder gzip = ContentCoding.gzip().encoder();
            return new Encoder() {
                @Override
                public void write(ByteBuffer content) {
                    gzip.write(content);
                }

                @Override
                public byte[] flush() {
                    return gzip.flush();
                }

                @Override
                public byte[] finish() {
                    return gzip.finish();
                }

                @Override
                public void close() {
                    closed.incrementAndGet();
                    gzip.close();
                }
            };
        }

        @Override
        public Decoder decoder() {
            return ContentCoding.gzip().decoder();
        }
    }

    private record Broken(Error cause) implements ContentCoding {
        @Override
        public String name() {
            return "broken";
        }

        @Override
        public Encoder encoder() {
            throw cause;
        }

        @Override
        public Decoder decoder() {
            throw new IllegalStateException("broken on purpose");
        }
    }
}

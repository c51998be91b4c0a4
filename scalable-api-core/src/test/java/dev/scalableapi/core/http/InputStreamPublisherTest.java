package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.scalableapi.testkit.TestRun;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of Reactive Streams that a publisher of this kind can break. */
class InputStreamPublisherTest {
    @Test
    void nothingIsReadBeforeItIsRequested() {
        Counting source = new Counting(10);
        Probe probe = subscribe(source, subscription -> {});

        assertThat(source.reads).hasValue(0);
        probe.subscription().request(2);
        assertThat(source.reads).hasValue(2);
        assertThat(probe.signals).containsExactly("next", "next");
        probe.subscription().request(1);
        assertThat(probe.signals).hasSize(3);
    }

    @Test
    void endOfTheSourceCompletesOnce() {
        Probe probe = subscribe(new Counting(2), subscription -> {});

        probe.subscription().request(2);
        assertThat(probe.signals).containsExactly("next", "next");
        probe.subscription().request(1);
        probe.subscription().request(5);
        probe.subscription().request(0);
        probe.subscription().cancel();

        assertThat(probe.signals).containsExactly("next", "next", "complete");
    }

    /** The loop that serves the demand once went on counting it down long after the end. */
    @Test
    void unboundedDemandEndsWithTheSource() {
        Probe probe = subscribe(new Counting(3), subscription -> {});

        probe.subscription().request(Long.MAX_VALUE);
        probe.subscription().request(Long.MAX_VALUE);

        assertThat(probe.signals).containsExactly("next", "next", "next", "complete");
    }

    @Test
    void requestFromWithinOnNextDoesNotRecurse() {
        int chunks = 100_000;
        Probe probe = subscribe(new Counting(chunks), subscription -> subscription.request(1));

        probe.subscription().request(1);

        assertThat(probe.signals).hasSize(chunks + 1).last().isEqualTo("complete");
        assertThat(probe.deepest).isEqualTo(1);
    }

    @Test
    void demandThatOverflowsIsUnbounded() {
        Counting source = new Counting(5);
        Probe probe = subscribe(source, subscription -> {
            subscription.request(Long.MAX_VALUE);
            subscription.request(Long.MAX_VALUE);
        });

        probe.subscription().request(1);

        assertThat(probe.signals).hasSize(6).last().isEqualTo("complete");
    }

    @Test
    void cancelFromWithinOnNextStopsReading() {
        Counting source = new Counting(10);
        Probe probe = subscribe(source, Flow.Subscription::cancel);

        probe.subscription().request(Long.MAX_VALUE);
        probe.subscription().request(3);

        assertThat(probe.signals).containsExactly("next");
        assertThat(source.reads).hasValue(1);
    }

    @Test
    void cancelBeforeARequestMakesItDoNothing() {
        Counting source = new Counting(10);
        Probe probe = subscribe(source, subscription -> {});

        probe.subscription().cancel();
        probe.subscription().cancel();
        probe.subscription().request(1);
        probe.subscription().request(-1);

        assertThat(probe.signals).isEmpty();
        assertThat(source.reads).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void requestForNothingIsAnError(long n) {
        Counting source = new Counting(10);
        Probe probe = subscribe(source, subscription -> {});

        probe.subscription().request(n);
        probe.subscription().request(1);

        assertThat(probe.signals).containsExactly("error");
        assertThat(probe.failure).isInstanceOf(IllegalArgumentException.class);
        assertThat(source.reads).hasValue(0);
    }

    @Test
    void requestForNothingWhileAnotherThreadDeliversDoesNotOverlapWithIt() throws Exception {
        CountDownLatch delivering = new CountDownLatch(1);
        CountDownLatch misused = new CountDownLatch(1);
        Probe probe = subscribe(new Counting(10), subscription -> {
            delivering.countDown();
            await(misused);
        });
        CompletableFuture<Void> reader =
                CompletableFuture.runAsync(() -> probe.subscription().request(5));

        await(delivering);
        probe.subscription().request(0);
        assertThat(probe.signals).isEmpty();
        misused.countDown();
        reader.get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS);

        assertThat(probe.signals).containsExactly("next", "error");
        assertThat(probe.deepest).isEqualTo(1);
    }

    @Test
    void bodyThatBreaksOffIsTheClientsFault() {
        IOException gone = new IOException("secret detail");
        Probe probe = subscribe(
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw gone;
                    }

                    @Override
                    public int read(byte[] buffer, int from, int length) throws IOException {
                        throw gone;
                    }
                },
                subscription -> {});

        probe.subscription().request(3);

        assertThat(probe.signals).containsExactly("error");
        assertThat(probe.failure).hasCause(gone).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.status()).isEqualTo(400);
            assertThat(e.message()).doesNotContain("secret");
        });
    }

    @Test
    void chunkIsNoLargerThanTheBodyNorThanTheBuffer() {
        for (long[] lengthAndChunk :
                new long[][] {{-1, 16384}, {0, 16384}, {5, 5}, {16384, 16384}, {1L << 40, 16384}}) {
            assertThat(InputStreamPublisher.of(InputStream.nullInputStream(), lengthAndChunk[0])
                            .chunkSize())
                    .isEqualTo((int) lengthAndChunk[1]);
        }
    }

    @Test
    void contentArrivesWhole() {
        byte[] content = new byte[40_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31);
        }
        Body body = Body.streaming(InputStreamPublisher.of(new ByteArrayInputStream(content), content.length));

        assertThat(body.bytes(content.length).toCompletableFuture().join()).isEqualTo(content);
    }

    @Test
    @SuppressWarnings("NullAway")
    void subscriberMustBeThere() {
        InputStreamPublisher publisher = InputStreamPublisher.of(InputStream.nullInputStream(), -1);
        assertThatNullPointerException().isThrownBy(() -> publisher.subscribe(null));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Probe subscribe(InputStream source, Consumer<Flow.Subscription> onNext) {
        Probe probe = new Probe(onNext);
        InputStreamPublisher.of(source, -1).subscribe(probe);
        return probe;
    }

    /** A byte for each read. */
    private static final class Counting extends InputStream {
        private final AtomicInteger reads = new AtomicInteger();
        private final int chunks;

        private Counting(int chunks) {
            this.chunks = chunks;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] buffer, int from, int length) {
            return reads.incrementAndGet() > chunks ? -1 : 1;
        }
    }

    private static final class Probe implements Flow.Subscriber<List<ByteBuffer>> {
        private final List<String> signals = new ArrayList<>();
        private final Consumer<Flow.Subscription> onNext;
        private Flow.@Nullable Subscription subscription;
        private @Nullable Throwable failure;
        private int depth;
        private int deepest;

        private Probe(Consumer<Flow.Subscription> onNext) {
            this.onNext = onNext;
        }

        private Flow.Subscription subscription() {
            return Objects.requireNonNull(subscription);
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
        }

        @Override
        public void onNext(List<ByteBuffer> item) {
            deepest = Math.max(deepest, ++depth);
            onNext.accept(subscription());
            signals.add("next");
            depth--;
        }

        @Override
        public void onError(Throwable failure) {
            deepest = Math.max(deepest, depth + 1);
            this.failure = failure;
            signals.add("error");
        }

        @Override
        public void onComplete() {
            signals.add("complete");
        }
    }
}

package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.testkit.TestRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StreamWriterTest {
    private final ManualPublisher publisher = new ManualPublisher();
    private final StreamWriter writer = new StreamWriter();

    @Test
    void itemIsWrittenAndFlushedBeforeTheNextIsRequested() {
        AtomicInteger flushes = new AtomicInteger();
        ByteArrayOutputStream out = new ByteArrayOutputStream() {
            @Override
            public void flush() {
                flushes.incrementAndGet();
                assertThat(publisher.requested).hasValue(flushes.get());
            }
        };
        publisher.subscribe(writer);
        assertThat(publisher.requested).hasValue(1);
        CompletableFuture<Void> writing = write(out);
        for (String item : List.of("a", "bc", "def")) {
            long before = publisher.requested.get();
            publisher.next(item);
            await().until(() -> publisher.requested.get() == before + 1);
        }
        publisher.complete();

        assertThat(writing).succeedsWithin(TestRun.PATIENCE);
        assertThat(out).hasToString("abcdef");
        assertThat(flushes).hasValue(3);
        assertThat(writer.written()).isEqualTo(6);
    }

    @Test
    void buffersOfAnyKindAreWrittenAndNotConsumed() throws Exception {
        byte[] array = "--abc--".getBytes(StandardCharsets.US_ASCII);
        List<ByteBuffer> item = List.of(
                ByteBuffer.wrap(array, 1, 5).slice().position(1).limit(4),
                ByteBuffer.wrap(array, 2, 3).asReadOnlyBuffer(),
                ByteBuffer.allocateDirect(7).put(array).position(2).limit(5));
        publisher.subscribe(writer);
        publisher.next(item);
        publisher.complete();
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        writer.writeTo(out);

        assertThat(out).hasToString("abcabcabc");
        assertThat(item).allSatisfy(buffer -> assertThat(buffer.remaining()).isEqualTo(3));
    }

    @Test
    void failureOfThePublisherFailsTheWritingAndCancels() {
        IllegalStateException failure = new IllegalStateException("broken");
        publisher.subscribe(writer);
        publisher.next("a");
        publisher.fail(failure);

        assertThatThrownBy(() -> writer.writeTo(new ByteArrayOutputStream()))
                .isInstanceOf(IOException.class)
                .hasCause(failure);
        assertThat(publisher.cancelled).hasValue(1);
        assertThat(writer.written()).isEqualTo(1);
    }

    @Test
    void clientThatIsGoneCancels() {
        publisher.subscribe(writer);
        publisher.next("a");
        OutputStream gone = new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                throw new IOException("gone");
            }
        };

        assertThatThrownBy(() -> writer.writeTo(gone)).hasMessage("gone");
        assertThat(publisher.cancelled).hasValue(1);
        assertThat(writer.written()).isZero();
    }

    @Test
    void interruptionEndsTheWaitAndCancelsALateSubscriptionToo() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> writer.writeTo(new ByteArrayOutputStream()))
                .isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();

        publisher.subscribe(writer);

        assertThat(publisher.requested).hasValue(0);
        assertThat(publisher.cancelled).hasValue(1);
    }

    @Test
    void secondSubscriptionIsCancelled() {
        ManualPublisher second = new ManualPublisher();
        publisher.subscribe(writer);
        second.subscribe(writer);

        assertThat(second.cancelled).hasValue(1);
        assertThat(publisher.cancelled).hasValue(0);
    }

    @Test
    void publisherThatSignalsWithoutSubscriptionIsServed() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.onNext(List.of(ByteBuffer.wrap(new byte[] {'a'})));
        writer.onComplete();

        writer.writeTo(out);

        assertThat(out).hasToString("a");
    }

    @Test
    @SuppressWarnings("NullAway")
    void nullSignalIsRefusedRatherThanTakenForTheEnd() {
        assertThatNullPointerException().isThrownBy(() -> writer.onNext(null));
        assertThatNullPointerException().isThrownBy(() -> writer.onError(null));
    }

    private CompletableFuture<Void> write(OutputStream out) {
        return CompletableFuture.runAsync(() -> {
            try {
                writer.writeTo(out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}

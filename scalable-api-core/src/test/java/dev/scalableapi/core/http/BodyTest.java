package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class BodyTest {
    private final ManualPublisher publisher = new ManualPublisher();

    @Test
    void bytesAtTheLimitPassAndOneBeyondIs413() {
        Body body = Body.of("12345");

        assertThat(text(body.bytes(5))).isEqualTo("12345");
        assertTooLarge(body.bytes(4));
        assertThat(body.limited(5)).isSameAs(body);
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> body.limited(4))
                .satisfies(e -> assertThat(e.status()).isEqualTo(413));
    }

    @Test
    void bytesAreGivenAwayAsCopies() {
        Body.Bytes body = (Body.Bytes) Body.of("abc");
        body.bytes(3).toCompletableFuture().join()[0] = 'x';
        ByteBuffer view = body.buffer();

        assertThat(text(body.bytes(3))).isEqualTo("abc");
        assertThat(view.isReadOnly()).isTrue();
        assertThatThrownBy(() -> view.put(0, (byte) 'x')).isInstanceOf(ReadOnlyBufferException.class);
        assertThat(view.get()).isEqualTo((byte) 'a');
        assertThat(body.buffer().remaining()).isEqualTo(3);
    }

    @Test
    void emptyBodyIsEmptyEachTime() {
        assertThat(Body.of("")).isSameAs(Body.empty());
        assertThat(Body.of(new byte[0])).isSameAs(Body.empty());
        assertThat(text(Body.empty().bytes(0))).isEmpty();
        assertThat(text(Body.empty().bytes(0))).isEmpty();
        assertThat(Body.empty().length()).isZero();
        assertThat(Body.empty().limited(0)).isSameAs(Body.empty());
    }

    @Test
    void streamAtTheLimitIsCollected() {
        CompletionStage<byte[]> bytes = Body.streaming(publisher).bytes(6);
        assertThat(publisher.requested).hasValue(Long.MAX_VALUE);

        publisher.next("123");
        publisher.next(List.of());
        publisher.next("456");
        assertThat(bytes).isNotCompleted();
        publisher.complete();

        assertThat(text(bytes)).isEqualTo("123456");
        assertThat(publisher.cancelled).hasValue(0);
    }

    @Test
    void streamOneBeyondTheLimitIs413AtOnceAndCancelsItsSource() {
        CompletionStage<byte[]> bytes = Body.streaming(publisher).bytes(6);

        publisher.next("123");
        publisher.next("4567");

        assertTooLarge(bytes);
        assertThat(publisher.cancelled).hasValue(1);
        publisher.next("more");
        publisher.complete();
        publisher.fail(new IOException("late"));
        assertTooLarge(bytes);
        assertThat(publisher.cancelled).hasValue(1);
    }

    @Test
    void streamKnownToBeTooLongIsNotEvenRead() {
        Body body = Body.streaming(publisher, 7);

        assertTooLarge(body.bytes(6));
        assertThatExceptionOfType(ApiException.class).isThrownBy(() -> body.limited(6));
        assertThat(publisher.isSubscribed()).isFalse();
        assertThat(body.limited(7).length()).isEqualTo(7);
    }

    @Test
    void streamThatIsLongerThanItSaidIsStillLimited() {
        CompletionStage<byte[]> bytes = Body.streaming(publisher, 1).bytes(2);
        publisher.next("123");
        assertTooLarge(bytes);
    }

    @Test
    void limitedStreamPassesWhatIsBelowAndEndsAbove() {
        CompletionStage<byte[]> bytes = Body.streaming(publisher).limited(4).bytes(100);

        publisher.next("1234");
        assertThat(bytes).isNotCompleted();
        publisher.next("5");

        assertTooLarge(bytes);
        assertThat(publisher.cancelled).hasPositiveValue();
    }

    @Test
    void failureOfTheSourceIsPassedOnOnce() {
        CompletionStage<byte[]> bytes = Body.streaming(publisher).bytes(6);
        IOException failure = new IOException("gone");

        publisher.fail(failure);
        publisher.fail(new IOException("again"));
        publisher.complete();

        assertThatThrownBy(() -> bytes.toCompletableFuture().join()).hasCause(failure);
    }

    @Test
    void endIsPassedOnOnce() {
        CompletionStage<byte[]> bytes = Body.streaming(publisher).bytes(6);

        publisher.complete();
        publisher.fail(new IOException("late"));

        assertThat(text(bytes)).isEmpty();
    }

    @Test
    void secondSubscriberIsRefused() {
        Body body = Body.streaming(publisher);
        CompletionStage<byte[]> first = body.bytes(6);
        CompletionStage<byte[]> second = body.bytes(6);

        assertThatThrownBy(() -> second.toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(IllegalStateException.class);
        publisher.next("a");
        publisher.complete();
        assertThat(text(first)).isEqualTo("a");
    }

    @Test
    void buffersAreReadAndNotConsumed() {
        byte[] array = "--abc--".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer slice = ByteBuffer.wrap(array, 1, 5).slice().position(1).limit(4);
        ByteBuffer readOnly = ByteBuffer.wrap(array, 2, 3).asReadOnlyBuffer();
        ByteBuffer direct = ByteBuffer.allocateDirect(7).put(array).position(2).limit(5);
        CompletionStage<byte[]> bytes = Body.streaming(publisher).bytes(9);

        publisher.next(List.of(slice, readOnly, direct));
        publisher.complete();

        assertThat(text(bytes)).isEqualTo("abcabcabc");
        assertThat(List.of(slice, readOnly, direct))
                .allSatisfy(buffer -> assertThat(buffer.remaining()).isEqualTo(3));
    }

    @Test
    void negativeLengthIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Body.streaming(publisher, -1));
        assertThat(Body.streaming(publisher).length()).isEqualTo(-1);
    }

    @Test
    void textShowsNoContent() {
        assertThat(Body.of("secret")).hasToString("Body[6 bytes]");
        assertThat(Body.empty()).hasToString("Body[0 bytes]");
        assertThat(Body.streaming(publisher)).hasToString("Body[streaming]");
    }

    private static String text(CompletionStage<byte[]> bytes) {
        return new String(bytes.toCompletableFuture().join(), StandardCharsets.US_ASCII);
    }

    private static void assertTooLarge(CompletionStage<byte[]> bytes) {
        CompletableFuture<byte[]> future = bytes.toCompletableFuture();
        assertThat(future).isCompletedExceptionally();
        assertThatThrownBy(future::join).cause().isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.status()).isEqualTo(413);
            assertThat(e.code()).isEqualTo("PAYLOAD_TOO_LARGE");
        });
    }
}

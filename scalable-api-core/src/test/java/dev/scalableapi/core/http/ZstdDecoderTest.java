package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZstdDecoderTest {
    private static final ContentCoding ZSTD = ContentCoding.zstd().orElseThrow();

    @Test
    void aWindowOf8MiBIsTakenAndALargerOneRefused() {
        byte[] content = new byte[20_000_000];
        assertThat(ContentCodingTest.decoded(ZSTD, withWindow(content, 23))).isEqualTo(content);
        malformed(withWindow(content, 24));
    }

    @Test
    void framesFollowOneAnotherAndSomeAreSkipped() {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.writeBytes(new byte[] {0x5e, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9});
        frames.writeBytes(ZSTD.encode(ByteBuffer.wrap(new byte[] {1, 2})));
        frames.writeBytes(ZSTD.encode(ByteBuffer.wrap(new byte[] {3})));
        assertThat(ContentCodingTest.decoded(ZSTD, frames.toByteArray())).containsExactly(1, 2, 3);
    }

    /** The first bytes of versions 0.1 to 0.7; the library would wait for more of some of them. */
    @ParameterizedTest
    @ValueSource(ints = {0x1e, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27})
    void olderFormatsAreMalformedFromTheFirstByte(int first) {
        ContentCoding.Decoder decoder = ZSTD.decoder();
        assertThatThrownBy(() -> decoder.decode(ByteBuffer.wrap(new byte[] {(byte) first}), ByteBuffer.allocate(9)))
                .isInstanceOf(ApiException.class);
        decoder.close();
    }

    private static byte[] withWindow(byte[] content, int bits) {
        ByteBuffer coded = ByteBuffer.allocate(100_000);
        try (ZstdCompressCtx context = new ZstdCompressCtx().setWindowLog(bits)) {
            ByteBuffer input = ByteBuffer.wrap(content);
            context.compressByteBufferStream(coded, input.limit(1), EndDirective.CONTINUE);
            assertThat(context.compressByteBufferStream(coded, input.limit(content.length), EndDirective.END))
                    .isTrue();
        }
        return Arrays.copyOf(coded.array(), coded.position());
    }

    private static void malformed(byte[] coded) {
        assertThatThrownBy(() -> ContentCodingTest.decoded(ZSTD, coded))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo("MALFORMED_BODY"));
    }
}

package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.aayushatharva.brotli4j.encoder.Encoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrotliDecoderTest {
    private static final ContentCoding BROTLI = ContentCoding.brotli().orElseThrow();

    @ParameterizedTest
    @ValueSource(ints = {10, 11, 16, 17, 18, 20, 21, 22})
    void windowsOfUpTo4MiBAreTaken(int bits) throws IOException {
        byte[] content = new byte[6_000_000];
        assertThat(ContentCodingTest.decoded(BROTLI, withWindow(content, bits))).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(ints = {23, 24})
    void aLargerWindowIsRefusedByItsFirstByte(int bits) throws IOException {
        malformed(withWindow(new byte[6_000_000], bits)[0]);
    }

    /** What brotli 1.1 writes with {@code --large_window=25} begins so. */
    @Test
    void aWindowBeyondTheRfcIsRefused() {
        malformed((byte) 0x11, (byte) 25);
    }

    private static byte[] withWindow(byte[] content, int bits) throws IOException {
        return Encoder.compress(content, Encoder.Parameters.create(4, bits));
    }

    private static void malformed(byte... first) {
        ContentCoding.Decoder decoder = BROTLI.decoder();
        assertThatThrownBy(() -> decoder.decode(ByteBuffer.wrap(first), ByteBuffer.allocate(9)))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo("MALFORMED_BODY"));
        decoder.close();
    }
}

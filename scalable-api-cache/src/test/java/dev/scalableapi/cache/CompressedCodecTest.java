package dev.scalableapi.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.testkit.TestSeed;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CompressedCodecTest {
    private final Codec<String> plain = Codec.json(new JsonMapper(), new TypeReference<>() {});
    private final Codec<String> codec = plain.compressed(100, 10_000);

    @Test
    void valuesOfAnyLengthComeBack() {
        for (int length : new int[] {0, 1, 91, 92, 93, 500, 9_992}) {
            assertThat(codec.decode(codec.encode("a".repeat(length))))
                    .as("%s", length)
                    .hasValue("a".repeat(length));
        }
    }

    @Test
    void longTextGetsShorterAndNoiseDoesNotGetLonger() {
        assertThat(codec.encode("a".repeat(5_000))).hasSizeLessThan(100);
        byte[] noise = new byte[4_000];
        new Random(1).nextBytes(noise);
        Codec<byte[]> bytes = new Codec<byte[]>() {
            @Override
            public byte[] encode(byte[] value) {
                return value;
            }

            @Override
            public Optional<byte[]> decode(byte[] read) {
                return Optional.of(read);
            }
        }.compressed(100, 10_000);

        assertThat(bytes.encode(noise)).hasSize(4_001);
        assertThat(bytes.decode(bytes.encode(noise))).hasValue(noise);
    }

    @Test
    void whatIsLongerThanTheLimitIsNeitherWrittenNorRead() {
        assertThatIllegalArgumentException().isThrownBy(() -> codec.encode("a".repeat(10_000)));
        byte[] bomb = plain.compressed(0, 100_000_000).encode("a".repeat(90_000_000));

        assertThat(bomb).hasSizeLessThan(1_000_000);
        assertThat(codec.decode(bomb)).isEmpty();
        assertThat(codec.decode(withLength(bomb, 9_999)))
                .as("a length that lies")
                .isEmpty();
        assertThat(codec.decode(withLength(codec.encode("a".repeat(500)), Integer.MAX_VALUE)))
                .isEmpty();
        assertThat(codec.decode(withLength(codec.encode("a".repeat(500)), -1))).isEmpty();
    }

    private static byte[] withLength(byte[] bytes, int length) {
        byte[] copy = bytes.clone();
        ByteBuffer.wrap(copy).putInt(1, length);
        return copy;
    }

    @Test
    void damagedBytesAreForeign() {
        byte[] bytes = codec.encode("ab".repeat(500));
        for (int length = 0; length < bytes.length; length++) {
            assertThat(codec.decode(Arrays.copyOf(bytes, length))).isEmpty();
        }
        assertThat(codec.decode(Arrays.copyOf(bytes, bytes.length + 1))).isEmpty();
        assertThat(codec.decode(plain.encode("a"))).isEmpty();
        assertThat(plain.decode(codec.encode("a"))).isEmpty();
        long seed = TestSeed.value();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            byte[] foreign = new byte[random.nextInt(64)];
            random.nextBytes(foreign);
            assertThat(codec.decode(foreign)).as("seed %s", seed).isEmpty();
        }
    }

    @Test
    void limitsAreChecked() {
        assertThatIllegalArgumentException().isThrownBy(() -> plain.compressed(-1, 10));
        assertThatIllegalArgumentException().isThrownBy(() -> plain.compressed(10, 9));
    }
}

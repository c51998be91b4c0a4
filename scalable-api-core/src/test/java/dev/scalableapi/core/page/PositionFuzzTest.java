package dev.scalableapi.core.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands under a right MAC, it is a position or none. A build runs the seeds; {@code mvn test -Pfuzz} looks for more. */
class PositionFuzzTest {
    private static Stream<byte[]> seeds() {
        return Stream.of("\0\1a").map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("seeds")
    @FuzzTest
    void signedBytesAreAPositionOrNone(byte[] bytes) {
        try {
            Position position = new PositionReader(bytes, 0, bytes.length).position();
            assertThat(position.anchor()).isNotEmpty();
        } catch (PositionReader.MisfitException expected) {
            assertThat(expected).hasNoCause();
        }
    }
}

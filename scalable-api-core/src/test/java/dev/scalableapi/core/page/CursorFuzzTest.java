package dev.scalableapi.core.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.scalableapi.core.http.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a client sends as a cursor, it is refused: it can make none. A build runs the seeds; {@code mvn test -Pfuzz} looks for more. */
class CursorFuzzTest {
    private final Cursors cursors = CursorCodec.of(CursorKeyRing.generate())
            .in(new CursorScope("/teas", "", "", Optional.empty(), Optional.empty()));

    private static Stream<byte[]> seeds() {
        return Stream.of("AAAA", "AQ.eyJhIjoxfQ").map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("seeds")
    @FuzzTest
    void forgedCursorIsRefused(byte[] octets) {
        ApiException refusal = catchThrowableOfType(
                ApiException.class, () -> cursors.decode(new String(octets, StandardCharsets.UTF_8)));
        assertThat(refusal.code()).isEqualTo("INVALID_CURSOR");
    }
}

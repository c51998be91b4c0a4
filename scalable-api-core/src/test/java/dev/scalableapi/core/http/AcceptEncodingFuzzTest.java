package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands in {@code Accept-Encoding}, there is an answer. A build runs the seeds; {@code mvn test -Pfuzz} looks for more. */
class AcceptEncodingFuzzTest {
    private static Stream<byte[]> seeds() {
        return Stream.of("br;q=0.5, gzip;x=\"a,b\", *;q=0").map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("seeds")
    @FuzzTest
    void fieldHasAnAnswer(byte[] octets) {
        List<String> offers = List.of("br", "gzip", AcceptEncoding.IDENTITY);
        AcceptEncoding accepted = AcceptEncoding.parse(Optional.of(new String(octets, StandardCharsets.ISO_8859_1)));
        assertThat(accepted.best(offers))
                .isEqualTo(accepted.ranked(offers).stream().findFirst());
    }
}

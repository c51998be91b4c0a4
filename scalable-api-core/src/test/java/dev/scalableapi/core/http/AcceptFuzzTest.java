package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands in {@code Accept}, one of the offers is preferred, or none. A build runs the seeds; {@code mvn test -Pfuzz} looks for more. */
class AcceptFuzzTest {
    private static final List<MediaType> OFFERS = List.of(MediaType.JSON, MediaType.PROBLEM_JSON);

    private static Stream<byte[]> seeds() {
        return Stream.of("application/*;q=0.1, text/html;level=\"1\";q=1.000, */*;q=0")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("seeds")
    @FuzzTest
    void fieldHasAnAnswer(byte[] octets) {
        Optional<MediaType> preferred =
                MediaType.preferred(Optional.of(new String(octets, StandardCharsets.ISO_8859_1)), OFFERS);
        assertThat(preferred).matches(offer -> offer.isEmpty() || OFFERS.contains(offer.get()));
    }
}

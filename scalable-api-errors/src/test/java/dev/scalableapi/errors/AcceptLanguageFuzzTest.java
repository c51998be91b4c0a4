package dev.scalableapi.errors;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands in {@code Accept-Language}, a message in one of the languages is the answer. A build runs the seeds; {@code mvn test -Pfuzz} looks for more. */
class AcceptLanguageFuzzTest {
    private final ErrorRenderer renderer = ErrorRenderer.builder()
            .messages(ErrorMessages.builder(Locale.ENGLISH)
                    .add(Locale.GERMAN, Map.of("NO_SUCH_TEA", "Diesen Tee gibt es nicht."))
                    .add(Locale.forLanguageTag("de-CH"), Map.of("NO_SUCH_TEA", "Diesen Tee gibt es nicht."))
                    .build())
            .build();
    private final ApiException refusal = ApiException.of(404, "NO_SUCH_TEA", "There is no such tea.");

    private static Stream<byte[]> seeds() {
        return Stream.of("de-CH, fr;q=0.5, *;q=0.1").map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("seeds")
    @FuzzTest
    void fieldHasAnAnswer(byte[] octets) {
        String field = new String(octets, StandardCharsets.ISO_8859_1);
        if (field.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7f))) {
            ApiResponse answer = renderer.response(refusal, Headers.of("Accept-Language", field), "0");
            assertThat(answer.header("Content-Language").orElse("en")).isIn("en", "de", "de-CH");
        }
    }
}

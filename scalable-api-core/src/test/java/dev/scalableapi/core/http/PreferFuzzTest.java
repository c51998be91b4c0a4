package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands in {@code Prefer}, there is an answer. A build runs the seeds; {@code mvn test -Pfuzz} looks for more. */
class PreferFuzzTest {
    private static Stream<byte[]> seeds() {
        return Stream.of("respond-async, wait = \"10\"; a; b=c, return=minimal")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("seeds")
    @FuzzTest
    void fieldHasAnAnswer(byte[] octets) {
        String field = new String(octets, StandardCharsets.ISO_8859_1);
        if (HttpGrammar.isFieldValue(field)) {
            Prefer prefer = Prefer.of(Headers.of("Prefer", field));
            assertThat(prefer.waitTime())
                    .matches(time -> time.isEmpty() || !time.get().isNegative());
            assertThat(prefer.asksFor(Prefer.Preference.RETURN_MINIMAL)
                            && prefer.asksFor(Prefer.Preference.RETURN_REPRESENTATION))
                    .isFalse();
        }
    }
}

package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands where a date is expected, it is one that is read as it is written, or none. A build runs the seeds; {@code mvn test -Pfuzz} looks for more. */
class HttpDateFuzzTest {
    private static Stream<byte[]> seeds() {
        return Stream.of("Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("seeds")
    @FuzzTest
    void dateIsReadAsItIsWritten(byte[] octets) {
        HttpDate.parse(new String(octets, StandardCharsets.ISO_8859_1))
                .ifPresent(date ->
                        assertThat(HttpDate.parse(HttpDate.format(date))).contains(date));
    }
}

package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands in {@code Content-Type}, it is a type that is read as it is written, or none. A build runs the seeds; {@code mvn test -Pfuzz} looks for more. */
class MediaTypeFuzzTest {
    private static Stream<byte[]> seeds() {
        return Stream.of("multipart/form-data; Boundary=\"a \\\"b;\"")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("seeds")
    @FuzzTest
    void typeIsReadAsItIsWritten(byte[] octets) {
        MediaType.parse(new String(octets, StandardCharsets.ISO_8859_1))
                .ifPresent(type -> assertThat(MediaType.parse(type.toString())).contains(type));
    }
}

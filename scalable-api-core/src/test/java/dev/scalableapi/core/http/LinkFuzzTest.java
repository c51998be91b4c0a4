package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands in {@code Link} is read as it is written, and whatever a link is made of, it stands by itself. A build runs the seeds; {@code mvn test -Pfuzz} looks for more. */
class LinkFuzzTest {
    private static Stream<byte[]> seeds() {
        return Stream.of(
                        "</a?b=c,d>; rel=\"next https://a.example/b\"; title*=UTF-8''%c3%a9, <#>; rel=up; type=text/html")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("seeds")
    @FuzzTest
    void fieldIsReadAsItIsWritten(byte[] octets) {
        String text = new String(octets, StandardCharsets.ISO_8859_1);
        List<Link> links = Link.parse(text);
        String field = Link.fieldValue(links).orElse("");
        assertThat(Link.parse(field)).isEqualTo(links);
        assertThat(HttpGrammar.isFieldValue(field)).isTrue();

        Link made = new Link(text, "next").with("title", text);
        assertThat(Link.parse(made + ", " + made)).containsExactly(made, made);
    }
}

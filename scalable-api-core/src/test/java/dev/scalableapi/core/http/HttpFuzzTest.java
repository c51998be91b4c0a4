package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Whatever stands in a field, the answer is a value. A build runs the corpus once; {@code JAZZER_FUZZ=1} looks for more, one
 * target at a time.
 */
class HttpFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void acceptEncodingHasAnAnswer(byte[] field) {
        assertThat(AcceptEncoding.parse(Optional.of(text(field)))).isNotNull();
    }

    @FuzzTest(maxDuration = "60s")
    void acceptHasAnAnswer(byte[] field) {
        assertThat(MediaType.preferred(Optional.of(text(field)), List.of(MediaType.JSON, MediaType.PROBLEM_JSON)))
                .isNotNull();
    }

    @FuzzTest(maxDuration = "60s")
    void mediaTypeIsReadAsItIsWritten(byte[] field) {
        MediaType.parse(text(field))
                .ifPresent(type -> assertThat(MediaType.parse(type.toString())).contains(type));
    }

    @FuzzTest(maxDuration = "60s")
    void entityTagIsReadAsItIsWritten(byte[] field) {
        EntityTag.parse(text(field))
                .ifPresent(tag -> assertThat(EntityTag.parse(tag.toString())).contains(tag));
    }

    @FuzzTest(maxDuration = "60s")
    void linkCannotEndEarly(byte[] target) {
        String field = Link.fieldValue(List.of(new Link(text(target), "next")));
        assertThat(field).matches("<[!-;=?-~]*>; rel=\"next\"");
    }

    private static String text(byte[] field) {
        return new String(field, StandardCharsets.ISO_8859_1);
    }
}

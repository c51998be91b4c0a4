package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaTypeTest {
    private static final List<MediaType> ERRORS = List.of(MediaType.JSON, MediaType.PROBLEM_JSON);

    @Test
    void namesAreReadWithoutRegardToCase() {
        assertThat(MediaType.parse(" Application/JSON ; Charset=\"utf-8\" ; "))
                .contains(new MediaType("application", "json", Map.of("charset", "utf-8")));
    }

    @Test
    void quotedValuesAreReadAndWritten() {
        MediaType read =
                MediaType.parse("multipart/form-data;boundary=\"a \\\"b;\\\\\"").orElseThrow();
        assertThat(read.parameters()).containsEntry("boundary", "a \"b;\\");
        assertThat(read).hasToString("multipart/form-data;boundary=\"a \\\"b;\\\\\"");
        assertThat(MediaType.parse(read.toString())).contains(read);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "json",
                "application/",
                "/json",
                "application/json x",
                "a/b;c",
                "a/b;c=",
                "a/b;c=\"",
                "a/b;c=\"\\",
                "a/b;c=1;C=2",
                "*/json",
                "a/b, c/d",
                "a b/c"
            })
    void malformedTypesAreRefused(String text) {
        assertThat(MediaType.parse(text)).isEmpty();
    }

    @Test
    void aValueThatCouldForgeAHeaderIsRefused() {
        assertThatThrownBy(() -> new MediaType("a", "b", Map.of("c", "\r\nX: y")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MediaType.of("a b", "c")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MediaType.of("*", "c")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, true",
        "application/problem+json, true",
        "application/x-json, false",
        "text/json, false",
        "application/json;charset=utf-8, true"
    })
    void jsonIsToldBySubtypeAndSuffix(String text, boolean json) {
        assertThat(MediaType.parse(text).orElseThrow().isJson()).isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "*/*                                                    | application/json",
                "application/*                                          | application/json",
                "application/problem+json                               | application/problem+json",
                "application/problem+json, */*                          | application/json",
                "application/problem+json, */*;q=0.1                    | application/problem+json",
                "application/json;q=0.5, application/problem+json       | application/problem+json",
                "application/json;q=0, */*                              | application/problem+json",
                "application/json;q=0, application/problem+json;q=0.000 | none",
                "text/html                                              | none",
                "''                                                     | application/json",
                "', ,'                                                  | application/json",
                "application/problem+json;q=1.001, application/json     | application/json",
                "application/problem+json;q=0.1234                      | none",
                "application/problem+json;q=.5                          | none",
                "application/problem+json;q=x                           | none",
                "application/problem+json;q=0.x                         | none",
                "application/json;version=2, */*;q=0.2                  | application/json",
                "text/*;q=1, junk, application/problem+json;q=0.3       | application/problem+json",
                "*/json, application/problem+json                       | application/problem+json",
                "application/json;q=0, application/json, */*;q=0.1      | application/problem+json",
                "application/json, application/json;q=0                 | application/json",
                "a/b;c=\"x,y\";q=1, APPLICATION/JSON                    | application/json"
            })
    void acceptChoosesTheRepresentation(String accept, String expected) {
        assertThat(MediaType.preferred(Optional.of(accept), ERRORS).map(MediaType::toString))
                .isEqualTo(Optional.ofNullable(expected));
    }

    @Test
    void withoutAcceptTheFirstOfferIsPreferred() {
        assertThat(MediaType.preferred(Optional.empty(), ERRORS)).contains(MediaType.JSON);
    }

    @Test
    void theMostSpecificRangeSetsTheWeight() {
        MediaType html1 = MediaType.parse("text/html;level=1").orElseThrow();
        MediaType html = MediaType.of("text", "html");
        String accept = "text/*;q=0.9, text/html;q=0.2, text/html;level=1";
        assertThat(MediaType.preferred(Optional.of(accept), List.of(html, html1)))
                .contains(html1);
        assertThat(MediaType.preferred(Optional.of("text/html;level=1;q=0, */*"), List.of(html1)))
                .isEmpty();
    }

    @Test
    void charsetIsComparedWithoutRegardToCase() {
        MediaType upper = MediaType.parse("text/html;charset=UTF-8").orElseThrow();
        assertThat(upper.includes(MediaType.parse("text/html;charset=utf-8").orElseThrow()))
                .isTrue();
        assertThat(upper.includes(MediaType.of("text", "html"))).isFalse();
        assertThat(MediaType.of("text", "html").includes(upper)).isTrue();
    }

    @Test
    void quotedControlCharactersAreMalformedRatherThanAFailure() {
        assertThat(MediaType.parse("text/plain;a=\"\u0001\"")).isEmpty();
        assertThat(MediaType.preferred(Optional.of("text/plain;a=\"\u0001\", */*"), List.of(MediaType.JSON)))
                .contains(MediaType.JSON);
    }

    @Test
    void contentBehindJsonIsRefusedRatherThanAFailure() {
        ApiRequest request = ApiRequest.builder("POST", "/")
                .header("Content-Type", "application/json")
                .body(Body.of("{}*"))
                .build();
        assertThat(Json.create().read(request, Object.class)).isCompletedExceptionally();
    }
}

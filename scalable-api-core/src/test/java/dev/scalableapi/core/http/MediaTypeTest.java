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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "application/json;q=.2, application/problem+json;q=.3  | application/problem+json",
                "application/json;q=.25, application/problem+json;q=.2 | application/json",
                "application/json;q=.125, */*;q=.12                    | application/json",
                "application/json;Q=.2, application/problem+json;Q=0.3 | application/problem+json",
                "application/json;q=\".2\", application/problem+json  | application/problem+json",
                "application/json;q=.0, application/problem+json;q=.000 | none",
                "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2  | application/json",
                "application/problem+json, *;q=.2                      | application/problem+json",
                "*                                                     | application/json",
                "*;q=0                                                 | none",
                "*;q=0, application/problem+json                       | application/problem+json",
                "text/html, *                                          | application/json"
            })
    void weightMayBeginWithItsPointAndOneAsteriskIsEveryType(String accept, String expected) {
        assertThat(MediaType.preferred(Optional.of(accept), ERRORS).map(MediaType::toString))
                .isEqualTo(Optional.ofNullable(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text",
                "text/html/x",
                "*/html",
                "text/html;q=.",
                "text/html;q=.1234",
                "text/html;q=0.1234",
                "text/html;q=1.5",
                "text/html;q=-1",
                "text/html;q=0.x",
                "text/html;q",
                "text/html;q=",
                "text/html;level=1;level=2",
                ";",
                "<html>, \"",
                "text/html;a=\"\u0001\""
            })
    void fieldWithoutAWellFormedMemberCountsAsAbsent(String accept) {
        assertThat(MediaType.preferred(Optional.of(accept), ERRORS)).contains(MediaType.JSON);
    }

    /** Those that were not read could be the only ones that fit. */
    @Test
    void listOfMoreThan64MembersCountsAsAbsent() {
        String others = "text/html" + ", a/b".repeat(62);
        assertThat(MediaType.preferred(Optional.of(others + ", application/problem+json"), ERRORS))
                .contains(MediaType.PROBLEM_JSON);
        assertThat(MediaType.preferred(Optional.of(others + ", a/b"), ERRORS)).isEmpty();
        assertThat(MediaType.preferred(Optional.of(others + ", a/b, application/problem+json"), ERRORS))
                .contains(MediaType.JSON);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "application/json;charset=utf-8              | application/json",
                "application/json; charset=\"utf-8\" ;q=0.5  | application/json",
                "application/json;odata=verbose              | application/json",
                "application/json;indent=2, text/csv;q=0.5   | application/json",
                "text/csv;header=absent, application/json;q=0.5 | text/csv",
                "application/json;indent=2;q=0, */*          | application/json",
                "application/json;indent=2;q=0               | none",
                "application/json;indent=2;q=0.1, application/json, text/csv;q=0.5 | application/json",
                "application/json, application/json;indent=2;q=0.1, text/csv;q=0.5 | application/json",
                "*/*;charset=utf-8                           | application/json",
                "application/json;q=0.5;level=1, text/csv;q=0.4 | application/json",
                "application/json;q=0.5;level, text/csv;q=0.4   | application/json",
                "application/json;indent;q=0.5, text/csv;q=0.4  | application/json"
            })
    void parameterThatTheOfferLacksDoesNotExcludeIt(String accept, String expected) {
        List<MediaType> offers = List.of(MediaType.JSON, MediaType.of("text", "csv"));
        assertThat(MediaType.preferred(Optional.of(accept), offers).map(MediaType::toString))
                .isEqualTo(Optional.ofNullable(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json;version=2",
                "application/json;Version=\"2\";charset=utf-8",
                "application/json;v=2",
                "application/json;api-version=2026-01-01",
                "application/json;profile=\"https://tea.example/short\"",
                "*/*;v=2"
            })
    void versionOrProfileThatTheOfferLacksExcludesIt(String accept) {
        assertThat(MediaType.preferred(Optional.of(accept), ERRORS)).isEmpty();
    }

    @Test
    void otherValueOfAParameterExcludesTheOffer() {
        MediaType first = MediaType.parse("application/json;v=1").orElseThrow();
        MediaType second = MediaType.parse("application/json;v=2").orElseThrow();
        assertThat(MediaType.preferred(Optional.of("application/json;v=2"), List.of(first, second)))
                .contains(second);
        assertThat(MediaType.preferred(Optional.of("application/json;v=3"), List.of(first, second)))
                .isEmpty();
        MediaType latin = MediaType.parse("text/csv;charset=iso-8859-1").orElseThrow();
        assertThat(MediaType.preferred(Optional.of("text/csv;charset=utf-8"), List.of(latin)))
                .isEmpty();
    }

    /** The table of RFC 9110 section 12.5.1. */
    @ParameterizedTest
    @CsvSource({
        "text/html;level=1, 1.0",
        "text/html, 0.7",
        "text/plain, 0.3",
        "image/jpeg, 0.5",
        "text/html;level=2, 0.4",
        "text/html;level=3, 0.7"
    })
    void rangesWeighAsInTheExampleOfTheStandard(String type, String weight) {
        String accept = "text/*;q=0.3, text/html;q=0.7, text/html;level=1, text/html;level=2;q=0.4, */*;q=0.5";
        MediaType offer = MediaType.parse(type).orElseThrow();
        MediaType rival = MediaType.of("rival", "type");
        assertThat(MediaType.preferred(Optional.of(accept + ", rival/type;q=" + weight), List.of(offer, rival)))
                .contains(offer);
        if (!weight.equals("1.0")) {
            assertThat(MediaType.preferred(
                            Optional.of(accept + ", rival/type;q=" + weight + "1"), List.of(offer, rival)))
                    .contains(rival);
        }
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

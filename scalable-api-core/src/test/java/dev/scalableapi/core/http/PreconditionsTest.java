package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scalableapi.core.http.Preconditions.Decision;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreconditionsTest {
    private static final String BEFORE = "Sat, 01 Jan 2000 00:00:00 GMT";
    private static final String SAME = "Sat, 01 Jan 2000 00:00:01 GMT";
    private static final String AFTER = "Sat, 01 Jan 2000 00:00:02 GMT";

    /** Half a second that HTTP cannot see. */
    private static final Instant MODIFIED = Instant.parse("2000-01-01T00:00:01.500Z");

    private static final Optional<Validators> BOTH =
            Optional.of(new Validators(Optional.of(EntityTag.strong("a")), Optional.of(MODIFIED)));
    private static final Optional<Validators> WEAK = Optional.of(Validators.of(EntityTag.weak("a")));
    private static final Optional<Validators> NEITHER = Optional.of(new Validators(Optional.empty(), Optional.empty()));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET  | both    | ''             | true",
                "GET  | both    | '\"a\"'        | true",
                "GET  | both    | '\"b\"'        | false",
                "GET  | both    | 'W/\"a\"'      | false",
                "GET  | weak    | 'W/\"a\"'      | false",
                "GET  | weak    | '\"a\"'        | false",
                "GET  | neither | '\"a\"'        | false",
                "GET  | none    | '\"a\"'        | false",
                "GET  | both    | '\"a\", \"b\"' | false",
                "GET  | both    | *              | false",
                "GET  | both    | Sat, 01 Jan 2000 00:00:01 GMT | false",
                "HEAD | both    | '\"a\"'        | false",
                "PUT  | both    | ''             | false"
            })
    void aRangeCountsWhereTheClientHoldsThePresentState(String method, String state, String ifRange, boolean expected) {
        Headers range = Headers.of("Range", "bytes=0-9");
        Headers headers = ifRange.isEmpty() ? range : range.with("If-Range", ifRange);

        assertThat(Preconditions.of(method, headers).allowsRange(state(state))).isEqualTo(expected);
        assertThat(Preconditions.of(method, headers.without("Range")).allowsRange(state(state)))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET    | none    | If-None-Match       | *            | PROCEED",
                "GET    | both    | If-None-Match       | *            | NOT_MODIFIED",
                "HEAD   | neither | If-None-Match       | *            | NOT_MODIFIED",
                "PUT    | none    | If-None-Match       | *            | PROCEED",
                "PUT    | both    | If-None-Match       | *            | FAILED",
                "GET    | both    | If-None-Match       | 'W/\"a\"'    | NOT_MODIFIED",
                "GET    | weak    | If-None-Match       | '\"a\"'      | NOT_MODIFIED",
                "GET    | both    | If-None-Match       | '\"b\",\"a\"'| NOT_MODIFIED",
                "GET    | both    | If-None-Match       | '\"b\"'      | PROCEED",
                "GET    | neither | If-None-Match       | '\"a\"'      | PROCEED",
                "GET    | none    | If-None-Match       | '\"a\"'      | PROCEED",
                "PUT    | both    | If-None-Match       | '\"a\"'      | FAILED",
                "PUT    | both    | If-None-Match       | '\"b\"'      | PROCEED",
                "GET    | both    | If-None-Match       | a            | PROCEED",
                "PUT    | both    | If-None-Match       | a            | FAILED",
                "GET    | both    | If-None-Match       | ''           | PROCEED",
                "GET    | both    | If-Match            | '\"a\"'      | PROCEED",
                "PUT    | both    | If-Match            | '\"b\",\"a\"'| PROCEED",
                "PUT    | both    | If-Match            | 'W/\"a\"'    | FAILED",
                "PUT    | weak    | If-Match            | 'W/\"a\"'    | FAILED",
                "PUT    | weak    | If-Match            | '\"a\"'      | FAILED",
                "PUT    | both    | If-Match            | '\"b\"'      | FAILED",
                "GET    | both    | If-Match            | '\"b\"'      | FAILED",
                "PUT    | both    | If-Match            | *            | PROCEED",
                "PUT    | neither | If-Match            | *            | PROCEED",
                "PUT    | none    | If-Match            | *            | FAILED",
                "PUT    | none    | If-Match            | '\"a\"'      | FAILED",
                "PUT    | neither | If-Match            | '\"a\"'      | FAILED",
                "PUT    | both    | If-Match            | a            | FAILED",
                "PUT    | both    | If-Match            | ''           | FAILED",
                "PUT    | both    | If-Match            | '\"a\", b'   | FAILED",
                "GET    | both    | If-None-Match       | '\"a\", b'   | PROCEED",
                "PUT    | none    | If-None-Match       | '\"a\", b'   | FAILED",
                "PUT    | both    | If-Unmodified-Since | before       | FAILED",
                "PUT    | both    | If-Unmodified-Since | same         | PROCEED",
                "GET    | both    | If-Unmodified-Since | before       | FAILED",
                "PUT    | weak    | If-Unmodified-Since | before       | PROCEED",
                "PUT    | both    | If-Unmodified-Since | junk         | PROCEED",
                "GET    | both    | If-Modified-Since   | before       | PROCEED",
                "GET    | both    | If-Modified-Since   | same         | NOT_MODIFIED",
                "HEAD   | both    | If-Modified-Since   | after        | NOT_MODIFIED",
                "POST   | both    | If-Modified-Since   | after        | PROCEED",
                "GET    | weak    | If-Modified-Since   | after        | PROCEED",
                "GET    | none    | If-Modified-Since   | after        | PROCEED",
                "GET    | both    | If-Modified-Since   | junk         | PROCEED",
                "OPTIONS| both    | If-Match            | '\"b\"'      | PROCEED",
                "TRACE  | both    | If-Match            | '\"b\"'      | PROCEED",
                "CONNECT| both    | If-Match            | '\"b\"'      | PROCEED",
                "GET    | both    | Range               | bytes=0-1    | PROCEED"
            })
    void oneConditionDecides(String method, String current, String name, String value, Decision expected) {
        Headers headers = Headers.of(name, date(value));
        assertThat(Preconditions.of(method, headers).decide(state(current))).isEqualTo(expected);
    }

    private static String date(String value) {
        return switch (value) {
            case "before" -> BEFORE;
            case "same" -> SAME;
            case "after" -> AFTER;
            default -> value;
        };
    }

    private static Optional<Validators> state(String name) {
        return switch (name) {
            case "both" -> BOTH;
            case "weak" -> WEAK;
            case "neither" -> NEITHER;
            default -> Optional.empty();
        };
    }

    @Test
    void aTagGoesBeforeADate() {
        Headers changedTag = Headers.of("If-None-Match", "\"b\"").withAdded("If-Modified-Since", AFTER);
        assertThat(Preconditions.of("GET", changedTag).decide(BOTH)).isEqualTo(Decision.PROCEED);
        Headers sameTag = Headers.of("If-Match", "\"a\"").withAdded("If-Unmodified-Since", BEFORE);
        assertThat(Preconditions.of("PUT", sameTag).decide(BOTH)).isEqualTo(Decision.PROCEED);
    }

    @Test
    void ifMatchGoesBeforeIfNoneMatch() {
        Headers both = Headers.of("If-None-Match", "\"a\"").withAdded("If-Match", "\"b\"");
        assertThat(Preconditions.of("GET", both).decide(BOTH)).isEqualTo(Decision.FAILED);
        Headers held = Headers.of("If-None-Match", "\"a\"").withAdded("If-Match", "\"a\"");
        assertThat(Preconditions.of("GET", held).decide(BOTH)).isEqualTo(Decision.NOT_MODIFIED);
    }

    @Test
    void severalLinesAreOneList() {
        Headers lines = Headers.of("If-None-Match", "\"b\"").withAdded("if-none-match", "\"a\"");
        assertThat(Preconditions.of("GET", lines).decide(BOTH)).isEqualTo(Decision.NOT_MODIFIED);
        Headers dates = Headers.of("If-Modified-Since", AFTER).withAdded("If-Modified-Since", AFTER);
        assertThat(Preconditions.of("GET", dates).decide(BOTH)).isEqualTo(Decision.PROCEED);
    }

    @Test
    void withoutConditionsTheRequestProceeds() {
        assertThat(Preconditions.of("GET", Headers.empty()).decide(BOTH)).isEqualTo(Decision.PROCEED);
        assertThat(Preconditions.of("DELETE", Headers.empty()).decide(Optional.empty()))
                .isEqualTo(Decision.PROCEED);
    }

    @Test
    void aWriteMustNameTheStateThatItChanges() {
        ApiRequest blind = ApiRequest.builder("PUT", "/p").build();
        assertThatThrownBy(() -> Preconditions.of(blind).requireMatch(BOTH))
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.status()).isEqualTo(428);
                    assertThat(e.code()).isEqualTo("PRECONDITION_REQUIRED");
                    assertThat(e.violations()).extracting(Violation::name).containsExactly("If-Match");
                });
        assertThatThrownBy(() ->
                        Preconditions.of("PUT", Headers.of("If-Match", "\"b\"")).requireMatch(BOTH))
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.status()).isEqualTo(412);
                    assertThat(e.code()).isEqualTo("PRECONDITION_FAILED");
                });
        assertThatCode(() ->
                        Preconditions.of("PUT", Headers.of("If-Match", "\"a\"")).requireMatch(BOTH))
                .doesNotThrowAnyException();
    }
}

package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scalableapi.testkit.TestSeed;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryParametersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "%2541|%41",
                "%25252f|%252f",
                "a+b|a b",
                "a%2Bb|a+b",
                "a%20b|a b",
                "%c3%bc|\u00fc",
                "%C3%BC+%f0%9F%98%80|\u00fc \ud83d\ude00",
                "a=b|a=b",
                "~-._!|~-._!"
            })
    void valueIsDecodedOnce(String encoded, String decoded) {
        assertThat(QueryParameters.parse("q=" + encoded).first("q")).contains(decoded);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%",
                "%4",
                "a%",
                "%zz",
                "%4z",
                "%z4",
                "%G0",
                "%0`",
                "%/0",
                "%:0",
                "%@0",
                "%\uff14\uff11",
                "%c0%af",
                "%e0%80%af",
                "%ff",
                "%c3",
                "%c3%28",
                "%80",
                "%ed%a0%80",
                "%f4%90%80%80",
                "%+1",
                "%-1",
                "%%41",
                "\u00fc",
                "%41\u00fc",
                "\ud83d\ude00",
                "\ud83d"
            })
    void malformedEscapeOrUtf8Is400InValueAndName(String encoded) {
        for (String query : List.of("q=" + encoded, encoded + "=q", "a=b&" + encoded, encoded + "&a")) {
            assertThatExceptionOfType(ApiException.class)
                    .isThrownBy(() -> QueryParameters.parse(query))
                    .satisfies(e -> {
                        assertThat(e.status()).isEqualTo(400);
                        assertThat(e.code()).isEqualTo("INVALID_QUERY");
                        assertThat(e.message()).doesNotContain(encoded.length() > 1 ? encoded : "q=%");
                    });
        }
    }

    @Test
    void repeatedNamesAreKeptInOrder() {
        QueryParameters query = QueryParameters.parse("b=1&a=2&b=3&%62=4");

        assertThat(query.names()).containsExactly("b", "a");
        assertThat(query.all("b")).containsExactly("1", "3", "4");
        assertThat(query.first("b")).contains("1");
        assertThat(query.all("c")).isEmpty();
        assertThat(query.first("c")).isEmpty();
    }

    @Test
    void pairsWithoutValueOrNameAreKeptAndEmptyOnesAreNot() {
        QueryParameters query = QueryParameters.parse("&&a&b=&=c&&d==&");

        assertThat(query.names()).containsExactly("a", "b", "", "d");
        assertThat(query.first("a")).contains("");
        assertThat(query.first("b")).contains("");
        assertThat(query.first("")).contains("c");
        assertThat(query.first("d")).contains("=");
        assertThat(QueryParameters.parse("")).isSameAs(QueryParameters.empty());
    }

    @Test
    void singleValueIsAskedForAndARepetitionRefused() {
        QueryParameters query = QueryParameters.parse("a=1&b=2&b=secret");

        assertThat(query.single("a")).contains("1");
        assertThat(query.single("c")).isEmpty();
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> query.single("b"))
                .satisfies(e ->
                        assertThat(e.violations()).extracting(Violation::name).containsExactly("b"))
                .satisfies(e -> assertThat(e.status()).isEqualTo(400))
                .withMessageNotContaining("secret");
    }

    @Test
    void nothingCanBeChanged() {
        QueryParameters query = QueryParameters.parse("a=1");

        assertThatThrownBy(() -> query.names().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> query.all("a").clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void equalityIsThatOfTheDecodedValues() {
        assertThat(QueryParameters.parse("a=%41&b"))
                .isEqualTo(QueryParameters.parse("b=&a=A"))
                .hasSameHashCodeAs(QueryParameters.parse("b&a=A"));
        assertThat(QueryParameters.parse("a")).isNotEqualTo(QueryParameters.parse("b"));
        assertThat(QueryParameters.parse("a").equals((Object) "a")).isFalse();
    }

    @Test
    void textShowsNeitherValuesNorLineBreaksInNames() {
        assertThat(QueryParameters.parse("token=secret&%0d%0aforged=1")).hasToString("QueryParameters[2 names]");
    }

    @Test
    void randomTextIsParsedOrRefused() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        String alphabet = "%%%%&=+0123456789abcdefABCDEFxyz/\u00fc\uff14\ud83d\ude00\0\n";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(20); n > 0; n--) {
                text.append(
                        random.nextInt(20) == 0
                                ? (char) random.nextInt(0x10000)
                                : alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                QueryParameters.parse(text.toString());
            } catch (ApiException expected) {
                assertThat(expected.status()).isEqualTo(400);
            } catch (RuntimeException e) {
                Assertions.fail("seed " + seed, e);
            }
        }
    }

    @Test
    void whatTheFormEncodingWritesIsReadBack() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            String text = random.ints(random.nextInt(12), 0, 0x110000)
                    .filter(c -> c < 0xd800 || c > 0xdfff)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            String query = "a=" + URLEncoder.encode(text, StandardCharsets.UTF_8) + "&b";
            assertThat(QueryParameters.parse(query).first("a"))
                    .as("seed %d", seed)
                    .contains(text);
        }
    }

    @Test
    void manyPairsTakeLinearTime() {
        String query = "a&".repeat(500_000);

        // The square of the length would take longer than any test may.
        assertThat(QueryParameters.parse(query).first("a")).isPresent();
    }

    @Test
    void onlyNamedParametersAreKeptInTheirOrder() {
        QueryParameters query = QueryParameters.parse("b=1&a=2&b=3&A=4&c=5");

        assertThat(query.only("b", "A", "absent").encoded()).isEqualTo("b=1&b=3&A=4");
        assertThat(query.only()).isEqualTo(QueryParameters.empty());
    }

    @Test
    void parametersOfAnotherQueryReplaceThoseOfTheSameName() {
        QueryParameters query = QueryParameters.parse("a=1&b=2&b=3");

        assertThat(query.withAll(QueryParameters.parse("c=4&b=5&b=6")).encoded())
                .isEqualTo("a=1&b=5&b=6&c=4");
        assertThat(query.encoded()).isEqualTo("a=1&b=2&b=3");
    }
}

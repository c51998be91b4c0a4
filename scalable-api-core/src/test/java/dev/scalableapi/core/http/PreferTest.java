package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.core.http.Prefer.Preference;
import dev.scalableapi.testkit.TestSeed;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreferTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "respond-async                              | RESPOND_ASYNC",
                "RESPOND-Async                              | RESPOND_ASYNC",
                "respond-async=\"\"                         | RESPOND_ASYNC",
                "return=minimal                             | RETURN_MINIMAL",
                "return = \"minimal\" ; foo=\"a, b\" ; bar=1| RETURN_MINIMAL",
                "return=representation, respond-async       | RESPOND_ASYNC RETURN_REPRESENTATION",
                "handling=strict                            | HANDLING_STRICT",
                "handling=lenient, wait=100, respond-async  | RESPOND_ASYNC HANDLING_LENIENT",
                "return=minimal, return=representation      | RETURN_MINIMAL",
                "return=none, return=representation         | ''",
                "return=, return=minimal                    | RETURN_MINIMAL",
                "return=a b, return=minimal                 | RETURN_MINIMAL",
                "=, ;, \"a\", return=minimal                | RETURN_MINIMAL",
                "return=Minimal                             | RETURN_MINIMAL",
                "return=minimal; foo                        | RETURN_MINIMAL",
                "return=minimal; foo; foo=\"\" ; ;b = 1     | RETURN_MINIMAL",
                "return=minimal; =foo                       | ''",
                "return=minimal; foo=                       | ''",
                "return=minimal; foo bar                    | ''",
                "respond-async=yes                          | ''",
                "return                                     | ''",
                "x=\"return=minimal, respond-async\"        | ''",
                "x=\"return=minimal                         | ''",
                "''                                         | ''"
            })
    void firstWellFormedMemberOfANameCounts(String field, String expected) {
        assertThat(asked(Headers.of("Prefer", field))).isEqualTo(expected);
    }

    private static String asked(Headers headers) {
        Prefer prefer = Prefer.of(headers);
        return Arrays.stream(Preference.values())
                .filter(prefer::asksFor)
                .map(Enum::name)
                .collect(Collectors.joining(" "));
    }

    @Test
    void severalLinesAreOneList() {
        assertThat(asked(Headers.of("prefer", "return=minimal").withAdded("Prefer", "return=representation, wait=3")))
                .isEqualTo("RETURN_MINIMAL");
        assertThat(asked(Headers.empty())).isEmpty();
    }

    @Test
    void waitIsInWholeSeconds() {
        assertThat(wait("wait=10")).hasValue(Duration.ofSeconds(10));
        assertThat(wait("wait=0")).hasValue(Duration.ZERO);
        assertThat(wait("wait=\"7\", wait=8")).hasValue(Duration.ofSeconds(7));
        assertThat(wait("wait=0000000000010")).hasValue(Duration.ofSeconds(10));
    }

    /** As RFC 9111 section 1.2.2 has it for all such numbers. */
    @ParameterizedTest
    @ValueSource(
            strings = {"2147483648", "2147483649", "9999999999", "9223372036854775808", "100000000000000000000000000"})
    void waitBeyondTheLargestCountsAsTheLargest(String seconds) {
        assertThat(wait("wait=" + seconds)).hasValue(Duration.ofSeconds(1L << 31));
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait", "wait=", "wait=-1", "wait=1.5", "wait=x", "wait=+1", "wait=\u0663"})
    void waitThatIsNoNumberIsNone(String field) {
        Headers headers = field.endsWith("\u0663") ? Headers.of("Prefer", "wait=\u00b3") : Headers.of("Prefer", field);
        assertThat(Prefer.of(headers).waitTime()).isEmpty();
    }

    private static Optional<Duration> wait(String field) {
        return Prefer.of(Headers.of("Prefer", field)).waitTime();
    }

    @Test
    void whatComesAfter64MembersIsNotRead() {
        assertThat(asked(Headers.of("Prefer", "a,".repeat(63) + "respond-async")))
                .isEqualTo("RESPOND_ASYNC");
        assertThat(asked(Headers.of("Prefer", "a,".repeat(64) + "respond-async")))
                .isEmpty();
    }

    @Test
    void anyTextIsRead() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        String alphabet = "wait=10,;\" \\return-async";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(30); j > 0; j--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(Prefer.of(Headers.of("Prefer", text.toString()))
                            .waitTime()
                            .orElse(Duration.ZERO))
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(Duration.ofSeconds(1L << 31));
        }
    }

    @Test
    void answerTellsWhatWasHonoured() {
        ApiResponse response = ApiResponse.of(200);
        assertThat(Prefer.applied(response)).isSameAs(response);
        assertThat(Prefer.applied(response, Preference.RETURN_MINIMAL, Preference.RESPOND_ASYNC)
                        .header("Preference-Applied"))
                .hasValue("return=minimal, respond-async");
    }

    @Test
    void textHasNoValues() {
        assertThat(Prefer.of(Headers.of("Prefer", "x=secret, wait=1"))).hasToString("Prefer[x, wait]");
    }
}

package dev.scalableapi.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.http.Violation;
import dev.scalableapi.testkit.TestSeed;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.ListResourceBundle;
import java.util.Locale;
import java.util.Map;
import java.util.PropertyResourceBundle;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorMessagesTest {
    private final ApiException taken = ApiException.of(409, "USERNAME_TAKEN", "This username is taken.")
            .withViolation(Violation.body("/username", "Taken."))
            .withViolation(Violation.body("/other", "Odd."));

    private final ErrorRenderer renderer = ErrorRenderer.builder()
            .messages(ErrorMessages.builder(Locale.ENGLISH)
                    .add(Locale.GERMAN, Map.of("USERNAME_TAKEN", "Der Name ist vergeben.", "Taken.", "Vergeben."))
                    .add(Locale.forLanguageTag("de-CH"), Map.of("USERNAME_TAKEN", "Der Name isch vergeh."))
                    .add(Locale.forLanguageTag("zh-Hant"), Map.of("USERNAME_TAKEN", "zh"))
                    .add(Locale.FRENCH, Map.of("OTHER", "fr"))
                    .add(Locale.forLanguageTag("de-LI"), Map.of("OTHER", "de-LI"))
                    .build())
            .build();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "de                            | de",
                "DE                            | de",
                "de-AT                         | de",
                "de-ch                         | de-CH",
                "de-CH-1996                    | de-CH",
                "de-x-own                      | de",
                "de;q=0.5, en;q=0.4            | de",
                "de;q=0.4, en;q=0.5            | en",
                "en, de                        | en",
                "es, de                        | de",
                "es, de;q=0.1, *;q=0.5         | de",
                "de;Q=1.000                    | de",
                "de ; q=1.0                    | de",
                ",de,                          | de",
                "zh-Hant-TW                    | zh-Hant",
                "zh                            | en",
                "zh-TW                         | en",
                "de;q=0                        | en",
                "de-CH;q=0, de                 | de",
                "de;q=0, de-AT                 | en",
                "*                             | en",
                "*, de                         | de",
                "es                            | en",
                "fr                            | en",
                "fr, de                        | de",
                "fr, en, de                    | en",
                "de-AT, fr                     | de",
                "de-LI-1996                    | de",
                "d                             | en",
                "de-                           | en",
                "-de                           | en",
                "de, !                         | en",
                "de, en;q=2                    | en",
                "de;q=1.001                    | en",
                "de;q=0.1234                   | en",
                "de;q=                         | en",
                "de;q=.5                       | de",
                "en;q=.5, de;q=.6              | de",
                "de;q=.                        | en",
                "de;q=.1234                    | en",
                "de;q=0x5                      | en",
                "de;q=-1                       | en",
                "de;x=1                        | en",
                "de;q=0.9;x=1                  | en",
                "deutschland                   | en",
                "de1                           | en",
                "de-abcdefghi                  | en",
                "''                            | en",
            })
    void languageIsTheOneThatIsAskedFor(String field, String language) {
        ApiResponse response = renderer.response(taken, Headers.of("Accept-Language", field), "0");
        assertThat(response.header("Content-Language")).contains(language);
        assertThat(response.header("Vary")).contains("Accept, Accept-Language");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/problem+json"})
    void messagesAreTranslatedAndCodesAreNot(String accept) {
        Headers request = Headers.of("Accept", accept).with("Accept-Language", "de");
        assertThat(text(renderer.response(taken, request, "0")))
                .contains("Der Name ist vergeben.", "Vergeben.", "Odd.", "USERNAME_TAKEN")
                .doesNotContain("This username", "Taken.");
        assertThat(text(renderer.response(taken, request.with("Accept-Language", "en"), "0")))
                .contains("This username is taken.", "Taken.");
    }

    private final ErrorRenderer german = ErrorRenderer.builder()
            .documentation(URI.create("/docs/errors#"))
            .messages(ErrorMessages.builder(Locale.ENGLISH)
                    .add(
                            Locale.GERMAN,
                            Map.of(
                                    "INVALID_PARAMETER", "Ein Parameter ist falsch.",
                                    "INVALID_PARAMETER.title", "Falscher Parameter",
                                    "page.range", "{name} ist eine Zahl von {min} bis {max}.",
                                    "sort.keys", "Sortiert wird nach {keys}.",
                                    "PAYLOAD_TOO_LARGE", "Der Inhalt hat mehr als {maxBytes} Bytes.",
                                    "odd", "{missing} {min}",
                                    "text", "{ {1} {} {min {min}",
                                    "Literal.", "W\u00f6rtlich."))
                    .build())
            .build();

    private static ApiException page(int max) {
        return ApiException.of(
                400,
                "INVALID_PARAMETER",
                Violation.query("page", "The parameter page must be an integer from 1 to " + max + ".")
                        .withKey("page.range", Map.of("min", 1, "max", max)));
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 50_001, 1_000_000})
    void messageIsTranslatedWhateverItsNumbersAre(int max) {
        String text = text(german.response(page(max), Headers.of("Accept-Language", "de"), "0"));
        String message = "page ist eine Zahl von 1 bis " + max + ".";
        assertThat(text)
                .contains("\"message\":\"" + message + "\",\"documentation\"")
                .contains("\"message\":\"" + message + "\",\"key\":\"page.range\"")
                .contains("\"parameters\":{\"max\":" + max + ",\"min\":1}");
    }

    @Test
    void listsAreJoinedAndExtensionsAreParametersOfAMessage() {
        Headers request = Headers.of("Accept-Language", "de");
        Violation sort =
                Violation.query("sort", "Sort.").withKey("sort.keys", Map.of("keys", List.of("name", "price")));
        assertThat(text(german.response(ApiException.of(400, "INVALID_PARAMETER", sort), request, "0")))
                .contains("Sortiert wird nach name, price.");
        ApiException large = ApiException.of(413, "PAYLOAD_TOO_LARGE", "The body must not exceed 10 bytes.");
        assertThat(text(german.response(large.withExtension("maxBytes", 10), request, "0")))
                .contains("Der Inhalt hat mehr als 10 Bytes.");
        ApiResponse withoutNumber = german.response(large, request, "0");
        assertThat(text(withoutNumber)).contains("The body must not exceed 10 bytes.");
        assertThat(withoutNumber.header("Content-Language")).contains("en");
    }

    @Test
    void textWhoseParameterIsMissingIsNotUsed() {
        Violation odd = Violation.query("a", "Odd.").withKey("odd", Map.of("min", 1));
        assertThat(text(german.response(
                        ApiException.of(400, "INVALID_PARAMETER", odd), Headers.of("Accept-Language", "de"), "0")))
                .contains("\"message\":\"Ein Parameter ist falsch.\"", "\"message\":\"Odd.\"");
    }

    @Test
    void braceThatIsNoParameterIsABrace() {
        Violation text = Violation.query("a", "T.").withKey("text", Map.of("min", 1));
        assertThat(text(german.response(
                        ApiException.of(400, "INVALID_PARAMETER", text), Headers.of("Accept-Language", "de"), "0")))
                .contains("{ {1} {} {min 1");
    }

    @Test
    void textOfAViolationPrecedesItsKey() {
        Violation literal = Violation.query("page", "Literal.").withKey("page.range", Map.of("min", 1, "max", 2));
        assertThat(text(german.response(
                        ApiException.of(400, "INVALID_PARAMETER", literal), Headers.of("Accept-Language", "de"), "0")))
                .contains("W\u00f6rtlich.")
                .doesNotContain("Zahl");
    }

    @Test
    void messageOfTheFailureIsItsOwnUnlessItIsThatOfTheViolation() {
        ApiException several =
                ApiException.of(400, "INVALID_PARAMETER", "Two are wrong.").withViolations(page(9).violations());
        assertThat(text(german.response(several, Headers.of("Accept-Language", "de"), "0")))
                .contains(
                        "\"message\":\"Ein Parameter ist falsch.\"", "\"message\":\"page ist eine Zahl von 1 bis 9.\"");
    }

    @Test
    void titlesAreTranslatedByCodeOrByStatus() {
        Headers request = Headers.of("Accept", "application/problem+json").with("Accept-Language", "de");
        assertThat(text(german.response(page(9), request, "0"))).contains("\"title\":\"Falscher Parameter\"");
        assertThat(text(german.response(page(9), request.with("Accept-Language", "en"), "0")))
                .contains("\"title\":\"Invalid parameter\"");
        ErrorRenderer blank = ErrorRenderer.builder()
                .messages(ErrorMessages.builder(Locale.ENGLISH)
                        .add(
                                Locale.GERMAN,
                                Map.of(
                                        "USERNAME_TAKEN", "Der Name ist vergeben.",
                                        "USERNAME_TAKEN.title", "Vergeben",
                                        "409.title", "Konflikt"))
                        .build())
                .build();
        assertThat(text(blank.response(taken, request, "0")))
                .contains("\"type\":\"about:blank\",\"title\":\"Konflikt\"");
    }

    @Test
    void languageOfTheMachineIsNotAsked() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            ApiResponse response = renderer.response(taken, Headers.empty(), "0");
            assertThat(response.header("Content-Language")).contains("en");
            assertThat(text(response)).contains("This username is taken.");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void withoutMessagesNoLanguageIsClaimed() {
        ApiResponse response = ErrorRenderer.create().response(taken, Headers.of("Accept-Language", "de"), "0");
        assertThat(response.header("Content-Language")).isEmpty();
        assertThat(response.header("Vary")).contains("Accept");
    }

    @Test
    void languageComesFromAResourceBundleToo() {
        ErrorRenderer own = ErrorRenderer.builder()
                .messages(
                        ErrorMessages.builder(Locale.ENGLISH).add(new Swedish()).build())
                .build();
        ApiResponse response = own.response(taken, Headers.of("Accept-Language", "sv-FI"), "0");
        assertThat(response.header("Content-Language")).contains("sv");
        assertThat(text(response)).contains("Namnet");
    }

    @Test
    void languageIsNamedOnce() throws IOException {
        ErrorMessages.Builder builder = ErrorMessages.builder(Locale.ENGLISH);
        assertThatIllegalArgumentException().isThrownBy(() -> builder.add(Locale.ENGLISH, Map.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.add(Locale.ROOT, Map.of()));
        PropertyResourceBundle without = new PropertyResourceBundle(new StringReader("A=b"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.add(without));
    }

    @Test
    void onlyTheFirstRangesOfAnEndlessFieldCount() {
        String field = "es,".repeat(32) + "de";
        assertThat(renderer.response(taken, Headers.of("Accept-Language", field), "0")
                        .header("Content-Language"))
                .contains("en");
    }

    @ParameterizedTest
    @CsvSource({"49, de", "50, en", "5000, en"})
    void rangeLongerThanAnyTagIsNone(int parts, String language) {
        String field = "de" + "-a".repeat(parts);
        assertThat(renderer.response(taken, Headers.of("Accept-Language", field), "0")
                        .header("Content-Language"))
                .contains(language);
    }

    @Test
    void anyFieldGivesALanguage() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        String alphabet = "de-CHx*;q=01.,  \t\u00e9";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(20); j > 0; j--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(renderer.response(taken, Headers.of("Accept-Language", text.toString()), "0")
                            .status())
                    .as("seed %d", seed)
                    .isEqualTo(409);
        }
    }

    private static String text(ApiResponse response) {
        return new String(response.body().bytes(9999).toCompletableFuture().join(), StandardCharsets.UTF_8);
    }

    private static final class Swedish extends ListResourceBundle {
        @Override
        public Locale getLocale() {
            return Locale.forLanguageTag("sv");
        }

        @Override
        protected Object[][] getContents() {
            return new Object[][] {{"USERNAME_TAKEN", "Namnet finns redan."}};
        }
    }
}

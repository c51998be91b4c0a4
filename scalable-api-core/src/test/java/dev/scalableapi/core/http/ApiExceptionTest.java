package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiExceptionTest {
    private static final Violation ID = Violation.path("id", "It must be an integer.");
    private static final Violation PRICE = Violation.body("/price", "It must be positive.");

    @ParameterizedTest
    @ValueSource(ints = {0, 200, 399, 600})
    void statusThatIsNoErrorIsRefused(int status) {
        assertThatIllegalArgumentException().isThrownBy(() -> ApiException.of(status, "CODE", "message"));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 429, 501, 502, 503, 504, 599})
    void expectedFailureHasNoStackTrace(int status) {
        assertThat(ApiException.of(status, "CODE", "message")
                        .withHeader("Retry-After", "1")
                        .getStackTrace())
                .isEmpty();
    }

    @Test
    void failureOfOursHasAStackTrace() {
        ApiException failure = ApiException.of(500, "CODE", "message");
        assertThat(failure.getStackTrace()).isNotEmpty();
        assertThat(failure.withViolation(ID).getStackTrace()).isEqualTo(failure.getStackTrace());
    }

    @Test
    void violationsAreCopied() {
        List<Violation> given = new ArrayList<>(List.of(ID));
        ApiException failure = ApiException.of(400, "CODE", "message").withViolations(given);
        given.add(PRICE);
        assertThat(failure.violations()).containsExactly(ID).isUnmodifiable();
    }

    @Test
    @SuppressWarnings("NullAway")
    void codeAndMessageAreNotNull() {
        assertThatNullPointerException().isThrownBy(() -> ApiException.of(400, null, "message"));
        assertThatNullPointerException().isThrownBy(() -> ApiException.of(400, "CODE", (String) null));
    }

    @Test
    void copiesKeepAllParts() {
        Exception cause = new Exception("cause");
        ApiException failure = ApiException.of(405, "CODE", "message")
                .withCause(cause)
                .withViolation(ID)
                .withHeader("Allow", "GET")
                .withHeader("X", "y")
                .withViolation(PRICE);

        assertThat(failure.status()).isEqualTo(405);
        assertThat(failure.code()).isEqualTo("CODE");
        assertThat(failure.message()).isEqualTo("message");
        assertThat(failure.violations()).containsExactly(ID, PRICE);
        assertThat(failure.withViolations(List.of(PRICE)).violations()).containsExactly(PRICE);
        assertThat(failure.headers().first("allow")).contains("GET");
        assertThat(failure.headers().first("x")).contains("y");
        assertThat(failure).hasCause(cause);
        assertThat(failure.withCause(new Exception("later")).headers().size()).isEqualTo(2);
        assertThat(ApiException.of(400, "CODE", "message").violations()).isEmpty();
    }

    @Test
    void serializedFailureLosesItsFieldsAndViolationsOnly() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(ApiException.of(400, "CODE", "message")
                    .withViolation(ID)
                    .withHeader("A", "b")
                    .withExtension("abc", 1));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            ApiException copy = (ApiException) in.readObject();
            assertThat(copy.violations()).isEmpty();
            assertThat(copy.extensions()).isEmpty();
            assertThat(copy.code()).isEqualTo("CODE");
            assertThat(copy.headers()).isEqualTo(Headers.empty());
            assertThat(copy.withHeader("C", "d").headers().size()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"PT-3.5S, 1", "PT0S, 1", "PT0.001S, 1", "PT1S, 1", "PT1.000000001S, 2", "PT59.5S, 60", "PT1H, 3600"})
    void delayIsRoundedUpToSecondsAndNeverNone(Duration delay, String seconds) {
        ApiException failure = ApiException.overloaded().withRetryAfter(delay);
        assertThat(failure.headers().all("retry-after")).containsExactly(seconds);
    }

    @Test
    void endlessDelayIsTheLongestThatAClientUnderstands() {
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
        assertThat(ApiException.overloaded().withRetryAfter(endless).headers().first("Retry-After"))
                .contains("2147483648");
    }

    @ParameterizedTest
    @CsvSource({
        "400, 400, MALFORMED_REQUEST",
        "404, 400, MALFORMED_REQUEST",
        "408, 408, REQUEST_TIMEOUT",
        "413, 413, PAYLOAD_TOO_LARGE",
        "414, 414, URI_TOO_LONG",
        "417, 417, UNSUPPORTED_EXPECTATION",
        "421, 421, MISDIRECTED_REQUEST",
        "426, 400, MALFORMED_REQUEST",
        "431, 431, HEADERS_TOO_LARGE",
        "500, 500, INTERNAL_SERVER_ERROR",
        "501, 501, NOT_IMPLEMENTED",
        "503, 503, OVERLOADED",
        "505, 505, UNSUPPORTED_HTTP_VERSION",
        "200, 500, INTERNAL_SERVER_ERROR"
    })
    void rejectionOfTheServerHasACodeAndClosesTheConnection(int server, int status, String code) {
        ApiException failure = ApiException.rejected(server);

        assertThat(failure.status()).isEqualTo(status);
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.headers().all("Connection")).containsExactly("close");
    }

    @Test
    void usualFailuresHaveTheirStatusAndCode() {
        assertFailure(ApiException.badRequest("m"), 400, "BAD_REQUEST");
        assertFailure(ApiException.forbidden("m"), 403, "FORBIDDEN");
        assertFailure(ApiException.notFound("m"), 404, "RESOURCE_NOT_FOUND");
        assertFailure(ApiException.conflict("m"), 409, "CONFLICT");
        ApiException unavailable = ApiException.unavailable("m", Duration.ofSeconds(7));
        assertFailure(unavailable, 503, "UNAVAILABLE");
        assertThat(unavailable.headers().first("Retry-After")).contains("7");
    }

    private static void assertFailure(ApiException failure, int status, String code) {
        assertThat(failure.status()).isEqualTo(status);
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.message()).isEqualTo("m");
        assertThat(failure.getStackTrace()).isEmpty();
    }

    @Test
    void validationThatFailedHasTheMessageOfItsOnlyViolation() {
        ApiException one = ApiException.validationFailed(List.of(PRICE));
        assertThat(one.status()).isEqualTo(400);
        assertThat(one.code()).isEqualTo("VALIDATION_FAILED");
        assertThat(one.message()).isEqualTo(PRICE.message());
        ApiException two = ApiException.validationFailed(List.of(ID, PRICE));
        assertThat(two.violations()).containsExactly(ID, PRICE);
        assertThat(two.message()).isEqualTo("The request has values that are not valid.");
        assertThatIllegalArgumentException().isThrownBy(() -> ApiException.validationFailed(List.of()));
    }

    @Test
    void failureOfOneInputHasTheMessageOfTheViolation() {
        ApiException failure = ApiException.of(422, "CODE", PRICE);
        assertThat(failure.message()).isEqualTo(PRICE.message());
        assertThat(failure.violations()).containsExactly(PRICE);
    }

    @Test
    void extensionsAreKeptInOrderAndCopiedDeeply() {
        List<Object> accounts = new ArrayList<>(List.of("/account/1"));
        ApiException failure = ApiException.forbidden("m")
                .withExtension("balance", 30)
                .withExtension("accounts", accounts)
                .withExtension("rate", new BigDecimal("0.25"))
                .withExtension("limits", Map.of("daily", List.of(1.5, true, "x")));
        accounts.add("/account/2");
        assertThat(failure.extensions())
                .containsExactly(
                        Map.entry("balance", 30),
                        Map.entry("accounts", List.of("/account/1")),
                        Map.entry("rate", new BigDecimal("0.25")),
                        Map.entry("limits", Map.of("daily", List.of(1.5, true, "x"))));
        assertThat(failure.extensions()).isUnmodifiable();
        assertThat(failure.withExtension("balance", 31)
                        .withViolation(ID)
                        .withHeader("A", "b")
                        .extensions())
                .hasSize(4)
                .containsEntry("balance", 31);
        assertThat(ApiException.forbidden("m").extensions()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "type",
                "title",
                "status",
                "detail",
                "instance",
                "code",
                "message",
                "documentation",
                "traceId",
                "details",
                "errors",
                "truncated"
            })
    void nameOfAnotherMemberIsNoExtension(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiException.forbidden("m").withExtension(name, 1))
                .withMessageContaining(name);
    }

    /** RFC 9457 section 3.2. */
    @ParameterizedTest
    @ValueSource(strings = {"", "ab", "1ab", "_ab", "a-b", "a.b", "a b", "a\"b", "caf\u00e9", "\u0430bc"})
    void nameThatOtherFormatsCannotHaveIsRejected(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiException.forbidden("m").withExtension(name, 1));
    }

    @Test
    void extensionsAreLimited() {
        ApiException failure = ApiException.forbidden("m");
        assertThat(failure.withExtension("a".repeat(64), "x".repeat(8_000)).extensions())
                .hasSize(1);
        for (Object value : List.of(
                "x".repeat(8_200),
                List.of("x".repeat(5_000), "x".repeat(5_000)),
                Map.of("x".repeat(8_200), 1),
                List.of(List.of(List.of(List.of(List.of(List.of(1)))))),
                BigInteger.ONE.shiftLeft(100_000),
                new BigDecimal(BigInteger.ONE.shiftLeft(100_000)),
                Double.NaN,
                Float.POSITIVE_INFINITY,
                new Object(),
                Duration.ZERO,
                Map.of(1, 2),
                ID)) {
            assertThatIllegalArgumentException().isThrownBy(() -> failure.withExtension("value", value));
        }
        assertThat(failure.withExtension("value", List.of(List.of(List.of(List.of(List.of(1))))))
                        .extensions())
                .hasSize(1);
        assertThatIllegalArgumentException().isThrownBy(() -> failure.withExtension("a".repeat(65), 1));
        ApiException full = failure;
        for (int i = 0; i < 20; i++) {
            full = full.withExtension("member" + i, i);
        }
        ApiException last = full;
        assertThatIllegalArgumentException().isThrownBy(() -> last.withExtension("member20", 20));
        assertThat(last.withExtension("member0", -1).extensions()).hasSize(20);
    }
}

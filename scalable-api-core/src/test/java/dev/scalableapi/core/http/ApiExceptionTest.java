package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
            out.writeObject(
                    ApiException.of(400, "CODE", "message").withViolation(ID).withHeader("A", "b"));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            ApiException copy = (ApiException) in.readObject();
            assertThat(copy.violations()).isEmpty();
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
}

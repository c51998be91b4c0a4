package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiExceptionTest {
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
        assertThat(ApiException.of(500, "CODE", "message").getStackTrace()).isNotEmpty();
    }

    @Test
    void copiesKeepAllParts() {
        Exception cause = new Exception("cause");
        ApiException failure = ApiException.of(405, "CODE", "message")
                .withCause(cause)
                .withParameter("name")
                .withHeader("Allow", "GET")
                .withHeader("X", "y")
                .withParameter("other");

        assertThat(failure.status()).isEqualTo(405);
        assertThat(failure.code()).isEqualTo("CODE");
        assertThat(failure.message()).isEqualTo("message");
        assertThat(failure.parameter()).contains("other");
        assertThat(failure.headers().first("allow")).contains("GET");
        assertThat(failure.headers().first("x")).contains("y");
        assertThat(failure).hasCause(cause);
        assertThat(failure.withCause(new Exception("later")).headers().size()).isEqualTo(2);
        assertThat(ApiException.of(400, "CODE", "message").parameter()).isEmpty();
    }

    @Test
    void serializedFailureLosesItsFieldsOnly() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(ApiException.of(400, "CODE", "message")
                    .withParameter("name")
                    .withHeader("A", "b"));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            ApiException copy = (ApiException) in.readObject();
            assertThat(copy.parameter()).contains("name");
            assertThat(copy.headers()).isEqualTo(Headers.empty());
            assertThat(copy.withHeader("C", "d").headers().size()).isEqualTo(1);
        }
    }
}

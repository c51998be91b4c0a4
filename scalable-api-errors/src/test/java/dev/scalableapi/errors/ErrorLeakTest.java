package dev.scalableapi.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.http.Violation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each failure in each representation: nothing secret in it, the trace id in it, and the problems as RFC 9457 has them. */
class ErrorLeakTest {
    private static final String SECRET = "hunter2";

    private final ErrorRenderer renderer = ErrorRenderer.builder()
            .exceptions(ExceptionMapper.builder()
                    .map(SQLException.class, failure -> ApiException.of(503, "UNAVAILABLE", "Try again later."))
                    .map(LinkageError.class, failure -> {
                        throw failure;
                    })
                    .map(UncheckedIOException.class, failure -> {
                        throw new IllegalStateException(SECRET, failure);
                    })
                    .build())
            .messages(ErrorMessages.builder(Locale.ENGLISH)
                    .add(Locale.GERMAN, Map.of("UNAVAILABLE", "Sp\u00e4ter.", "INTERNAL_SERVER_ERROR", "Fehler."))
                    .build())
            .build();
    private final ErrorFilter filter = ErrorFilter.of(renderer);

    @Test
    void nothingSecretIsToldAndEveryProblemIsOne() throws IOException {
        int problems = 0;
        for (Throwable failure : failures()) {
            for (String accept : List.of("*/*", "application/json", "application/problem+json", "text/html", ",;")) {
                for (String language : List.of("de", "en", "fr", "*;q=0", "\u00ff")) {
                    Headers fields = Headers.of("Accept", accept).with("Accept-Language", language);
                    ApiRequest request =
                            ApiRequest.builder("GET", "/").headers(fields).build();
                    ApiResponse response = answer(request, failure);
                    String text = text(response);
                    assertThat(text + fields(response))
                            .doesNotContain(SECRET, "SECRET", "Secret", "Exception", "java.", "SQL", "at dev.");
                    assertThat(text).contains(request.exchange().traceId());
                    assertThat(response.header("Content-Language")).isPresent();
                    if (response.header("Content-Type").orElseThrow().equals("application/problem+json")) {
                        JsonNode problem = new ObjectMapper().readTree(text);
                        ProblemRules.assertFollowedBy(problem);
                        assertThat(problem.get("status").intValue()).isEqualTo(response.status());
                        problems++;
                    }
                }
            }
        }
        System.out.println("Problems checked by the schema of RFC 9457, appendix A: " + problems);
        assertThat(problems).isEqualTo(5 * failures().size());
    }

    /** Shapes that make recursive descent deep, backtracking long, or copies many. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a(",
                "(",
                "[",
                "{\"a\":",
                "[{\"a\":",
                "\"\\",
                "\"",
                "a/b;x=\"",
                ";",
                ",",
                "a-",
                "-",
                "*",
                "de;q=",
                "\\",
                "%"
            })
    void endlessTextOverflowsNothing(String shape) {
        String endless = shape.repeat(100_000);
        Headers fields = Headers.of("Accept", endless).with("Accept-Language", endless);
        ApiRequest request = ApiRequest.builder("GET", "/").headers(fields).build();
        assertThat(answer(request, new IllegalStateException(endless)).status()).isEqualTo(500);
        for (String body : List.of(endless, endless.substring(0, 60_000), "{\"a\":" + endless.substring(0, 60_000))) {
            assertThat(ErrorReader.create()
                            .read(400, Optional.of("application/json"), body.getBytes(StandardCharsets.UTF_8))
                            .problem())
                    .isEqualTo(ApiProblem.builder(400).build());
        }
        assertThatIllegalArgumentException().isThrownBy(() -> ErrorCatalog.parse(endless));
    }

    private static List<Throwable> failures() {
        List<Throwable> failures = new ArrayList<>();
        SQLException cause = new SQLException(SECRET, SECRET);
        cause.setNextException(new SQLException(SECRET));
        failures.add(cause);
        failures.add(new CompletionException(SECRET, cause));
        failures.add(new InvocationTargetException(cause, SECRET));
        failures.add(new UncheckedIOException(SECRET, new IOException(SECRET)));
        failures.add(new SecretException());
        failures.add(new CompletionException(new IllegalStateException(SECRET, new SecretException())));
        failures.add(new IOException(SECRET, ApiException.of(400, "SECRET", SECRET)));
        failures.add(new StackOverflowError(SECRET));
        failures.add(new AssertionError(SECRET, cause));
        failures.add(new ExecutionException(SECRET, new NoClassDefFoundError(SECRET)));
        failures.add(new ApiProblemException(ApiProblem.builder(409)
                .type(URI.create("/" + SECRET))
                .title(SECRET)
                .detail(SECRET)
                .extension("code", SECRET)
                .build()));
        Throwable suppressing = new IllegalArgumentException(SECRET);
        suppressing.addSuppressed(ApiException.of(400, "SECRET", SECRET));
        failures.add(suppressing);
        for (ErrorCode code : ErrorCatalog.library().codes()) {
            ApiException told = code.exception().withCause(new SecretException());
            told.addSuppressed(new SecretException());
            failures.add(told);
            failures.add(told.withViolations(List.of(Violation.body("/a", "Wrong."), Violation.query("b", "Odd."))));
        }
        return failures;
    }

    private ApiResponse answer(ApiRequest request, Throwable failure) {
        return ApiPipeline.of(asked -> CompletableFuture.failedFuture(failure), filter)
                .handle(request)
                .toCompletableFuture()
                .join();
    }

    private static String fields(ApiResponse response) {
        StringBuilder fields = new StringBuilder();
        response.headers().forEach((name, value) -> fields.append(name).append(value));
        return fields.toString();
    }

    private static String text(ApiResponse response) {
        return new String(response.body().bytes(99_999).toCompletableFuture().join(), StandardCharsets.UTF_8);
    }

    private static final class SecretException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        SecretException() {
            super(SECRET, new IllegalStateException(SECRET));
            addSuppressed(new IllegalStateException(SECRET));
        }
    }
}

package dev.scalableapi.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.http.Violation;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorRendererTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final Headers PROBLEM = Headers.of("Accept", "application/problem+json");
    private final ApiException badPage = ApiException.of(400, "INVALID_PARAMETER", "It must be an integer.")
            .withViolations(
                    List.of(Violation.query("page", "It must be an integer."), Violation.body("/a~1b/0", "Wrong.")));

    private final ErrorRenderer renderer = ErrorRenderer.create();

    @Test
    void envelopeHasTheDocumentedForm() {
        ApiResponse response = renderer.response(badPage, Headers.empty(), TRACE);
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.header("Content-Type")).contains("application/json");
        assertThat(text(response))
                .isEqualTo(
                        "{\"error\":{\"code\":\"INVALID_PARAMETER\",\"message\":\"It must be an integer.\","
                                + "\"documentation\":\"/docs/errors#INVALID_PARAMETER\",\"traceId\":\"" + TRACE + "\","
                                + "\"details\":[{\"location\":\"query\",\"parameter\":\"page\",\"message\":\"It must be an integer.\"},{\"location\":\"body\",\"pointer\":\"/a~1b/0\",\"message\":\"Wrong.\"}]}}");
    }

    @Test
    void problemHasTheMembersOfTheRfcAndItsExtensions() {
        ApiResponse response = renderer.response(badPage, PROBLEM, TRACE);
        assertThat(response.header("Content-Type")).contains("application/problem+json");
        assertThat(text(response))
                .isEqualTo(
                        "{\"type\":\"/docs/errors#INVALID_PARAMETER\",\"title\":\"Invalid parameter\","
                                + "\"status\":400,\"detail\":\"It must be an integer.\",\"code\":\"INVALID_PARAMETER\","
                                + "\"traceId\":\"" + TRACE + "\","
                                + "\"errors\":[{\"location\":\"query\",\"parameter\":\"page\",\"message\":\"It must be an integer.\"},{\"location\":\"body\",\"pointer\":\"/a~1b/0\",\"message\":\"Wrong.\"}]}");
    }

    @Test
    void membersWithoutValueAreLeftOut() {
        ApiException failure = ApiException.of(404, "RESOURCE_NOT_FOUND", "No.");
        assertThat(names(
                        tree(renderer.response(failure, Headers.empty(), TRACE)).get("error")))
                .containsExactly("code", "message", "documentation", "traceId");
        assertThat(names(tree(renderer.response(failure, PROBLEM, TRACE))))
                .containsExactly("type", "title", "status", "detail", "code", "traceId");
    }

    @Test
    void fieldsOfTheFailureAreKeptAndTheAnswerIsNotStored() {
        ApiException failure = ApiException.of(405, "METHOD_NOT_ALLOWED", "No.")
                .withHeader("Allow", "GET")
                .withHeader("Vary", "Origin")
                .withHeader("content-type", "text/html")
                .withHeader("Cache-Control", "max-age=9");
        ApiResponse response = renderer.response(failure, Headers.empty(), TRACE);
        assertThat(response.header("Allow")).contains("GET");
        assertThat(response.headers().all("Vary")).containsExactly("Origin, Accept");
        assertThat(response.headers().all("Content-Type")).containsExactly("application/json");
        assertThat(response.headers().all("Cache-Control")).containsExactly("no-store");
    }

    @Test
    void wrappedFailureIsUnwrapped() {
        Throwable wrapped = new CompletionException(new CompletionException(badPage));
        assertThat(renderer.response(wrapped, Headers.empty(), TRACE))
                .extracting(ApiResponse::status)
                .isEqualTo(400);
    }

    @Test
    void failureInsideAnotherFailureIsNotShown() {
        Throwable other = new IllegalStateException("hunter2", badPage);
        ApiResponse response = renderer.response(other, Headers.empty(), TRACE);
        assertThat(response.status()).isEqualTo(500);
        assertThat(tree(response).at("/error/code").asText()).isEqualTo("INTERNAL_SERVER_ERROR");
    }

    @Test
    void documentationCanStandElsewhere() {
        ErrorRenderer own = ErrorRenderer.builder()
                .documentation(URI.create("https://example.org/errors/"))
                .build();
        JsonNode problem = tree(own.response(ApiException.of(400, "A B\"<\u00e9", "m"), PROBLEM, TRACE));
        assertThat(problem.get("type").asText()).isEqualTo("https://example.org/errors/A%20B%22%3C%C3%A9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/docs/errors", "https://example.org/errors.html"})
    void documentationIsSetApartFromTheCode(String page) {
        ErrorRenderer.Builder builder = ErrorRenderer.builder();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.documentation(URI.create(page)));
        assertThat(builder.documentation(URI.create("/errors?code="))).isSameAs(builder);
    }

    @Test
    void anyTextIsWrittenAsValidJson() {
        ApiException odd = ApiException.of(500, "", "\ud800 \u0000 \" \\ \u2028 \udc00 \n")
                .withViolation(Violation.header("\udfff", "\u0000"));
        for (Headers accept : List.of(Headers.empty(), PROBLEM)) {
            assertThat(tree(renderer.response(odd, accept, "\ud800")).size()).isPositive();
        }
    }

    @Test
    void moreViolationsThanAreToldAreOwnedUp() {
        List<Violation> all = new ArrayList<>();
        for (int i = 0; i < 101; i++) {
            all.add(Violation.body("/items/" + i, "Wrong."));
        }
        ApiException failure = ApiException.of(400, "INVALID_PARAMETER", "No.");
        JsonNode cut = tree(renderer.response(failure.withViolations(all), Headers.empty(), TRACE));
        assertThat(cut.at("/error/details")).hasSize(100);
        assertThat(cut.at("/error/truncated").asBoolean()).isTrue();
        assertThat(tree(renderer.response(failure.withViolations(all), PROBLEM, TRACE))
                        .get("truncated")
                        .asBoolean())
                .isTrue();
        JsonNode whole = tree(renderer.response(failure.withViolations(all.subList(0, 100)), PROBLEM, TRACE));
        assertThat(whole.get("errors")).hasSize(100);
        assertThat(whole.has("truncated")).isFalse();
        ErrorRenderer brief = ErrorRenderer.builder().maxViolations(1).build();
        assertThat(tree(brief.response(failure.withViolations(all), PROBLEM, TRACE))
                        .get("errors"))
                .hasSize(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ErrorRenderer.builder().maxViolations(0));
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static JsonNode tree(ApiResponse response) {
        try {
            return new ObjectMapper().readTree(text(response));
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(ApiResponse response) {
        return StandardCharsets.UTF_8
                .decode(((Body.Bytes) response.body()).buffer())
                .toString();
    }
}

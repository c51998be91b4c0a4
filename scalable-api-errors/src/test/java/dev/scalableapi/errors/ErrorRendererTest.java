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
import java.util.Map;
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
                                + "\"traceId\":\"" + TRACE + "\","
                                + "\"details\":[{\"location\":\"query\",\"parameter\":\"page\",\"message\":\"It must be an integer.\"},{\"location\":\"body\",\"pointer\":\"/a~1b/0\",\"message\":\"Wrong.\"}]}}");
    }

    @Test
    void problemHasTheMembersOfTheRfcAndItsExtensions() {
        ApiResponse response = renderer.response(badPage, PROBLEM, TRACE);
        assertThat(response.header("Content-Type")).contains("application/problem+json");
        assertThat(text(response))
                .isEqualTo(
                        "{\"type\":\"about:blank\",\"title\":\"Bad Request\","
                                + "\"status\":400,\"detail\":\"It must be an integer.\",\"code\":\"INVALID_PARAMETER\","
                                + "\"traceId\":\"" + TRACE + "\","
                                + "\"errors\":[{\"location\":\"query\",\"parameter\":\"page\",\"message\":\"It must be an integer.\"},{\"location\":\"body\",\"pointer\":\"/a~1b/0\",\"message\":\"Wrong.\"}]}");
    }

    @Test
    void membersWithoutValueAreLeftOut() {
        ApiException failure = ApiException.of(404, "RESOURCE_NOT_FOUND", "No.");
        assertThat(names(
                        tree(renderer.response(failure, Headers.empty(), TRACE)).get("error")))
                .containsExactly("code", "message", "traceId");
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

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/problem+json"})
    void noLinkIsWrittenUnlessAPageIsConfigured(String accept) {
        Headers request = Headers.of("Accept", accept);
        for (ErrorCode code : ErrorCatalog.library().codes()) {
            assertThat(text(renderer.response(code.exception(), request, TRACE)))
                    .doesNotContain("docs", "documentation");
        }
        ErrorRenderer linking = ErrorRenderer.builder()
                .documentation(URI.create("/docs/errors#"))
                .build();
        assertThat(text(linking.response(badPage, request, TRACE))).contains("\"/docs/errors#INVALID_PARAMETER\"");
    }

    @Test
    void codeWithItsOwnPageIsLinkedWithoutAPageForAllCodes() {
        ErrorRenderer own =
                ErrorRenderer.builder().catalog(ErrorCatalog.parse("""
                        {"A":{"status":400,"message":"m","documentation":"https://example.org/a"},
                         "B":{"status":400,"message":"m"}}""")).build();
        assertThat(tree(own.response(ApiException.of(400, "A", "m"), Headers.empty(), TRACE))
                        .at("/error/documentation")
                        .asText())
                .isEqualTo("https://example.org/a");
        assertThat(tree(own.response(ApiException.of(400, "A", "m"), PROBLEM, TRACE))
                        .get("type")
                        .asText())
                .isEqualTo("https://example.org/a");
        assertThat(text(own.response(ApiException.of(400, "B", "m"), Headers.empty(), TRACE)))
                .doesNotContain("documentation");
    }

    /** RFC 9457 section 4.2.1. */
    @Test
    void titleIsThatOfTheStatusUnlessTheTypeIsAnother() {
        ErrorRenderer linking = ErrorRenderer.builder()
                .documentation(URI.create("/docs/errors#"))
                .build();
        assertThat(tree(renderer.response(badPage, PROBLEM, TRACE)).get("title").asText())
                .isEqualTo("Bad Request");
        assertThat(tree(linking.response(badPage, PROBLEM, TRACE)).get("title").asText())
                .isEqualTo("Invalid parameter");
    }

    @Test
    void libraryAndApplicationCodesCanHaveTypesOfTheirOwn() {
        ErrorRenderer own = ErrorRenderer.builder()
                .documentation(URI.create("/docs/errors#"))
                .catalog(ErrorCatalog.library().with(ErrorCatalog.parse("""
                        {"OWN":{"status":400,"message":"m","title":"My own"}}""")))
                .type("RATE_LIMITED", URI.create("https://example.com/problems/rate-limited"))
                .type("OWN", URI.create("urn:example:own"))
                .build();
        JsonNode limited = tree(own.response(ApiException.of(429, "RATE_LIMITED", "m"), PROBLEM, TRACE));
        assertThat(limited.get("type").asText()).isEqualTo("https://example.com/problems/rate-limited");
        assertThat(limited.get("title").asText()).isEqualTo("Rate limited");
        JsonNode ours = tree(own.response(ApiException.of(400, "OWN", "m"), PROBLEM, TRACE));
        assertThat(ours.get("type").asText()).isEqualTo("urn:example:own");
        assertThat(ours.get("title").asText()).isEqualTo("My own");
        assertThat(tree(own.response(badPage, PROBLEM, TRACE)).get("type").asText())
                .isEqualTo("/docs/errors#INVALID_PARAMETER");
        assertThat(tree(own.response(ApiException.of(400, "OWN", "m"), Headers.empty(), TRACE))
                        .at("/error/documentation")
                        .asText())
                .isEqualTo("/docs/errors#OWN");
    }

    @Test
    void typeOfAnUnknownOrRepeatedCodeFailsAtStart() {
        ErrorRenderer.Builder builder =
                ErrorRenderer.builder().type("RATE_LIMTED", URI.create("urn:a")).type("B", URI.create("urn:b"));
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageContaining("[B, RATE_LIMTED]")
                .withMessageContaining("catalog");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.type("B", URI.create("urn:c")));
    }

    @Test
    void problemsCanBeTheDefaultForAllResponses() {
        ErrorRenderer problems =
                ErrorRenderer.builder().defaultFormat(ErrorFormat.PROBLEM).build();
        for (Headers request : List.of(
                Headers.empty(),
                Headers.of("Accept", "application/json"),
                Headers.of("Accept", "text/html, */*;q=0.1"),
                Headers.of("Accept", "image/png"),
                PROBLEM)) {
            ApiResponse response = problems.response(badPage, request, TRACE);
            assertThat(response.header("Content-Type")).contains("application/problem+json");
            assertThat(tree(response).get("status").asInt()).isEqualTo(400);
            assertThat(response.header("Vary")).contains("Accept");
        }
        Headers envelope = Headers.of("Accept", "application/json, application/problem+json;q=0.5");
        assertThat(problems.response(badPage, envelope, TRACE).header("Content-Type"))
                .contains("application/json");
    }

    @Test
    void extensionsAreMembersOfBothForms() {
        ApiException failure = ApiException.of(403, "OUT_OF_CREDIT", "No credit.")
                .withExtension("balance", 30)
                .withExtension("accounts", List.of("/account/1"))
                .withViolation(Violation.query("q", "Odd."));
        assertThat(text(renderer.response(failure, Headers.empty(), "0")))
                .isEqualTo("{\"error\":{\"code\":\"OUT_OF_CREDIT\",\"message\":\"No credit.\",\"traceId\":\"0\","
                        + "\"details\":[{\"location\":\"query\",\"parameter\":\"q\",\"message\":\"Odd.\"}],"
                        + "\"balance\":30,\"accounts\":[\"/account/1\"]}}");
        assertThat(text(renderer.response(failure, PROBLEM, "0")))
                .isEqualTo("{\"type\":\"about:blank\",\"title\":\"Forbidden\",\"status\":403,"
                        + "\"detail\":\"No credit.\",\"code\":\"OUT_OF_CREDIT\",\"traceId\":\"0\","
                        + "\"errors\":[{\"location\":\"query\",\"parameter\":\"q\",\"message\":\"Odd.\"}],"
                        + "\"balance\":30,\"accounts\":[\"/account/1\"]}");
    }

    @Test
    void keyAndParametersOfAViolationAreMembersOfIt() {
        ApiException failure = ApiException.of(
                400,
                "INVALID_PARAMETER",
                Violation.query("page", "From 1 to 9.").withKey("page.range", Map.of("min", 1, "max", 9)));
        assertThat(tree(renderer.response(failure, PROBLEM, "0"))
                        .at("/errors/0")
                        .toString())
                .isEqualTo("{\"location\":\"query\",\"parameter\":\"page\",\"message\":\"From 1 to 9.\","
                        + "\"key\":\"page.range\",\"parameters\":{\"max\":9,\"min\":1}}");
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

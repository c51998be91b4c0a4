package dev.scalableapi.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.http.Violation;
import dev.scalableapi.testkit.TestSeed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorReaderTest {
    private final ErrorReader reader = ErrorReader.create();

    @Test
    void problemOfAnotherServerIsRead() {
        ApiProblem problem = read("""
                {"type":"https://example.com/probs/out-of-credit","title":"No credit.","status":500,
                 "detail":"Your current balance is 30.","instance":"/account/1","balance":30,"rate":0.25,
                 "accounts":["/account/1",{"deep":[true,null]}],"nothing":null}""");
        assertThat(problem.type()).hasToString("https://example.com/probs/out-of-credit");
        assertThat(problem.title()).isEqualTo("No credit.");
        assertThat(problem.status()).isEqualTo(403);
        assertThat(problem.detail()).isEqualTo("Your current balance is 30.");
        assertThat(problem.instance()).isEqualTo(URI.create("/account/1"));
        assertThat(problem.extensions())
                .containsOnly(
                        Map.entry("balance", 30),
                        Map.entry("rate", new BigDecimal("0.25")),
                        Map.entry("accounts", List.of("/account/1", Map.of("deep", List.of(true)))));
    }

    @Test
    void membersOfTheWrongTypeCountAsAbsent() {
        ApiProblem problem = read("""
                {"type":7,"title":["x"],"status":"x","detail":{"a":1},"instance":":not a uri","error":"x"}""");
        assertThat(problem)
                .isEqualTo(ApiProblem.builder(403).extension("error", "x").build());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "text/html        | <h1>Forbidden</h1>",
                "none             | {\"title\":\"x\"}",
                "/;               | {\"title\":\"x\"}",
                "text/plain       | {\"title\":\"x\"}",
                "application/json | {\"title\":\"x\"",
                "application/json | {\"title\":\"x\"} {}",
                "application/json | ''",
                "application/json | [{\"title\":\"x\"}]",
                "application/json | \"x\"",
                "application/json | null",
                "application/json | {\"error\":{\"message\":{}}, \"error\":null}",
                "application/json | {\"type\":\"a b\",\"title\":null}",
            })
    void answerThatSaysNoMoreIsNamedByItsStatus(String contentType, String body) {
        ApiProblem problem = reader.read(403, Optional.ofNullable(contentType), body.getBytes(StandardCharsets.UTF_8))
                .problem();
        assertThat(problem).isEqualTo(ApiProblem.builder(403).build());
    }

    @Test
    void problemIsNeverTakenForAnEnvelope() {
        ApiProblem problem = read("{\"title\":\"x\",\"error\":{\"code\":\"C\",\"message\":\"m\"}}");
        assertThat(problem)
                .isEqualTo(ApiProblem.builder(403)
                        .title("x")
                        .extension("error", Map.of("code", "C", "message", "m"))
                        .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0e99999999999", "1e99999999999", "-1E-99999999999"})
    void numberThatNothingCanHoldMakesTheBodyUnknown(String number) {
        assertThat(read("{\"title\":\"x\",\"a\":[" + number + "]}"))
                .isEqualTo(ApiProblem.builder(403).build());
    }

    @Test
    void statusThatHttpDoesNotHaveIsAServerError() {
        assertThat(reader.read(999, Optional.empty(), new byte[0]).problem())
                .isEqualTo(ApiProblem.builder(500).build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/problem+json"})
    void ourOwnErrorsAreReadInBothForms(String accept) {
        ApiException failure = ApiException.of(409, "USERNAME_TAKEN", "This username is taken.")
                .withViolations(List.of(Violation.body("/username", "Taken."), Violation.query("q", "Odd.")));
        ErrorRenderer renderer = ErrorRenderer.builder()
                .documentation(URI.create("/docs/errors#"))
                .maxViolations(1)
                .build();
        ApiResponse response = renderer.response(failure, Headers.of("Accept", accept), "0123");
        byte[] body = response.body().bytes(9999).toCompletableFuture().join();

        ApiProblem problem = reader.read(response.status(), response.header("Content-Type"), body)
                .problem();

        assertThat(problem.status()).isEqualTo(409);
        assertThat(problem.type()).hasToString("/docs/errors#USERNAME_TAKEN");
        assertThat(problem.detail()).isEqualTo("This username is taken.");
        assertThat(problem.extensions())
                .containsOnly(
                        Map.entry("code", "USERNAME_TAKEN"),
                        Map.entry("traceId", "0123"),
                        Map.entry("truncated", true),
                        Map.entry(
                                "errors",
                                List.of(Map.of("location", "body", "pointer", "/username", "message", "Taken."))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/problem+json"})
    void extensionsKeysAndParametersAreReadBack(String accept) {
        List<Violation> violations = List.of(
                Violation.query("page", "From 1 to 9.").withKey("page.range", Map.of("min", 1, "max", 9)),
                Violation.body("/a", "Odd.").withKey("odd"),
                Violation.header("If-Match", "Missing."));
        ApiException failure = ApiException.of(400, "CODE", "m")
                .withViolations(violations)
                .withExtension("balance", 30)
                .withExtension("accounts", List.of("/account/1"));
        ApiResponse response = ErrorRenderer.create().response(failure, Headers.of("Accept", accept), "0");
        byte[] body = response.body().bytes(9999).toCompletableFuture().join();

        ApiProblem problem = reader.read(response.status(), response.header("Content-Type"), body)
                .problem();

        assertThat(problem.violations()).isEqualTo(violations);
        assertThat(problem.extensions())
                .containsEntry("balance", 30)
                .containsEntry("accounts", List.of("/account/1"))
                .containsEntry("code", "CODE")
                .containsOnlyKeys("code", "traceId", "errors", "balance", "accounts");
    }

    @Test
    void whatIsNoViolationIsLeftOut() {
        ApiProblem problem = read("""
                {"errors":[7,"x",null,{},{"location":"body","message":"m"},{"location":"body","pointer":"a","message":"m"},
                 {"location":"moon","parameter":"a","message":"m"},{"location":"query","parameter":"a","message":7},
                 {"location":"query","parameter":"a","message":"m","key":"a b"},
                 {"location":"query","parameter":"a","message":"m","key":"k","parameters":{"a b":1}},
                 {"location":"query","parameter":"a","message":"m","key":7,"parameters":[1]},
                 {"location":"path","parameter":"b","message":"m","key":"k","parameters":"x"}]}""");
        assertThat(problem.violations())
                .containsExactly(
                        Violation.query("a", "m"), Violation.path("b", "m").withKey("k"));
        assertThat(read("{\"errors\":{\"a\":1}}").violations()).isEmpty();
        assertThat(read("{}").violations()).isEmpty();
        assertThat(ApiProblem.builder(400)
                        .extension("errors", List.of(Violation.query("a", "m")))
                        .build()
                        .violations())
                .containsExactly(Violation.query("a", "m"));
    }

    @Test
    void memberOfAnEnvelopeThatProblemsHaveIsNoExtension() {
        byte[] body = "{\"error\":{\"code\":\"C\",\"message\":\"m\",\"errors\":7,\"type\":\"t\",\"status\":1}}"
                .getBytes(StandardCharsets.UTF_8);
        assertThat(reader.read(403, Optional.of("application/json"), body)
                        .problem()
                        .extensions())
                .isEqualTo(Map.of("code", "C"));
    }

    @Test
    void sizeAndDepthAreBounded() {
        String padding = " ".repeat((64 << 10) - 13);
        assertThat(read("{\"title\":\"x\"}" + padding).title()).isEqualTo("x");
        assertThat(read("{\"title\":\"x\"} " + padding).title()).isEqualTo("Forbidden");
        assertThat(read("{\"title\":\"x\",\"a\":" + "[".repeat(29) + "]".repeat(29) + "}")
                        .title())
                .isEqualTo("x");
        assertThat(read("{\"title\":\"x\",\"a\":" + "[".repeat(30) + "]".repeat(30) + "}")
                        .title())
                .isEqualTo("Forbidden");
        assertThat(read("{\"title\":\"x\",\"a\":" + "9".repeat(1001) + "}").title())
                .isEqualTo("Forbidden");
    }

    @Test
    void anyBytesGiveAProblem() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        String base = "{\"type\":\"/a\",\"error\":{\"code\":\"C\",\"details\":[1.5e9,{\"a\":null}]},\"x\":true}";
        for (int i = 0; i < 20_000; i++) {
            byte[] body = base.getBytes(StandardCharsets.UTF_8);
            for (int j = random.nextInt(4); j >= 0; j--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            assertThat(reader.read(503, Optional.of("application/json"), body)
                            .problem()
                            .toJson())
                    .as("seed %d", seed)
                    .startsWith("{\"type\":");
        }
    }

    @Test
    void exceptionShowsTheStatusAlone() {
        ApiProblemException failure = reader.read(
                502, Optional.of("application/json"), "{\"title\":\"hunter2\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(failure)
                .hasToString("dev.scalableapi.errors.ApiProblemException: The answer was an error of status 502");
        assertThatIllegalArgumentException().isThrownBy(() -> reader.read(200, Optional.empty(), new byte[0]));
    }

    @Test
    void serializedExceptionKeepsTheStatusAlone() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new ApiProblemException(read("{\"title\":\"x\"}")));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(((ApiProblemException) in.readObject()).problem())
                    .isEqualTo(ApiProblem.builder(403).build());
        }
    }

    private ApiProblem read(String json) {
        return reader.read(403, Optional.of("application/problem+json"), json.getBytes(StandardCharsets.UTF_8))
                .problem();
    }
}

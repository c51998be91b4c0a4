package dev.scalableapi.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.http.Violation;
import dev.scalableapi.testkit.TestSeed;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiProblemTest {
    @Test
    void problemWithoutTypeIsNamedByItsStatus() {
        assertThat(ApiProblem.builder(404).build().toJson())
                .isEqualTo("{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404}");
        for (int status = 400; status < 600; status++) {
            assertThat(ApiProblem.builder(status).build().title()).isNotEmpty();
        }
        assertThat(ApiProblem.builder(499).build().title()).isEqualTo("Client Error");
        assertThat(ApiProblem.builder(599).build().title()).isEqualTo("Server Error");
    }

    @Test
    void membersAreWrittenInOrder() {
        ApiProblem problem = ApiProblem.builder(403)
                .type(URI.create("https://example.com/probs/out-of-credit"))
                .title("You do not have enough credit.")
                .detail("Your current balance is 30, but that costs 50.")
                .instance(URI.create("/account/12345/msgs/abc"))
                .extension("balance", 30)
                .extension("limit", new BigDecimal("0.10"))
                .extension("fatal", false)
                .extension("accounts", List.of("/account/12345", Map.of("a", 1.5)))
                .extension(
                        "errors",
                        List.of(
                                Violation.body("/a", "1"),
                                Violation.query("b", "2"),
                                Violation.header("c", "3"),
                                Violation.path("d", "4")))
                .build();
        assertThat(problem.toJson())
                .isEqualTo("{\"type\":\"https://example.com/probs/out-of-credit\","
                        + "\"title\":\"You do not have enough credit.\",\"status\":403,"
                        + "\"detail\":\"Your current balance is 30, but that costs 50.\","
                        + "\"instance\":\"/account/12345/msgs/abc\",\"balance\":30,\"limit\":0.10,\"fatal\":false,"
                        + "\"accounts\":[\"/account/12345\",{\"a\":1.5}],"
                        + "\"errors\":[{\"location\":\"body\",\"pointer\":\"/a\",\"message\":\"1\"},"
                        + "{\"location\":\"query\",\"parameter\":\"b\",\"message\":\"2\"},"
                        + "{\"location\":\"header\",\"parameter\":\"c\",\"message\":\"3\"},"
                        + "{\"location\":\"path\",\"parameter\":\"d\",\"message\":\"4\"}]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"type", "title", "status", "detail", "instance"})
    void standardMemberIsNoExtension(String name) {
        ApiProblem.Builder builder = ApiProblem.builder(400).extension(name, "x");
        assertThatIllegalArgumentException().isThrownBy(builder::build);
    }

    @ParameterizedTest
    @CsvSource({
        "/caf\u00e9?n=\u20ac#\u00fc,              /caf%C3%A9?n=%E2%82%AC#%C3%BC",
        "/a?b[]=1#c[2],                          /a?b%5B%5D=1#c%5B2%5D",
        "http://[::1]:80/a?b[]=1,                http://[::1]:80/a?b%5B%5D=1",
        "//us\u00e9r@[::1]/?[,                   //us%C3%A9r@[::1]/?%5B",
        "urn:example:a[1],                       urn:example:a%5B1%5D",
        "/a%20b%C3%A9?c=d%5B#e,                  /a%20b%C3%A9?c=d%5B#e",
        "/\ud83d\ude00,                          /%F0%9F%98%80",
        "/\ud800x,                               /?x",
    })
    void referencesAreWrittenAsUris(URI given, String written) throws JsonProcessingException {
        JsonNode problem = new JsonMapper()
                .readTree(ApiProblem.builder(400)
                        .type(given)
                        .instance(given)
                        .build()
                        .toJson());
        assertThat(problem.get("type").textValue()).isEqualTo(written);
        assertThat(problem.get("instance").textValue()).isEqualTo(written);
        ErrorEnvelope envelope = new ErrorEnvelope("CODE", "m", given, "0", List.of(), false);
        assertThat(envelope.toJson()).contains("\"" + written + "\"");
    }

    @Test
    void everyProblemFollowsTheSchema() throws JsonProcessingException {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        int problems = 0;
        for (int i = 0; i < 5_000; i++) {
            ApiProblem.Builder problem = ApiProblem.builder(400 + random.nextInt(200));
            reference(random).ifPresent(problem::type);
            reference(random).ifPresent(problem::instance);
            String text =
                    problem.extension("a", i).detail("\u0000\ud800\"").build().toJson();
            assertThatCode(() -> ProblemRules.assertFollowedBy(new JsonMapper().readTree(text)))
                    .as("seed %d: %s", seed, text)
                    .doesNotThrowAnyException();
            problems++;
        }
        System.out.println("Random problems checked by the schema of RFC 9457, appendix A: " + problems);
    }

    private static Optional<URI> reference(Random random) {
        List<String> starts = List.of("", "/", "//a.example/", "http://[::1]/", "urn:a:", "?", "#", "a/");
        String alphabet = "ab1-._~:/?#[]@!$&'()*+,;=%20\u00e9\u20ac\ud83d\ude00\"<>\\^`{|} ";
        StringBuilder text = new StringBuilder(starts.get(random.nextInt(starts.size())));
        for (int j = random.nextInt(8); j > 0; j--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        try {
            return Optional.of(new URI(text.toString()))
                    .filter(uri -> uri.getRawAuthority() == null || uri.getHost() != null);
        } catch (URISyntaxException malformed) {
            return Optional.empty();
        }
    }

    @Test
    @SuppressWarnings("NullAway")
    void memberThatEveryErrorHasIsNotNull() {
        URI page = URI.create("/");
        assertThatNullPointerException().isThrownBy(() -> new ApiProblem(null, "t", 400, null, null, Map.of()));
        assertThatNullPointerException().isThrownBy(() -> new ApiProblem(page, null, 400, null, null, Map.of()));
        assertThatNullPointerException().isThrownBy(() -> new ErrorEnvelope(null, "m", page, "0", List.of(), false));
        assertThatNullPointerException().isThrownBy(() -> new ErrorEnvelope("C", null, page, "0", List.of(), false));
        assertThatNullPointerException().isThrownBy(() -> new ErrorEnvelope("C", "m", page, null, List.of(), false));
    }

    @Test
    void extensionOfAnEnvelopeHasNoNameOfAnotherMember() {
        for (String taken : List.of("code", "message", "traceId", "details", "type", "errors", "status")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new ErrorEnvelope("C", "m", null, "0", List.of(), false, Map.of(taken, 1)))
                    .withMessageContaining(taken);
        }
        ErrorEnvelope envelope = new ErrorEnvelope("C", "m", null, "0", List.of(), true, Map.of("balance", 30));
        assertThat(envelope.toJson())
                .isEqualTo("{\"error\":{\"code\":\"C\",\"message\":\"m\",\"traceId\":\"0\","
                        + "\"truncated\":true,\"balance\":30}}");
        assertThat(envelope.toProblem(409).toJson())
                .isEqualTo("{\"type\":\"about:blank\",\"title\":\"Conflict\",\"status\":409,\"detail\":\"m\","
                        + "\"code\":\"C\",\"traceId\":\"0\",\"truncated\":true,\"balance\":30}");
    }

    @Test
    void extensionIsGivenOnceAndIsJson() {
        ApiProblem.Builder builder = ApiProblem.builder(400).extension("a", "x");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.extension("a", "y"));
        for (Object odd : List.of(new Object(), Double.NaN, Float.POSITIVE_INFINITY, Map.of(1, 2), List.of('c'))) {
            assertThatIllegalArgumentException().isThrownBy(() -> with(odd).build());
        }
    }

    @Test
    void extensionsAreCopiedDeeplyAndNotToBeChanged() {
        List<Object> list = new ArrayList<>(List.of("x"));
        Map<String, Object> map = new LinkedHashMap<>(Map.of("list", list));
        ApiProblem problem = with(map).build();
        list.add("hunter2");
        map.put("more", "hunter2");
        assertThat(problem.toJson()).doesNotContain("hunter2");
        Map<?, ?> copy = (Map<?, ?>) Objects.requireNonNull(problem.extensions().get("odd"));
        List<?> inner = (List<?>) Objects.requireNonNull(copy.get("list"));
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(copy::clear);
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(inner::clear);
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(problem.extensions()::clear);
    }

    @Test
    void extensionsNestThirtyTwoLevels() {
        Object nested = "x";
        for (int i = 0; i < 32; i++) {
            nested = List.of(nested);
        }
        assertThat(with(nested).build().toJson()).contains("[\"x\"]");
        Object deeper = List.of(nested);
        assertThatIllegalArgumentException().isThrownBy(() -> with(deeper).build());
    }

    @ParameterizedTest
    @CsvSource({
        "407,Proxy Authentication Required",
        "416,Range Not Satisfiable",
        "426,Upgrade Required",
        "451,Unavailable For Legal Reasons",
        "505,HTTP Version Not Supported",
        "507,Insufficient Storage"
    })
    void statusIsNamedAsRegistered(int status, String phrase) {
        assertThat(ApiProblem.builder(status).build().title()).isEqualTo(phrase);
    }

    /** As Jackson does, which escapes the same characters in the same way; both forms are the same. */
    @Test
    void anyTextIsWrittenAsJacksonWritesIt() throws JsonProcessingException {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        JsonMapper jackson = new JsonMapper();
        for (int i = 0; i < 20_000; i++) {
            String text = random.ints(random.nextInt(i % 100 == 0 ? 2000 : 20), 0, i % 2 == 0 ? 0x80 : 0x11000)
                    .filter(c -> c < 0xd800 || c > 0xdfff)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            ApiProblem problem =
                    with(List.of(text, Map.of(text, List.of()))).title(text).build();
            Map<String, Object> same = new LinkedHashMap<>();
            same.put("type", "about:blank");
            same.put("title", text);
            same.put("status", 400);
            same.putAll(problem.extensions());
            assertThat(problem.toJson()).as("seed %d", seed).isEqualTo(jackson.writeValueAsString(same));
            assertThat(problem.toJsonBytes())
                    .as("seed %d", seed)
                    .isEqualTo(problem.toJson().getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void mapperWritesTheSame() throws JsonProcessingException {
        ApiProblem problem = with("x").build();
        ErrorEnvelope envelope = new ErrorEnvelope("CODE", "m", URI.create("/"), "0", List.of(), false);
        JsonMapper jackson = new JsonMapper();
        assertThat(jackson.writeValueAsString(problem)).isEqualTo(problem.toJson());
        assertThat(jackson.writeValueAsString(envelope)).isEqualTo(envelope.toJson());
        assertThat(jackson.writeValueAsString(List.of(problem, envelope)))
                .isEqualTo("[" + problem.toJson() + "," + envelope.toJson() + "]");
    }

    @Test
    void textOfAnyLengthIsWritten() {
        for (int length : List.of(500, 511, 512, 1024, 100_000)) {
            String text = "a".repeat(length);
            assertThat(ApiProblem.builder(400).title(text).build().toJson())
                    .isEqualTo("{\"type\":\"about:blank\",\"title\":\"" + text + "\",\"status\":400}");
        }
    }

    @Test
    void numbersAreWrittenAsTheyAre() {
        List<Object> numbers = List.of(
                (byte) 1, (short) -2, 3L, 1.5f, -2.5e-9, new BigDecimal("1e400"), new BigInteger("9".repeat(30)));
        assertThat(with(numbers).build().toJson())
                .contains("[1,-2,3,1.5,-2.5E-9,1E+400,999999999999999999999999999999]");
    }

    @Test
    void partOfASurrogatePairBecomesAQuestionMark() {
        ApiProblem problem = with("a\ud800b").build();
        assertThat(problem.toJson()).contains("\"a?b\"");
        assertThat(problem.toJsonBytes()).isEqualTo(problem.toJson().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void extensionsAreAMapInOrder() {
        ApiProblem problem = with(1).extension("b", 2).build();
        assertThat(problem.extensions()).containsExactly(Map.entry("odd", 1), Map.entry("b", 2));
        assertThat(problem.extensions()).isEqualTo(Map.of("b", 2, "odd", 1)).doesNotContainKey("c");
        Iterator<?> entries = problem.extensions().entrySet().iterator();
        entries.next();
        entries.next();
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(entries::next);
        Map.Entry<String, Object> first =
                problem.extensions().entrySet().iterator().next();
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> first.setValue(3));
        ApiProblem same = new ApiProblem(problem.type(), problem.title(), 400, null, null, problem.extensions());
        assertThat(same).isEqualTo(problem).hasSameHashCodeAs(problem);
        assertThat(same.extensions()).isSameAs(problem.extensions());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 200, 399, 600})
    void statusIsAnError(int status) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiProblem.builder(status).build());
    }

    @Test
    void textFormShowsTheStatusAlone() {
        assertThat(with("hunter2").detail("hunter3").build()).hasToString("ApiProblem[status=400]");
        ErrorEnvelope envelope =
                new ErrorEnvelope("CODE", "hunter2", URI.create("/hunter3"), "hunter4", List.of(), false);
        assertThat(envelope).hasToString("ErrorEnvelope[code=CODE]");
    }

    private static ApiProblem.Builder with(Object extension) {
        return ApiProblem.builder(400).extension("odd", extension);
    }
}

package dev.scalableapi.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.Headers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorCatalogTest {
    private static final Pattern CODE = Pattern.compile("\\bof\\(\\s*(\\d{3}),\\s*\"([A-Z_]+)\"");
    private static final Pattern EXCEPTION = Pattern.compile("\\bApiException\\.of\\(");

    enum OwnError implements ErrorCode {
        USERNAME_TAKEN;

        @Override
        public int status() {
            return 409;
        }

        @Override
        public String message() {
            return "This username is taken.";
        }
    }

    @Test
    void everyCodeOfTheLibraryIsInItsCatalogue() throws IOException {
        Map<String, String> used = new TreeMap<>();
        for (Path source : mainSources()) {
            String text = Files.readString(source);
            CODE.matcher(text).results().forEach(found -> used.put(found.group(2), found.group(1)));
            long exceptions = EXCEPTION.matcher(text).results().count();
            long literal = CODE.matcher(text).results().count();
            if (!source.endsWith("ErrorCode.java")) {
                assertThat(exceptions)
                        .as("codes that are no literals in %s", source)
                        .isLessThanOrEqualTo(literal);
            }
        }
        Map<String, String> catalogue = new TreeMap<>();
        ErrorCatalog.library().codes().forEach(code -> catalogue.put(code.name(), Integer.toString(code.status())));
        assertThat(used).hasSizeGreaterThan(20);
        assertThat(catalogue).containsAllEntriesOf(used);
        assertThat(used).containsOnlyKeys(catalogue.keySet());
    }

    private static List<Path> mainSources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(".."))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> Pattern.matches(
                            "\\.\\./scalable-api-[a-z]+/src/main/.*",
                            file.toString().replace('\\', '/')))
                    .toList();
        }
    }

    @Test
    void ownCodesAreAddedToTheLibrarysAndFound() {
        ErrorCatalog catalog = ErrorCatalog.library().with(ErrorCatalog.of(OwnError.values()));
        assertThat(catalog.find("USERNAME_TAKEN")).contains(OwnError.USERNAME_TAKEN);
        assertThat(catalog.find("RATE_LIMITED").orElseThrow().status()).isEqualTo(429);
        assertThat(catalog.find("OTHER")).isEmpty();
        assertThat(catalog.codes()).extracting(ErrorCode::name).isSorted();
        ApiException failure = OwnError.USERNAME_TAKEN.exception();
        assertThat(failure.status()).isEqualTo(409);
        assertThat(failure.code()).isEqualTo("USERNAME_TAKEN");
        assertThat(failure.message()).isEqualTo("This username is taken.");
        assertThat(catalog).hasToString("ErrorCatalog[" + catalog.codes().size() + " codes]");
    }

    @Test
    void codesAreReadFromAFile() {
        ErrorCatalog catalog = ErrorCatalog.parse("""
                {"B": {"status": 404, "message": "No b."},
                 "A_1": {"status": 500, "message": "No a.", "documentation": "https://example.org/a"},
                 "RATE_LIMITED": {"status": 429, "message": "No.", "title": "Slow down"}}""");
        assertThat(catalog.find("A_1").orElseThrow().title()).isEqualTo("A 1");
        assertThat(catalog.find("RATE_LIMITED").orElseThrow().title()).isEqualTo("Slow down");
        assertThat(catalog.codes()).extracting(ErrorCode::name).containsExactly("A_1", "B", "RATE_LIMITED");
        assertThat(catalog.find("A_1").orElseThrow().documentation().orElseThrow())
                .hasToString("https://example.org/a");
        assertThat(catalog.find("B").orElseThrow().documentation()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"A\":{\"status\":404,\"message\":\"m\"},\"A\":{\"status\":404,\"message\":\"m\"}}",
                "{\"A\":{\"status\":404}}",
                "{\"A\":{\"message\":\"m\"}}",
                "{\"A\":{\"status\":\"404\",\"message\":\"m\"}}",
                "{\"A\":{\"status\":200,\"message\":\"m\"}}",
                "{\"A\":{\"status\":600,\"message\":\"m\"}}",
                "{\"A\":{\"status\":404,\"message\":\"m\",\"documentatoin\":\"/x\"}}",
                "{\"A\":{\"status\":404,\"message\":\"m\",\"documentation\":\"a b\"}}",
                "{\"A\":{\"status\":404,\"message\":\"m\",\"documentation\":7}}",
                "{\"A\":{\"status\":404,\"message\":\"m\",\"documentation\":null}}",
                "{\"A\":{\"status\":404,\"message\":\"m\",\"title\":7}}",
                "{\"A\":7}",
                "{\"a\":{\"status\":404,\"message\":\"m\"}}",
                "{\"A B\":{\"status\":404,\"message\":\"m\"}}",
                "{\"\":{\"status\":404,\"message\":\"m\"}}",
            })
    void malformedFileIsRefused(String json) {
        assertThatIllegalArgumentException().isThrownBy(() -> ErrorCatalog.parse(json));
    }

    @Test
    @SuppressWarnings("NullAway")
    void codeHasAMessage() {
        LoadedCode silent = new LoadedCode("A", 400, null, "A", Optional.empty());
        assertThatNullPointerException()
                .isThrownBy(() -> ErrorCatalog.of(silent))
                .withMessage("A");
    }

    @Test
    void codeIsThereOnce() {
        ErrorCatalog own = ErrorCatalog.of(OwnError.USERNAME_TAKEN);
        assertThatIllegalArgumentException().isThrownBy(() -> own.with(own)).withMessageContaining("USERNAME_TAKEN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ErrorCatalog.of(OwnError.USERNAME_TAKEN, OwnError.USERNAME_TAKEN));
        ErrorCatalog other = ErrorCatalog.parse("{\"USERNAME_TAKEN\":{\"status\":400,\"message\":\"m\"}}");
        assertThatIllegalArgumentException().isThrownBy(() -> own.with(other));
    }

    @Test
    void pageHasAnAnchorForEachCode() {
        assertThat(ErrorCatalog.library()
                        .with(ErrorCatalog.of(OwnError.values()))
                        .toMarkdown())
                .startsWith("# Errors\n\n| code | status | message |\n|---|---|---|\n| <a id=\"BAD_REQUEST\"></a>")
                .contains(
                        "| <a id=\"USERNAME_TAKEN\"></a>`USERNAME_TAKEN` | 409 Conflict | This username is taken. |\n");
    }

    @Test
    void pagesAreTheSameWhateverTheLanguageOfTheMachine() {
        ErrorCatalog catalog = ErrorCatalog.of(OwnError.values());
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG"));
            assertThat(catalog.toMarkdown()).contains("409 Conflict");
            assertThat(catalog.toHtml()).contains("409 Conflict");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void messageCannotBreakThePage() {
        ErrorCatalog catalog = ErrorCatalog.parse("""
                {"A":{"status":400,"message":"a|b\\n<script>`*","documentation":"https://example.org/a"}}""");
        assertThat(catalog.toMarkdown()).endsWith("| a\\|b \\<script\\>\\`\\* [More](<https://example.org/a>) |\n");
    }

    @Test
    void pageForBrowsersHasASectionForEachCode() {
        ErrorCatalog catalog = ErrorCatalog.library().with(ErrorCatalog.of(OwnError.values()));
        String page = catalog.toHtml();
        assertThat(page)
                .startsWith("<!DOCTYPE html>\n<html>\n")
                .endsWith("</html>\n")
                .contains("""
                        <section id="USERNAME_TAKEN">
                        <h2><code>USERNAME_TAKEN</code></h2>
                        <p>409 Conflict</p>
                        <p>This username is taken.</p>
                        </section>
                        """);
        assertThat(catalog.codes())
                .allSatisfy(code -> assertThat(page).containsOnlyOnce("<section id=\"" + code.name() + "\">"));
    }

    @Test
    void messageCannotBreakThePageForBrowsers() {
        String page = ErrorCatalog.parse("""
                {"A":{"status":400,"message":"<b> & \\"'","documentation":"https://example.org/?a&b='"}}""").toHtml();
        assertThat(page)
                .contains(
                        "<p>&lt;b&gt; &amp; &quot;&#39;</p>",
                        "<p><a href=\"https://example.org/?a&amp;b=&#39;\">More</a></p>")
                .doesNotContain("<b>", "script", "style");
    }

    @Test
    void examplesReferToTheDocumentationWhereverItIs() throws IOException {
        ErrorCatalog catalog = ErrorCatalog.of(OwnError.USERNAME_TAKEN);
        String elsewhere = catalog.toOpenApi(URI.create("https://example.org/errors#"));
        JsonNode contents = new ObjectMapper().readTree(elsewhere).at("/components/responses/USERNAME_TAKEN/content");
        assertThat(contents.path("application/json")
                        .at("/example/error/documentation")
                        .asText())
                .isEqualTo("https://example.org/errors#USERNAME_TAKEN");
        assertThat(contents.path("application/problem+json").at("/example/type").asText())
                .isEqualTo("https://example.org/errors#USERNAME_TAKEN");
        JsonNode withoutPage =
                new ObjectMapper().readTree(catalog.toOpenApi()).at("/components/responses/USERNAME_TAKEN/content");
        assertThat(withoutPage.toString()).doesNotContain("documentation");
        assertThat(withoutPage
                        .path("application/problem+json")
                        .at("/example/type")
                        .asText())
                .isEqualTo("about:blank");
        URI withoutEnd = URI.create("/errors");
        assertThatIllegalArgumentException().isThrownBy(() -> catalog.toOpenApi(withoutEnd));
    }

    @Test
    void openApiHasAResponseForEachCodeAndSchemasOfBothFormats() throws IOException {
        JsonNode components =
                new ObjectMapper().readTree(ErrorCatalog.library().toOpenApi()).path("components");
        assertThat(components.path("responses"))
                .hasSize(ErrorCatalog.library().codes().size());
        JsonNode response = components.at("/responses/RATE_LIMITED");
        assertThat(response.path("description").asText()).isEqualTo("Too many requests. Try again later.");
        for (Map.Entry<String, String> form : Map.of("application/json", "Error", "application/problem+json", "Problem")
                .entrySet()) {
            JsonNode content = response.path("content").path(form.getKey());
            assertThat(content.at("/schema/$ref").asText()).isEqualTo("#/components/schemas/" + form.getValue());
            assertThat(components.path("schemas").has(form.getValue())).isTrue();
            assertThat(content.path("example").toString()).contains("RATE_LIMITED");
        }
        Matcher references = Pattern.compile("\"#/components/schemas/(\\w+)\"").matcher(components.toString());
        assertThat(references.results().map(found -> found.group(1)))
                .allSatisfy(
                        name -> assertThat(components.path("schemas").has(name)).isTrue());
    }

    @Test
    void linkOfTheCatalogueIsTheOneThatIsTold() {
        ErrorCatalog catalog = ErrorCatalog.parse("""
                {"A":{"status":400,"message":"m","documentation":"https://example.org/a"},
                 "B":{"status":400,"message":"m"}}""");
        ErrorRenderer renderer = ErrorRenderer.builder()
                .documentation(URI.create("/docs/errors#"))
                .catalog(catalog)
                .build();
        for (Map.Entry<String, String> link : Map.of(
                        "A", "https://example.org/a", "B", "/docs/errors#B", "C", "/docs/errors#C")
                .entrySet()) {
            ApiException failure = ApiException.of(400, link.getKey(), "m");
            byte[] body = renderer.response(failure, Headers.empty(), "0")
                    .body()
                    .bytes(999)
                    .toCompletableFuture()
                    .join();
            assertThat(ErrorReader.create()
                            .read(400, Optional.of("application/json"), body)
                            .problem()
                            .type())
                    .hasToString(link.getValue());
        }
    }
}

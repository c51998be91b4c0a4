package dev.scalableapi.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.auth.AccessTokenVerifier;
import dev.scalableapi.auth.ApiKeyAuthenticator;
import dev.scalableapi.auth.AuthenticationFilter;
import dev.scalableapi.auth.SigningKey;
import dev.scalableapi.auth.SigningKeyRing;
import dev.scalableapi.core.fields.FieldMask;
import dev.scalableapi.core.fields.FieldSchema;
import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.CompressionFilter;
import dev.scalableapi.core.http.ContentCoding;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.core.http.Preconditions;
import dev.scalableapi.core.http.QueryParameters;
import dev.scalableapi.core.http.RequestLimits;
import dev.scalableapi.core.http.Routes;
import dev.scalableapi.core.http.Stage;
import dev.scalableapi.core.http.Violation;
import dev.scalableapi.core.idempotency.IdempotencyFilter;
import dev.scalableapi.core.idempotency.IdempotencyKey;
import dev.scalableapi.core.idempotency.IdempotencyStore;
import dev.scalableapi.core.page.Column;
import dev.scalableapi.core.page.CursorCodec;
import dev.scalableapi.core.page.CursorKeyRing;
import dev.scalableapi.core.page.CursorRequest;
import dev.scalableapi.core.page.CursorScope;
import dev.scalableapi.core.page.FilterSchema;
import dev.scalableapi.core.page.Filters;
import dev.scalableapi.core.page.PageLimits;
import dev.scalableapi.core.page.PageRequest;
import dev.scalableapi.core.page.Sort;
import dev.scalableapi.core.page.SortSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every violation of the library has a key, which the guide lists with its parameters and its message. */
class MessageKeysTest {
    private static final Path ROOT = Path.of(System.getProperty("basedir", "."))
            .resolve("../..")
            .toAbsolutePath()
            .normalize();

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z.]+)` \\| ([^|]*)\\| (.*) \\|$");
    private static final Pattern CREATION =
            Pattern.compile("(?:\\bViolation\\.(?:body|query|header|path)|new Violation)\\([^;]*;");
    /** Names of meters and instruments look alike, but begin otherwise. */
    private static final Pattern KEY = Pattern.compile("\"((?!dev\\.|scalableapi\\.)[a-z]+(?:\\.[a-z]+)+)\"");

    private static final Pattern FAILURE = Pattern.compile("ApiException\\s*\\.of\\([^;]*;");

    /** They copy or convert violations, which have keys of their own. */
    private static final Set<String> COPIES =
            Set.of("Violation.java", "ErrorMessages.java", "ViolationReader.java", "BeanValidation.java");

    private static final ApiHandler HANDLER = ApiHandler.direct(request -> ApiResponse.text(200, "ok"));

    private final List<Violation> violations = new ArrayList<>();

    @Test
    void everyViolationThatTheLibraryMakesHasAKey() throws IOException {
        List<String> without = new ArrayList<>();
        for (Path source : librarySources()) {
            if (!COPIES.contains(source.getFileName().toString())) {
                CREATION.matcher(Files.readString(source))
                        .results()
                        .map(MatchResult::group)
                        .filter(statement -> !statement.contains("withKey("))
                        .forEach(statement -> without.add(source.getFileName() + ": " + statement));
            }
        }
        assertThat(without).isEmpty();
    }

    /** A number or a list in a message is an extension member or a parameter, too, so that a translation can contain it. */
    @Test
    void everyFailureWhoseMessageVariesHasItsValuesAsMembers() throws IOException {
        List<String> without = new ArrayList<>();
        for (Path source : librarySources()) {
            FAILURE.matcher(Files.readString(source))
                    .results()
                    .map(MatchResult::group)
                    .filter(statement -> statement.contains("\" + ") && !statement.contains("INTERNAL_SERVER_ERROR"))
                    .filter(statement -> !statement.contains("withExtension(") && !statement.contains("withKey("))
                    .forEach(statement -> without.add(source.getFileName() + ": " + statement));
        }
        assertThat(without).isEmpty();
    }

    @Test
    void everyKeyIsInTheGuideAndEveryKeyOfTheGuideIsUsed() throws IOException {
        Set<String> used = new TreeSet<>();
        for (Path source : librarySources()) {
            String text = Files.readString(source);
            if (text.matches("(?s).*(withKey\\(|Refusal\\.of\\(|enum ColumnType|record TimeType).*")) {
                KEY.matcher(text).results().map(found -> found.group(1)).forEach(used::add);
            }
        }
        assertThat(guide().keySet()).containsExactlyElementsOf(used);
    }

    @Test
    void everyMessageIsTheTextOfTheGuideWithItsParameters() throws Exception {
        makeEveryViolation();
        Map<String, Row> guide = guide();
        for (Violation violation : violations) {
            assertThat(guide).as("%s", violation).containsKey(String.valueOf(violation.key()));
            Row row = Objects.requireNonNull(guide.get(String.valueOf(violation.key())));
            assertThat(violation.parameters().keySet()).as("%s", violation).isEqualTo(row.parameters);
            assertThat(violation.message()).isEqualTo(row.filled(violation));
        }
        assertThat(violations).extracting(Violation::key).hasSameElementsAs(guide.keySet());
        assertThat(guide.keySet())
                .isSubsetOf(violations.stream().map(Violation::key).toList());
    }

    private void makeEveryViolation() throws Exception {
        fields();
        pages();
        values();
        bodies();
        headers();
        apiKeys();
        idempotency();
    }

    record Tea(String name, Tea blend) {}

    private void fields() {
        FieldSchema schema = FieldSchema.of(Json.create().mapper(), Tea.class);
        String deep = "blend.".repeat(10) + "name";
        String many = "name" + ",name".repeat(200);
        String blanks = "name," + "n".repeat(2_000);
        for (String mask : List.of("taste", "name)", "blend(name", "name,", deep, many, blanks)) {
            failed(() -> FieldMask.parse(QueryParameters.parse("fields=" + mask), schema));
        }
    }

    private void pages() {
        SortSchema<Tea> sorts = SortSchema.builder(Column.text("name"), Tea::name)
                .key("name", Column.text("name"), Tea::name)
                .build();
        CursorScope scope = new CursorScope("/", "", "", Optional.empty(), Optional.empty());
        failed(() -> PageRequest.parse(QueryParameters.parse("page=0"), PageLimits.create()));
        failed(() -> PageRequest.parse(QueryParameters.parse("limit=0"), PageLimits.create()));
        failed(() -> PageRequest.parse(QueryParameters.parse("page=1&page=1"), PageLimits.create()));
        failed(() -> CursorRequest.parse(QueryParameters.parse("page=1"), PageLimits.create()));
        failed(() -> CursorCodec.of(CursorKeyRing.generate()).in(scope).decode("x"));
        failed(() -> Sort.parse("price", sorts));
    }

    private void values() {
        FilterSchema schema = FilterSchema.builder()
                .equality("text", Column.text("a"))
                .equality("integer", Column.integer("b"))
                .equality("decimal", Column.decimal("c"))
                .equality("floating", Column.floatingPoint("d"))
                .equality("boolean", Column.bool("e"))
                .equality("date", Column.date("f"))
                .equality("instant", Column.instant("g"))
                .equality("uuid", Column.uuid("h"))
                .build();
        for (String name : List.of("text", "integer", "decimal", "floating", "boolean", "date", "instant", "uuid")) {
            failed(() -> Filters.parse(QueryParameters.parse(name + "=%00"), schema));
        }
    }

    private void bodies() {
        for (Class<?> type : List.of(
                Instant.class,
                LocalDateTime.class,
                LocalDate.class,
                LocalTime.class,
                OffsetTime.class,
                Year.class,
                YearMonth.class,
                MonthDay.class,
                Duration.class,
                Period.class,
                ZoneOffset.class,
                ZoneId.class,
                boolean.class,
                int.class,
                List.class,
                Thread.State.class)) {
            body("\"?\"", type);
        }
        body("1", String.class);
        body("{\"taste\":1}", Tea.class);
        body("", Tea.class);
        body("null", Tea.class);
    }

    private void body(String json, Class<?> type) {
        failed(() -> Json.create().read(json.getBytes(StandardCharsets.UTF_8), type));
    }

    private void headers() throws Exception {
        failed(() -> Preconditions.of(ApiRequest.builder("PUT", "/").build()).requireMatch(Optional.empty()));
        ApiRequest coded = ApiRequest.builder("PUT", "/")
                .header("Content-Encoding", "gzip")
                .body(Body.of("x"))
                .build();
        failed(() -> RequestLimits.defaults().check(coded));
        failed(RequestLimits.defaults()
                .withCodings(ContentCoding.available())
                .check(coded)
                .body()
                .bytes(10));
        ApiRequest picky = ApiRequest.builder("GET", "/")
                .header("Accept-Encoding", "*;q=0")
                .build();
        failed(() -> CompressionFilter.create().filter(picky, HANDLER));
        AuthenticationFilter authentication = AuthenticationFilter.of(
                AccessTokenVerifier.builder(SigningKeyRing.of(SigningKey.generate()), "issuer", "audience")
                        .build());
        failed(authentication.filter(
                ApiRequest.builder("GET", "/")
                        .header("Authorization", "Bearer a")
                        .header("Authorization", "Bearer b")
                        .build(),
                HANDLER));
    }

    private void apiKeys() {
        ApiKeyAuthenticator keys = ApiKeyAuthenticator.builder(
                        hash -> CompletableFuture.completedFuture(Optional.empty()))
                .build();
        ApiRequest twice = ApiRequest.builder("GET", "/")
                .header("X-Api-Key", "a")
                .header("X-Api-Key", "b")
                .build();
        failed(AuthenticationFilter.of(keys).filter(twice, HANDLER));
    }

    private void idempotency() {
        failed(() -> IdempotencyKey.parse(""));
        IdempotencyFilter once = IdempotencyFilter.builder(IdempotencyStore.inMemory(10, Clock.systemUTC()))
                .required("POST", "/orders")
                .build();
        ApiFilter recorder = (request, next) -> next.handle(request).whenComplete((response, failure) -> {
            if (failure != null && ApiPipeline.cause(failure) instanceof ApiException known) {
                violations.addAll(known.violations());
            }
        });
        Routes routes =
                Routes.builder().add("POST", "/orders", Access.open(), HANDLER).build();
        ApiPipeline api = ApiPipeline.of(routes, once, recorder.at(Stage.ERRORS));
        for (String body : List.of("", "tea", "coffee")) {
            ApiRequest.Builder order = ApiRequest.builder("POST", "/orders").body(Body.of(body));
            api.handle(
                            body.isEmpty()
                                    ? order.build()
                                    : order.header("Idempotency-Key", "1").build())
                    .toCompletableFuture()
                    .join();
        }
    }

    private void failed(Runnable call) {
        try {
            call.run();
        } catch (ApiException failure) {
            violations.addAll(failure.violations());
        }
    }

    private void failed(CompletionStage<?> stage) {
        Throwable thrown = stage.handle((value, failure) -> ApiPipeline.cause(failure))
                .toCompletableFuture()
                .join();
        assertThat(thrown).isInstanceOf(ApiException.class);
        violations.addAll(((ApiException) thrown).violations());
    }

    private static List<Path> librarySources() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> ROOT.relativize(file)
                            .toString()
                            .replace('\\', '/')
                            .matches("scalable-api-[a-z]+/src/main/java/.*\\.java"))
                    .toList();
        }
    }

    private static Map<String, Row> guide() throws IOException {
        Map<String, Row> rows = new TreeMap<>();
        Matcher matcher = ROW.matcher(Files.readString(ROOT.resolve("docs/guides/errors.md")));
        while (matcher.find()) {
            Set<String> parameters = Pattern.compile("`([a-zA-Z]+)`")
                    .matcher(matcher.group(2))
                    .results()
                    .map(found -> found.group(1))
                    .collect(Collectors.toSet());
            assertThat(rows.put(matcher.group(1), new Row(parameters, matcher.group(3))))
                    .isNull();
        }
        return rows;
    }

    private record Row(Set<String> parameters, String message) {
        String filled(Violation violation) {
            String text = message.replace("{name}", violation.name());
            for (Map.Entry<String, Object> parameter : violation.parameters().entrySet()) {
                String value = parameter.getValue() instanceof List<?> list
                        ? list.stream().map(String::valueOf).collect(Collectors.joining(", "))
                        : parameter.getValue().toString();
                text = text.replace("{" + parameter.getKey() + "}", value);
            }
            return text;
        }
    }
}

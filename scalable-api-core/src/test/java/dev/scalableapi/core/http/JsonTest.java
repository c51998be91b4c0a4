package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.page.Page;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private static final String SECRET = "s3cr3t";

    record Item(String name, int count, @Nullable List<Color> colors) {}

    record Order(
            @Nullable String name,
            int count,
            @Nullable Boolean sure,
            @Nullable List<Color> colors,
            @Nullable List<Item> parts,
            @Nullable Map<String, Item> byName,
            @JsonDeserialize(using = Odd.class) @Nullable String odd) {}

    /** Names neither a member nor an element. */
    private static final class Odd extends StdScalarDeserializer<String> {
        private static final long serialVersionUID = 1L;

        Odd() {
            super(String.class);
        }

        @Override
        public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            throw JsonMappingException.wrapWithPath(
                    new IllegalStateException(parser.getText()), new JsonMappingException.Reference(this));
        }
    }

    enum Color {
        RED
    }

    abstract static class Abstract {}

    static final class Unreadable {
        Unreadable(int other, int arguments) {
            assert other < arguments;
        }
    }

    private final Json json = Json.create();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "APPLICATION/JSON",
                "application/json;charset=utf-8",
                " application/json ; x=y",
                "application/problem+json",
                "application/merge-patch+JSON; charset=UTF-8"
            })
    void bodyDeclaredAsJsonIsRead(String contentType) {
        ApiRequest request = request(contentType, Body.of("{\"name\":\"a\",\"count\":1}"));

        assertThat(json.read(request, Item.class)).isCompletedWithValue(new Item("a", 1, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text/json",
                "text/plain",
                "application/jsonp",
                "application/json-seq",
                "application/x-www-form-urlencoded",
                "xapplication/json",
                "application",
                "json",
                "+json",
                ";application/json",
                "application/xml, application/json"
            })
    void bodyDeclaredAsSomethingElseIs415(String contentType) {
        assertFailure(request(contentType, Body.of("{}")), Item.class, 415, "UNSUPPORTED_MEDIA_TYPE");
    }

    @Test
    void bodyDeclaredAsNothingIs415AndToldWhatIsTaken() {
        ApiRequest request = ApiRequest.builder("POST", "/").body(Body.of("{}")).build();

        ApiException failure = assertFailure(request, Item.class, 415, "UNSUPPORTED_MEDIA_TYPE");

        assertThat(failure.headers().first("Accept")).contains("application/json");
    }

    @Test
    void fiftyLevelsPassAndFiftyOneAre400() {
        assertThat(json.read(request("[".repeat(50) + "]".repeat(50)), JsonNode.class))
                .isCompleted();
        assertInvalid("[".repeat(51) + "]".repeat(51), JsonNode.class);
        assertThat(json.read(request("{\"a\":".repeat(49) + "[]" + "}".repeat(49)), JsonNode.class))
                .isCompleted();
        assertInvalid("{\"a\":".repeat(50) + "[]" + "}".repeat(50), JsonNode.class);
        for (String deep : List.of("[", "{\"a\":", "[{\"parts\":", "a(", "(", "\"\\")) {
            assertInvalid(deep.repeat(100_000), JsonNode.class);
            assertInvalid(deep.repeat(100_000), Map.class);
            assertInvalid("{\"parts\":" + deep.repeat(100_000), Order.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"100000, \"%s\"", "1000, {\"%s\":1}", "100000, [{\"a\":\"%s\"}]"})
    void stringsAndNamesOfTheLargestLengthPassAndOneCharacterMoreIs400(int largest, String body) {
        assertThat(json.read(request(body.formatted("a".repeat(largest))), JsonNode.class))
                .isCompleted();
        assertInvalid(body.formatted("a".repeat(largest + 1)), JsonNode.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1.", "0.", "1e"})
    void endlessNumbersAre400(String begin) {
        assertInvalid(begin + "1".repeat(1001), JsonNode.class);
    }

    @ParameterizedTest
    @CsvSource({"1e1000, 1e1001", "-1.5e1001, -1.5e1002", "1e-1000, 1e-1001", "0e1000, 0e999999999"})
    void decimalsOfTheLargestExponentPassAndOneMoreIs400(String largest, String beyond) {
        assertThat(json.read(request(largest), BigDecimal.class)).isCompletedWithValue(new BigDecimal(largest));
        assertInvalid(beyond, BigDecimal.class);
        ApiException failure = assertFailure(request("{\"price\":" + beyond + "}"), Priced.class, 400, "INVALID_JSON");
        assertThat(failure.violations()).containsExactly(fault("/price", "It must be a number of the right kind."));
    }

    record Priced(@Nullable BigDecimal price) {}

    @Test
    void decimalThatIsNullIsNone() {
        assertThat(json.read(request("{\"price\":null}"), Priced.class)).isCompletedWithValue(new Priced(null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e99999999999", "-1e-99999999999999999999"})
    void numberWithAnExponentThatNothingHoldsIs400(String number) {
        assertInvalid(number, BigDecimal.class);
        assertInvalid("[" + number + "]", BigDecimal[].class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\ud800",
                "\\uDC00",
                "a\\udbff\\ue000",
                "\\udfff\\ud800",
                "\\ud83d\\ud83d\\ude00",
                "\\ud83d\\\\ude00",
                "\\ud83dude00",
                "\\\\\\ud83d"
            })
    void halfOfACharacterIs400(String text) {
        assertInvalid('"' + text + '"', String.class);
        assertInvalid("{\"" + text + "\":1}", JsonNode.class);
    }

    @Test
    void wholeCharactersAreReadHoweverTheyAreSpelled() {
        String body = "\"\\ud83d\\uDE00 \ud83d\ude00 \\\\ud800 \\\\\\ud83d\\ude00 \\ud7ff\\ue000\"";
        assertThat(json.read(request(body), String.class))
                .isCompletedWithValue("\ud83d\ude00 \ud83d\ude00 \\ud800 \\\ud83d\ude00 \ud7ff\ue000");
    }

    @Test
    void byteOrderMarkAtTheBeginningIsPassedOver() {
        assertThat(json.read(request("\ufeff1"), Integer.class)).isCompletedWithValue(1);
        assertInvalid("\ufeff\ufeff1", Integer.class);
        assertInvalid("\ufeff", Integer.class);
    }

    @Test
    void twoTypesAreNone() {
        ApiRequest two = request("{}");
        assertFailure(
                two.withHeaders(two.headers().withAdded("Content-Type", "text/plain")),
                JsonNode.class,
                415,
                "UNSUPPORTED_MEDIA_TYPE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "{",
                "{\"name\":\"s3cr3t\",\"name\":\"s3cr3t\",\"count\":1}",
                "{\"name\":\"s3cr3t\",\"count\":1} {\"s3cr3t\":1}",
                "{\"name\":\"s3cr3t\",\"count\":1}s3cr3t",
                "{\"name\":\"s3cr3t\",\"count\":1},",
                "{\"name\":\"s3cr3t\",\"count\":\"s3cr3t\"}",
                "{\"name\":\"s3cr3t\",\"count\":\"1\"}",
                "{\"name\":\"s3cr3t\",\"count\":1.5}",
                "{\"name\":\"s3cr3t\",\"count\":2147483648}",
                "{\"name\":\"s3cr3t\",\"count\":1e400}",
                "{\"name\":\"s3cr3t\",\"count\":null}",
                "{\"name\":\"s3cr3t\",\"count\":true}",
                "{\"name\":\"s3cr3t\"}",
                "{\"name\":[\"s3cr3t\"],\"count\":1}",
                "{\"name\":{\"s3cr3t\":1},\"count\":1}",
                "{\"name\":\"a\",\"count\":1,\"s3cr3t\":1}",
                "{\"name\":\"a\",\"count\":1,\"colors\":[\"s3cr3t\"]}",
                "{\"name\":\"a\",\"count\":1,\"colors\":\"s3cr3t\"}",
                "\"s3cr3t\"",
                "[\"s3cr3t\"]",
                "s3cr3t",
                "{'name':'s3cr3t','count':1}",
                "{\"name\":\"s3cr3t\nx\",\"count\":1}",
                "{\"name\":\"s3cr3t\\q\",\"count\":1}",
                "{\"name\":\"s3cr3t\",\"count\":01}",
                "{\"name\":\"s3cr3t\",\"count\":NaN}",
                "/* s3cr3t */{\"name\":\"a\",\"count\":1}",
                "{\"name\":\"s3cr3t\",\"count\":1,}"
            })
    void whatIsNotTheExpectedJsonIs400AndNotRepeated(String body) {
        assertInvalid(body, Item.class);
    }

    @Test
    void invalidUtf8Is400() {
        for (byte[] octets : List.of(
                new byte[] {'"', (byte) 0xc0, (byte) 0xaf, '"'},
                new byte[] {'"', (byte) 0x80, '"'},
                new byte[] {'"', (byte) 0xe2, (byte) 0x82, '"'},
                new byte[] {'"', (byte) 0xff, '"'},
                new byte[] {'"', 'a', 'b', 'c', 'd', (byte) 0xfe, '"'},
                new byte[] {(byte) 0xff},
                new byte[] {0})) {
            assertFailure(request("application/json", Body.of(octets)), String.class, 400, "INVALID_JSON");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-16", "UTF-32BE", "UTF-32LE", "UTF-32"})
    void jsonInAnotherUnicodeEncodingIs400(String charset) {
        byte[] octets = "{\"name\":\"s3cr3t\",\"count\":1}".getBytes(Charset.forName(charset));
        assertFailure(request("application/json", Body.of(octets)), Item.class, 400, "INVALID_JSON");
    }

    @Test
    void characterThatIsNoneInUtf32Is400() {
        byte[] octets = {0, 0, 0, '"', 0x7f, 0, 0, 0, 0, 0, 0, '"'};
        assertFailure(request("application/json", Body.of(octets)), String.class, 400, "INVALID_JSON");
    }

    @Test
    void oneMebibytePassesAndOneByteMoreIs413() {
        String padding = " ".repeat((1 << 20) - 2);

        assertThat(json.read(request("{}" + padding), JsonNode.class)).isCompleted();
        assertFailure(request("{} " + padding), JsonNode.class, 413, "PAYLOAD_TOO_LARGE");
    }

    @SuppressWarnings("ArrayRecordComponent")
    record Scalars(
            @Nullable String text,
            @Nullable List<String> texts,
            @Nullable Color color,
            @Nullable Double number,
            double @Nullable [] numbers,
            float @Nullable [] small) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"text\":1}",
                "{\"text\":1.5}",
                "{\"text\":true}",
                "{\"texts\":[1]}",
                "{\"color\":0}",
                "{\"number\":1e400}",
                "{\"number\":-1e400}",
                "{\"number\":\"NaN\"}",
                "{\"number\":\"-Infinity\"}",
                "{\"numbers\":[1, \"NaN\"]}",
                "{\"numbers\":[1, 1e400]}",
                "{\"small\":[1, 1e39]}"
            })
    void scalarOfAnotherKindIs400(String body) {
        assertInvalid(body, Scalars.class);
        assertThat(json.read(request("{\"number\":1e308,\"numbers\":[-1e308,0],\"small\":[1e38]}"), Scalars.class))
                .isCompleted();
    }

    @Test
    void numberForATextIsPointedAt() {
        assertThat(assertFailure(request("{\"texts\":[\"a\",1]}"), Scalars.class, 400, "INVALID_JSON")
                        .violations())
                .containsExactly(fault("/texts/1", "It must be a string."));
    }

    @Test
    void faultIsPlaced() {
        ApiException failure = assertFailure(
                request("{\"name\":\"s3cr3t\",\n \"count\":\"s3cr3t\"}"), Item.class, 400, "INVALID_JSON");
        assertThat(failure.message()).contains("line 2, column ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"name":["s3cr3t"]}                                            | /name         | It must be a string.
            {"name":"a","count":"s3cr3t"}                         | /count        | It must be a number of the right kind.
            {"name":"a","count":2147483648}                       | /count        | This is not what is expected here.
            {"name":"a","count":null}                             | /count        | It must be a number of the right kind.
            {"name":"a","count":1,"colors":"s3cr3t"}              | /colors       | It must be an array.
            {"name":"a","count":1,"colors":["RED","s3cr3t"]}      | /colors/1     | This is not what is expected here.
            {"name":"a","count":1,"a/~b":"s3cr3t"}                | /a~1~0b       | This member is not known.
            {"parts":[{"name":"a","count":1},{"name":"b","count":1.5}]} | /parts/1/count | It must be a number of the right kind.
            {"byName":{"x/y":{"count":true}}}                     | /byName/x~1y/count | It must be a number of the right kind.
            {"sure":"s3cr3t"}                                     | /sure         | It must be true or false.
            {"byName":{"":{"count":true}}}                        | /byName//count | It must be a number of the right kind.
            {"odd":"s3cr3t"}                                      | /odd          | This is not what is expected here.
            ["s3cr3t"]                                            | ''            | This is not what is expected here.
            """)
    void valueOfAnotherTypeIsPointedAt(String body, String pointer, String message) {
        ApiException failure = assertFailure(request(body), Order.class, 400, "INVALID_JSON");
        assertThat(failure.violations()).containsExactly(fault(pointer, message));
    }

    static Stream<Arguments> expectations() {
        String number = "It must be a number of the right kind.";
        return Stream.of(
                arguments(long.class, number),
                arguments(Integer.class, number),
                arguments(BigDecimal.class, number),
                arguments(boolean.class, "It must be true or false."),
                arguments(String.class, "It must be a string."),
                arguments(String[].class, "It must be an array."),
                arguments(List.class, "It must be an array."),
                arguments(int[].class, "This is not what is expected here."),
                arguments(char.class, "This is not what is expected here."),
                arguments(Color.class, "This is not what is expected here."));
    }

    @ParameterizedTest
    @MethodSource("expectations")
    void expectationIsSaidWithoutNamingAClass(Class<?> type, String message) {
        ApiException failure = assertFailure(request("{}"), type, 400, "INVALID_JSON");
        assertThat(failure.violations()).containsExactly(fault("", message));
    }

    @Test
    void elementIsNotCalledAnArray() {
        assertThat(assertFailure(request("[1,\"s3cr3t\"]"), int[].class, 400, "INVALID_JSON")
                        .violations())
                .containsExactly(fault("/1", "This is not what is expected here."));
        assertThat(assertFailure(request("[\"a\",{}]"), String[].class, 400, "INVALID_JSON")
                        .violations())
                .containsExactly(fault("/1", "It must be a string."));
    }

    @ParameterizedTest
    @CsvSource({"199, 200", "200, 0", "300, 0"})
    void pointerEndsBeforeAnOverlongName(int name, int pointer) {
        String body = "{\"name\":\"a\",\"count\":1,\"" + "x".repeat(name) + "\":1}";
        ApiException failure = assertFailure(request(body), Item.class, 400, "INVALID_JSON");
        assertThat(failure.violations())
                .extracting(violation -> violation.name().length())
                .containsExactly(pointer);
    }

    @Test
    void pointerNamesThePlaceOfAnOverlongName() {
        String body = "{\"parts\":[{\"name\":\"a\",\"count\":1,\"" + "x".repeat(300) + "\":1}]}";
        ApiException failure = assertFailure(request(body), Order.class, 400, "INVALID_JSON");
        assertThat(failure.violations()).extracting(Violation::name).containsExactly("/parts/0");
    }

    @Test
    void bodyThatIsNoJsonHasNoPlaceToPointAt() {
        assertThat(assertFailure(request("{\"name\":"), Order.class, 400, "INVALID_JSON")
                        .violations())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0e99999999999", "1E99999999999", "[-1E-99999999999]"})
    void numberThatNothingCanHoldIs400(String number) {
        JsonMapper exact = Json.strictMapper()
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
        assertThat(failure(Json.of(exact), request(number), JsonNode.class))
                .isInstanceOfSatisfying(
                        ApiException.class, told -> assertThat(told.code()).isEqualTo("INVALID_JSON"));
    }

    @Test
    void exceptionOfAnotherMapperIsToldInTheSameWay() {
        JsonMapper other = JsonMapper.builder().build();
        ApiException told = Json.failure(refused(() -> other.readValue("{\"count\":\"s3cr3t\"}", Item.class)));
        assertThat(told.status()).isEqualTo(400);
        assertThat(told.code()).isEqualTo("INVALID_JSON");
        assertThat(told.message()).contains("line 1, column ");
        assertThat(told.violations()).containsExactly(fault("/count", "It must be a number of the right kind."));
        assertThat(told).hasNoCause();
        ApiException ours = Json.failure(refused(() -> other.readValue("{}", Abstract.class)));
        assertThat(ours.status()).isEqualTo(500);
        assertThat(ours.violations()).isEmpty();
    }

    @Test
    void faultInATreeIsPointedAtWithoutALine() {
        JsonMapper other = JsonMapper.builder().build();
        JsonNode tree = other.createObjectNode().put("count", "s3cr3t");
        ApiException told = Json.failure(refused(() -> other.treeToValue(tree, Item.class)));
        assertThat(told.message()).isEqualTo("The body is not the JSON that is expected here.");
        assertThat(told.violations()).extracting(Violation::name).containsExactly("/count");
    }

    private static JsonProcessingException refused(ThrowingCallable reading) {
        return catchThrowableOfType(JsonProcessingException.class, reading);
    }

    @Test
    void typeThatCannotBeReadIsOurFault() {
        for (Class<?> type : List.of(Abstract.class, Unreadable.class)) {
            for (String body : List.of("{}", "\"s3cr3t\"")) {
                Throwable failure = failure(json, request(body), type);

                assertThat(failure).isInstanceOf(IllegalStateException.class);
                assertThat(everythingIn(failure)).doesNotContain(SECRET).contains(type.getSimpleName());
            }
        }
    }

    record Harvest(
            String name, @Nullable Instant picked, @Nullable List<LocalDate> days) {}

    @Test
    void timesAreReadAndWrittenByRfc3339() throws Exception {
        String body = "{\"name\":\"Assam\",\"picked\":\"2026-01-31T12:00:00Z\",\"days\":[\"2026-01-31\"]}";
        Harvest harvest =
                new Harvest("Assam", Instant.parse("2026-01-31T12:00:00Z"), List.of(LocalDate.of(2026, 1, 31)));
        assertThat(json.read(request(body), Harvest.class)).isCompletedWithValue(harvest);
        assertThat(new String(
                        json.response(200, harvest)
                                .body()
                                .bytes(999)
                                .toCompletableFuture()
                                .get(),
                        StandardCharsets.UTF_8))
                .isEqualTo(body);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"picked":"s3cr3t"}                        | /picked | json.instant | 2026-01-31T12:00:00Z
            {"picked":"2026-01-31T12:00:00"}           | /picked | json.instant | 2026-01-31T12:00:00Z
            {"picked":1769860800}                      | /picked | json.instant | 2026-01-31T12:00:00Z
            {"days":["2026-01-31","2026-02-30"]}       | /days/1 | json.date    | 2026-01-31
            """)
    void timeInAnotherFormIsPointedAt(String body, String pointer, String key, String example) {
        ApiException failure = assertFailure(request(body), Harvest.class, 400, "INVALID_JSON");
        assertThat(failure.violations())
                .containsExactly(Violation.body(pointer, "It must be in the form " + example + ".")
                        .withKey(key, Map.of("example", example)));
    }

    @Test
    void lineAndColumnAreMembersOfTheError() {
        ApiException failure = assertFailure(request("{\"name\":\n 1}"), Item.class, 400, "INVALID_JSON");
        assertThat(failure.message()).endsWith("near line 2, column 2.");
        assertThat(failure.extensions()).isEqualTo(Map.of("line", 2, "column", 2));
    }

    @Test
    void emptyBodyIs400WithAndWithoutAType() {
        for (ApiRequest request :
                List.of(request(""), ApiRequest.builder("POST", "/").build())) {
            ApiException failure = assertFailure(request, Item.class, 400, "INVALID_JSON");
            assertThat(failure.violations())
                    .containsExactly(
                            Violation.body("", "The body must not be empty.").withKey("json.empty"));
            assertThat(failure.message()).isEqualTo("The body must not be empty.");
        }
    }

    @Test
    void nullIsNoBody() {
        assertThat(assertFailure(request("null"), Item.class, 400, "INVALID_JSON")
                        .violations())
                .containsExactly(
                        Violation.body("", "The body must not be null.").withKey("json.null"));
    }

    @Test
    void bytesAreReadAsStrictlyAsABody() {
        byte[] text = "{\"name\":\"a\",\"count\":1}".getBytes(StandardCharsets.UTF_8);
        assertThat(json.read(text, Item.class)).isEqualTo(new Item("a", 1, null));
        for (String malformed : List.of("", "null", "{}x", "[]", "{\"count\":1,\"count\":1}")) {
            ApiException failure = catchThrowableOfType(
                    ApiException.class, () -> json.read(malformed.getBytes(StandardCharsets.UTF_8), Item.class));
            assertThat(failure.code()).as(malformed).isEqualTo("INVALID_JSON");
        }
        ApiException tooLarge =
                catchThrowableOfType(ApiException.class, () -> json.read(new byte[(1 << 20) + 1], Item.class));
        assertThat(tooLarge.code()).isEqualTo("PAYLOAD_TOO_LARGE");
        assertThat(tooLarge.extensions()).isEqualTo(Map.of("maxBytes", 1L << 20));
    }

    static final class Unwritable {}

    record Holder(List<Unwritable> all) {}

    @Test
    void responsesOfATypeThatCannotBeWrittenFailAtStart() throws Exception {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> json.responses(Holder.class))
                .withMessageContaining("/all");
        assertThatIllegalArgumentException().isThrownBy(() -> json.responses(new TypeReference<Page<Unwritable>>() {}));
        JsonResponses<Harvest> harvests = json.responses(Harvest.class);
        ApiResponse response = harvests.of(201, new Harvest("Assam", null, null));
        assertThat(response.status()).isEqualTo(201);
        assertThat(new String(response.body().bytes(999).toCompletableFuture().get(), StandardCharsets.UTF_8))
                .isEqualTo("{\"name\":\"Assam\",\"picked\":null,\"days\":null}");
        assertThat(harvests).hasToString("JsonResponses[" + Harvest.class.getName() + "]");
        assertThat(json.responses(new TypeReference<Page<Harvest>>() {}).toString())
                .contains("Page<");
    }

    @Test
    void ownMapperIsUsed() {
        JsonMapper mapper = Json.strictMapper().build();
        assertThat(Json.of(mapper).mapper()).isSameAs(mapper);
        assertThat(Json.create().mapper()).isNotSameAs(Json.create().mapper());
    }

    @Test
    void valueIsWrittenCompactly() {
        ApiResponse response = json.response(201, Map.of("a", List.of(1, 2)));

        assertThat(response.status()).isEqualTo(201);
        assertThat(response.header("Content-Type")).contains("application/json");
        assertThat(new String(response.body().bytes(99).toCompletableFuture().join(), StandardCharsets.UTF_8))
                .isEqualTo("{\"a\":[1,2]}");
    }

    @Test
    void valueThatCannotBeWrittenIsOurFault() {
        assertThatIllegalStateException().isThrownBy(() -> json.response(200, new Object()));
    }

    /** With the key that belongs to the message. */
    private static Violation fault(String pointer, String message) {
        return Violation.body(pointer, message)
                .withKey(
                        switch (message) {
                            case "It must be true or false." -> "json.boolean";
                            case "It must be a number of the right kind." -> "json.number";
                            case "It must be a string." -> "json.string";
                            case "It must be an array." -> "json.array";
                            case "This member is not known." -> "json.unknown";
                            default -> "json.type";
                        });
    }

    private void assertInvalid(String body, Class<?> type) {
        assertFailure(request(body), type, 400, "INVALID_JSON");
    }

    private ApiException assertFailure(ApiRequest request, Class<?> type, int status, String code) {
        Throwable failure = failure(json, request, type);

        assertThat(failure).isInstanceOf(ApiException.class);
        ApiException told = (ApiException) failure;
        assertThat(told.status()).isEqualTo(status);
        assertThat(told.code()).isEqualTo(code);
        assertThat(everythingIn(told) + told.headers()).doesNotContain(SECRET);
        assertThat(told.violations()).extracting(Violation::message).noneMatch(message -> message.contains(SECRET));
        return told;
    }

    private static Throwable failure(Json json, ApiRequest request, Class<?> type) {
        return json.read(request, type)
                .handle((value, thrown) -> ApiPipeline.cause(thrown))
                .toCompletableFuture()
                .join();
    }

    /** Messages, causes and suppressed ones, as a log would show them. */
    private static String everythingIn(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static ApiRequest request(String body) {
        return request("application/json", Body.of(body));
    }

    private static ApiRequest request(String contentType, Body body) {
        return ApiRequest.builder("POST", "/")
                .header("Content-Type", contentType)
                .body(body)
                .build();
    }
}

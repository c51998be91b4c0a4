package dev.scalableapi.core.fields;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.util.StdConverter;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.core.http.QueryParameters;
import dev.scalableapi.core.http.Violation;
import dev.scalableapi.testkit.TestSeed;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldMaskTest {
    private static final JsonMapper MAPPER = Json.strictMapper().build();
    private static final FieldSchema PRODUCT = FieldSchema.of(MAPPER, Product.class);
    private static final FieldSchema TREE = FieldSchema.of(MAPPER, Node.class);

    record Money(String amount, String currency) {}

    record Image(String url, int width) {}

    record Product(int id, String name, Money price, List<Image> images) {}

    record Node(String id, String name, Node next, List<Node> children) {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id|id",
                "name,id,name|id,name",
                "price(amount),price.currency|price(amount,currency)",
                "price(currency,amount)|price(amount,currency)",
                "price(amount)|price.amount",
                "price,price(amount)|price",
                "price.amount,price|price",
                "price(*)|price",
                "price.*,id|id,price",
                "images(url,width)|images(url,width)",
                "images.url|images.url",
                "*|*",
                "id,*,price(amount)|*",
            })
    void canonicalFormIsSortedMergedAndShort(String text, String canonical) {
        assertThat(FieldMask.parse(text, PRODUCT).canonical()).isEqualTo(canonical);
        assertThat(FieldMask.parse(text, PRODUCT)).hasToString(canonical);
    }

    @Test
    void dotsAndListsMix() {
        assertThat(FieldMask.parse("next.next(name,children(id),children.name),id", TREE)
                        .canonical())
                .isEqualTo("id,next.next(children(id,name),name)");
    }

    @Test
    void absentParameterLeavesNothingOut() {
        FieldMask mask = FieldMask.parse(QueryParameters.empty(), PRODUCT);
        assertThat(mask).isEqualTo(FieldMask.all()).isEqualTo(FieldMask.parse("*", PRODUCT));
        assertThat(mask.isAll()).isTrue();
        assertThat(mask.contains("anything")).isTrue();
    }

    @Test
    void containsFieldsWantedInPart() {
        FieldMask mask = FieldMask.parse(QueryParameters.parse("fields=id,price(amount)"), PRODUCT);
        assertThat(mask.isAll()).isFalse();
        assertThat(mask.contains("id")).isTrue();
        assertThat(mask.contains("price")).isTrue();
        assertThat(mask.contains("name")).isFalse();
        assertThat(mask.contains("amount")).isFalse();
        assertThat(mask.contains("price.amount")).isTrue();
        assertThat(mask.contains("price.currency")).isFalse();
        assertThat(mask.contains("price.amount.value")).isTrue();
        assertThat(mask.contains("name.first")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id,colour|id",
                "colour,shade(deep,deeper(a.b,*)),id|id",
                "price(tax,amount)|price.amount",
                "price.tax,id|id",
                "id.x,name|name",
                "id.*,name|name",
                "colour.*,name|name",
                "colour,*|*",
            })
    void lenientMaskLeavesOutUnknownNames(String text, String canonical) {
        FieldMask mask = FieldMask.parse(text, PRODUCT.lenient());
        assertThat(mask).hasToString(canonical).isEqualTo(FieldMask.parse(canonical, PRODUCT));
    }

    @Test
    void lenientMaskOfUnknownNamesWantsNothing() {
        FieldMask mask = FieldMask.parse("colour,price.tax", PRODUCT.lenient());
        assertThat(mask.canonical()).isEmpty();
        assertThat(mask.isAll()).isFalse();
        assertThat(mask.contains("colour")).isFalse();
        assertThat(mask.contains("price")).isFalse();
        assertThat(mask).isNotEqualTo(FieldMask.all());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "colour(", "colour()", "colour,", "colour..x", "colour x", "id(x", "*(id)"})
    void lenientMaskMustBeWellFormed(String text) {
        assertRefused(text, PRODUCT.lenient(), "expected at offset");
    }

    @Test
    void lenientMaskIsLimited() {
        assertRefused("a(".repeat(100_000), PRODUCT.lenient(), "deeper than 10 levels at offset 20.");
        assertRefused("a,".repeat(200) + "a", PRODUCT.lenient(), "More than 200");
        assertRefused("x".repeat(2_001), PRODUCT.lenient(), "longer than 2000");
    }

    @Test
    void equalMasksWantTheSameFieldsOfTheSameClass() {
        FieldMask mask = FieldMask.parse("id,name", PRODUCT);
        assertThat(mask)
                .isEqualTo(FieldMask.parse("name,id", PRODUCT))
                .hasSameHashCodeAs(FieldMask.parse("name,id", PRODUCT));
        assertThat(mask).isNotEqualTo(FieldMask.parse("id", PRODUCT));
        assertThat(mask).isNotEqualTo(FieldMask.parse("id,name", TREE));
        assertThat(mask).isNotEqualTo("id,name");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\"\"|offset 0",
                ",|offset 0",
                "id,|offset 3",
                "id,,name|offset 3",
                "\" id\"|offset 0",
                "id name|offset 2",
                "price(|offset 6",
                "price()|offset 6",
                "price(amount|offset 12",
                "price(amount))|offset 13",
                "price(amount)x|offset 13",
                "price(amount).x|offset 13",
                "price.|offset 6",
                "price..amount|offset 6",
                "price.(amount)|offset 6",
                "(id)|offset 0",
                ")|offset 0",
                "id)|offset 2",
                "**|offset 1",
                "*(id)|offset 1",
                "id*|offset 2",
            })
    void malformedTextIsRefusedWithItsOffset(String text, String offset) {
        assertRefused(text, PRODUCT, offset + ".");
    }

    @Test
    void controlCharacterIsNotEchoed() {
        assertRefused("id\u0000", PRODUCT, "offset 2.");
        assertThat(refusal("\u001b[31m", PRODUCT).message()).doesNotContain("\u001b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id,colour|colour, named at offset 3",
                "ID|ID",
                "price(amount,tax)|tax, named at offset 13",
                "id.x|x",
                "id(x)|x",
                "id.*|*",
                "images.0|0",
                "class|class",
                "\u540d\u524d|\u540d\u524d",
            })
    void unknownFieldIsNamed(String text, String named) {
        assertRefused(text, PRODUCT, "There is no field " + named);
    }

    @Test
    void nameOfAnyScriptIsAName() {
        FieldSchema any = FieldSchema.of(MAPPER, Map.class);
        for (String name : List.of("\u0939\u093f\u0928\u094d\u0926\u0940", "cafe\u0301", "\ud835\udcb3", "a_b")) {
            assertThat(FieldMask.parse("id," + name, any).contains(name))
                    .as(name)
                    .isTrue();
        }
        for (String odd :
                List.of("a\u200bb", "a\u202eb", "a\u0000b", "a\ud835", "\udcb3", "a%2cb", "a+b", "a/b", "a'b")) {
            assertRefused(odd, any, "expected at offset " + (odd.length() == 1 ? 0 : 1) + ".");
        }
    }

    @Test
    void offsetCountsUtf16Units() {
        assertRefused("\ud835\udcb3,,", FieldSchema.of(MAPPER, Map.class), "offset 3.");
        assertRefused("id,\ud835\udcb3", PRODUCT, "There is no field \ud835\udcb3, named at offset 3.");
    }

    @Test
    void shortenedNameEndsWithAWholeCharacter() {
        for (String start : List.of("", "x")) {
            String message = refusal(start + "\ud835\udcb3".repeat(50), PRODUCT).message();
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(message))
                    .as(start)
                    .isTrue();
        }
    }

    @Test
    void canonicalFormDoesNotDependOnTheOrder() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        List<String> fields = new ArrayList<>(
                List.of("id", "next(name,id)", "next.next.id", "children.id", "children(name)", "next.id"));
        String canonical = FieldMask.parse(String.join(",", fields), TREE).canonical();
        for (int i = 0; i < 100; i++) {
            Collections.shuffle(fields, random);
            assertThat(FieldMask.parse(String.join(",", fields), TREE).canonical())
                    .as("seed %d: %s", seed, fields)
                    .isEqualTo(canonical);
        }
    }

    @Test
    void longUnknownNameIsShortened() {
        assertThat(refusal("x".repeat(1_999), PRODUCT).message()).hasSizeLessThan(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a(|There is no field a, named at offset 0.",
                "next(|deeper than 10 levels at offset 50.",
                "next.|deeper than 10 levels at offset 50.",
                "children(next.|deeper than 10 levels at offset 70.",
                "(|expected at offset 0.",
                ")|expected at offset 0.",
                "*|expected at offset 1.",
                "*,|longer than 2000",
                "id,|More than 200",
                "id|longer than 2000",
            })
    void endlessTextIsRefusedForItsFirstFault(String unit, String message) {
        assertRefused(unit.repeat(100_000), TREE, message);
        assertRefused(unit.repeat(100_000), FieldSchema.of(MAPPER, Map.class), "");
    }

    @Test
    void endlessNestingIsRefusedAtTheDepthCap() {
        assertRefused("a(".repeat(100_000), FieldSchema.of(MAPPER, Map.class), "deeper than 10 levels at offset 20.");
    }

    @Test
    void longestTextIsAccepted() {
        FieldSchema any = FieldSchema.of(MAPPER, Map.class);
        assertThat(FieldMask.parse("x".repeat(2_000), any).canonical()).hasSize(2_000);
        assertRefused("x".repeat(2_001), any, "longer than 2000");
        assertRefused("x,".repeat(100) + "y".repeat(1_801), any, "longer than 2000");
    }

    @Test
    void depthAndCountAreLimited() {
        assertThat(FieldMask.parse("next.".repeat(9) + "id", TREE).contains("next"))
                .isTrue();
        assertRefused("next.".repeat(10) + "id", TREE, "deeper than 10");
        assertRefused("next(".repeat(10) + "id" + ")".repeat(10), TREE, "deeper than 10");
        assertThat(FieldMask.parse("id,".repeat(199) + "id", TREE).canonical()).isEqualTo("id");
        assertRefused("id,".repeat(200) + "id", TREE, "More than 200");
    }

    @Test
    void repeatedParameterIsRefused() {
        QueryParameters query = QueryParameters.parse("fields=id&fields=name");
        ApiException refusal = catchThrowableOfType(ApiException.class, () -> FieldMask.parse(query, PRODUCT));
        assertThat(refusal.violations()).extracting(Violation::name).containsExactly("fields");
        ApiException empty = catchThrowableOfType(
                ApiException.class, () -> FieldMask.parse(QueryParameters.parse("fields="), PRODUCT));
        assertThat(empty.status()).isEqualTo(400);
    }

    @Test
    void canonicalFormSpellsTheSameMaskAndIsNotLonger() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            String text = list(random, 1);
            FieldMask mask = FieldMask.parse(text, TREE);
            assertThat(FieldMask.parse(mask.canonical(), TREE))
                    .as("seed %d: %s", seed, text)
                    .isEqualTo(mask);
            assertThat(mask.canonical()).as("seed %d: %s", seed, text).hasSizeLessThanOrEqualTo(text.length());
            assertThat(FieldMask.parse(text + "," + mask.canonical(), TREE))
                    .as("seed %d: %s", seed, text)
                    .isEqualTo(mask);
        }
    }

    @Test
    void anyTextGivesAMaskOrARefusal() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        List<String> pieces =
                List.of("id", "name", "next", "children", "(", ")", ".", ",", "*", " ", "x", "\ud800", "%");
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(20); j > 0; j--) {
                text.append(pieces.get(random.nextInt(pieces.size())));
            }
            try {
                FieldMask mask = FieldMask.parse(text.toString(), TREE);
                assertThat(FieldMask.parse(mask.canonical(), TREE))
                        .as("seed %d: %s", seed, text)
                        .isEqualTo(mask);
            } catch (ApiException refusal) {
                assertThat(refusal.status()).as("seed %d: %s", seed, text).isEqualTo(400);
                assertThat(refusal.violations()).extracting(Violation::name).containsExactly("fields");
            }
        }
    }

    record Named(@JsonValue Money money) {}

    @JsonSerialize(converter = ToMoney.class)
    record Converted(String amount) {}

    static final class ToMoney extends StdConverter<Converted, Money> {
        @Override
        public Money convert(Converted value) {
            return new Money(value.amount(), "EUR");
        }
    }

    record Entries(@JsonValue Map<String, Integer> entries) {}

    record Tree(@JsonValue JsonNode tree) {}

    enum Colour {
        RED
    }

    /** Its fields are those of another class, which no mask for this one would find. */
    @ParameterizedTest
    @ValueSource(
            classes = {
                String.class,
                int.class,
                Colour.class,
                Named.class,
                Entries.class,
                Tree.class,
                Converted.class,
                List.class,
                Optional.class,
                Product[].class
            })
    void classThatIsNoObjectHasNoSchema(Class<?> type) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FieldSchema.of(MAPPER, type))
                .withMessageContaining(type.getName());
    }

    record Unwritable(List<Map<String, Object>> any, List<Optional<Nothing>> deep) {}

    static final class Nothing {}

    record Picked(Instant at) {}

    @Test
    void classWithAFieldThatCannotBeWrittenHasNoSchema() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FieldSchema.of(MAPPER, Unwritable.class))
                .withMessageContaining("its member /deep is a " + Nothing.class.getName());
        JsonMapper plain = JsonMapper.builder().build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FieldSchema.of(plain, Picked.class))
                .withMessageContaining("its member /at is a java.time.Instant")
                .withMessageContaining("Json.strictMapper()");
        assertThat(FieldMask.parse("at", FieldSchema.of(MAPPER, Picked.class)).contains("at"))
                .isTrue();
    }

    @Test
    void schemaTellsItsClass() {
        assertThat(PRODUCT.toString()).contains("Product");
    }

    private static String list(Random random, int depth) {
        return IntStream.rangeClosed(0, random.nextInt(3))
                .mapToObj(i -> field(random, depth))
                .collect(Collectors.joining(","));
    }

    private static String field(Random random, int depth) {
        int choice = random.nextInt(depth >= 5 ? 4 : 10);
        String parent = random.nextBoolean() ? "next" : "children";
        return switch (choice) {
            case 0 -> "id";
            case 1 -> "name";
            case 2 -> parent;
            case 3 -> random.nextInt(10) == 0 ? "*" : "id";
            case 4, 5, 6 -> parent + "." + field(random, depth + 1);
            default -> parent + "(" + list(random, depth + 1) + ")";
        };
    }

    private static void assertRefused(String text, FieldSchema schema, String message) {
        ApiException refusal = refusal(text, schema);
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.code()).isEqualTo("INVALID_PARAMETER");
        assertThat(refusal.violations()).extracting(Violation::name).containsExactly("fields");
        assertThat(refusal.message()).contains(message);
    }

    private static ApiException refusal(String text, FieldSchema schema) {
        return catchThrowableOfType(ApiException.class, () -> FieldMask.parse(text, schema));
    }

    @Test
    void linksRepeatTheFieldsOfTheQueryOnly() {
        FieldSchema schema = FieldSchema.of(Masks.MAPPER, Linked.class);
        QueryParameters query = QueryParameters.parse("x=y&fields=name,id");
        FieldMask mask = FieldMask.parse(query, schema);

        assertThat(mask.parameters()).isEqualTo(QueryParameters.parse("fields=name,id"));
        assertThat(mask).isEqualTo(FieldMask.parse("id,name", schema));
        assertThat(FieldMask.all().parameters()).isEqualTo(QueryParameters.empty());
        assertThat(FieldMask.parse("id", schema).parameters()).isEqualTo(QueryParameters.empty());
    }

    record Linked(int id, String name) {}
}

package dev.scalableapi.core.fields;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonFilter;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.JsonView;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import com.fasterxml.jackson.databind.ser.impl.SimpleBeanPropertyFilter;
import com.fasterxml.jackson.databind.ser.impl.SimpleFilterProvider;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.core.page.Page;
import dev.scalableapi.core.page.Total;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FieldMaskModuleTest {
    private static final JsonMapper MAPPER =
            Json.strictMapper().addModule(FieldMaskModule.create()).build();

    record Money(String amount, String currency) {}

    record Image(String url, int width) {}

    record Product(
            int id,
            String name,
            Money price,
            List<Image> images,
            @JsonIgnore String secret) {}

    private static final Product BOOK = new Product(
            1, "Book", new Money("9.99", "EUR"), List.of(new Image("/1", 10), new Image("/2", 20)), "hidden");

    @Test
    void wantedFieldsAreWrittenInTheClassesOrder() throws Exception {
        assertThat(write("price(amount),images.url,id", BOOK))
                .isEqualTo("{\"id\":1,\"price\":{\"amount\":\"9.99\"},\"images\":[{\"url\":\"/1\"},{\"url\":\"/2\"}]}");
        assertThat(write("price", BOOK)).isEqualTo("{\"price\":{\"amount\":\"9.99\",\"currency\":\"EUR\"}}");
    }

    @Test
    void withoutAMaskNothingChanges() throws Exception {
        String plain = Json.strictMapper().build().writeValueAsString(BOOK);
        assertThat(MAPPER.writeValueAsString(BOOK)).isEqualTo(plain);
        assertThat(write("*", BOOK)).isEqualTo(plain).doesNotContain("hidden");
    }

    @Test
    void ignoredPropertyIsNoField() {
        assertThatThrownBy(() -> write("secret", BOOK)).isInstanceOf(ApiException.class);
    }

    static final class WithPassword {
        public int id = 1;

        @JsonProperty(access = JsonProperty.Access.WRITE_ONLY)
        public String password = "hidden";
    }

    @JsonIgnoreProperties({"currency"})
    record Discount(String amount, String currency) {}

    record Offer(
            Discount discount,
            @JsonIgnoreProperties("width") Image image) {}

    @Test
    void hiddenPropertyStaysHidden() throws Exception {
        assertThatThrownBy(() -> write("password", new WithPassword())).isInstanceOf(ApiException.class);
        assertThat(write("*", new WithPassword())).isEqualTo("{\"id\":1}");
        Offer offer = new Offer(new Discount("1", "EUR"), new Image("/1", 10));
        assertThatThrownBy(() -> write("discount.currency", offer)).isInstanceOf(ApiException.class);
        assertThat(write("discount,image", offer))
                .isEqualTo("{\"discount\":{\"amount\":\"1\"},\"image\":{\"url\":\"/1\"}}");
        assertThatThrownBy(() -> write("image.width", offer)).isInstanceOf(ApiException.class);
        assertThat(write("image.url", offer)).isEqualTo("{\"image\":{\"url\":\"/1\"}}");
    }

    @Test
    void maskThatWantsNothingLeavesAnEmptyObject() throws Exception {
        FieldMask mask =
                FieldMask.parse("colour", FieldSchema.of(MAPPER, Product.class).lenient());
        assertThat(FieldMaskModule.writer(MAPPER, mask).writeValueAsString(List.of(BOOK)))
                .isEqualTo("[{}]");
        FieldMask empty =
                FieldMask.parse("x", FieldSchema.of(MAPPER, JsonNode.class).lenient());
        assertThat(FieldMaskModule.writer(MAPPER, empty)
                        .writeValueAsString(
                                JsonNodeFactory.instance.objectNode().put("a", 1)))
                .isEqualTo("{}");
    }

    record Standing(@JsonValue Money money) {}

    record Holder(
            Standing standing,

            @JsonSerialize(contentUsing = OwnSerializer.class)
            List<Money> own) {}

    @Test
    void valueThatStandsForAnotherIsReduced() throws Exception {
        Holder holder = new Holder(new Standing(new Money("1", "EUR")), List.of(new Money("2", "EUR")));
        assertThat(write("standing.amount", holder)).isEqualTo("{\"standing\":{\"amount\":\"1\"}}");
        assertThat(write("own", holder)).isEqualTo("{\"own\":[\"2EUR\"]}");
        assertThatThrownBy(() -> write("own.amount", holder)).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> write("own.amount", new Odd())).isInstanceOf(ApiException.class);
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({@JsonSubTypes.Type(value = Card.class, name = "card")})
    static class Payment {
        public String id = "p";
    }

    static final class Card extends Payment {
        public String number = "1234";
    }

    /** Beans of two classes in one list, each with its own properties. */
    @Test
    void subclassShowsNoMoreThanTheMaskNames() throws Exception {
        assertThat(write("id", List.of(new Card(), new Payment(), new Card()), Payment.class))
                .isEqualTo("[{\"id\":\"p\"},{\"id\":\"p\"},{\"id\":\"p\"}]");
        assertThat(write("*", new Card(), Payment.class)).contains("\"number\":\"1234\"");
        assertThatThrownBy(() -> write("number", new Card(), Payment.class)).isInstanceOf(ApiException.class);
    }

    @Test
    void failureTellsItsPath() {
        record Owner(Counting bad) {}
        assertThatThrownBy(() -> write("bad.dear", new Owner(new Counting())))
                .isInstanceOfSatisfying(
                        JsonMappingException.class,
                        e -> assertThat(e.getPath())
                                .extracting(JsonMappingException.Reference::getFieldName)
                                .containsExactly("bad", "dear"));
    }

    @Test
    void pageKeepsItsOwnMembers() throws Exception {
        assertThat(write("id", new Page<>(List.of(BOOK), 1, new Total.Exact(1, 1)), Product.class))
                .isEqualTo("{\"items\":[{\"id\":1}],\"currentPage\":1,\"totalPages\":1,\"totalItems\":1}");
    }

    @Test
    void listsAndMapsOfItemsAreMasked() throws Exception {
        assertThat(write("id", List.of(BOOK, BOOK), Product.class)).isEqualTo("[{\"id\":1},{\"id\":1}]");
        assertThat(write("name", Map.of("first", BOOK), Product.class)).isEqualTo("{\"first\":{\"name\":\"Book\"}}");
        assertThat(write("name", new Product[] {BOOK}, Product.class)).isEqualTo("[{\"name\":\"Book\"}]");
    }

    @Test
    void maskEndsWithItsItem() throws Exception {
        record Envelope(Product product, Money total) {}
        assertThat(write("price.amount", new Envelope(BOOK, new Money("1", "EUR")), Product.class))
                .isEqualTo(
                        "{\"product\":{\"price\":{\"amount\":\"9.99\"}},\"total\":{\"amount\":\"1\",\"currency\":\"EUR\"}}");
    }

    record Category(
            String name, List<Category> children, @Nullable Category parent) {}

    @Test
    void classThatContainsItselfIsMaskedByPlace() throws Exception {
        Category leaf = new Category("leaf", List.of(), null);
        Category root = new Category("root", List.of(leaf), leaf);
        assertThat(write("name,children(children)", root))
                .isEqualTo("{\"name\":\"root\",\"children\":[{\"children\":[]}]}");
        assertThat(write("parent", root)).isEqualTo("{\"parent\":{\"name\":\"leaf\",\"children\":[],\"parent\":null}}");
        assertThat(write("parent.parent", root)).isEqualTo("{\"parent\":{\"parent\":null}}");
    }

    record Counted(List<String> called, int id) {
        @JsonProperty
        public String dear() {
            called.add("dear");
            return "dear";
        }

        @Override
        public List<String> called() {
            throw new IllegalStateException("must not be called");
        }

        @Override
        public int id() {
            called.add("id");
            return id;
        }
    }

    @Test
    void accessorOfAComponentThatIsNotWantedIsNotCalled() throws Exception {
        List<String> called = new ArrayList<>();
        assertThat(write("id", new Counted(called, 7))).isEqualTo("{\"id\":7}");
        assertThat(called).containsExactly("id");
        record Owner(Counted counted, List<List<Counted>> lists) {}
        Counted counted = new Counted(called, 8);
        assertThat(write("counted.id,lists.id", new Owner(counted, List.of(List.of(counted), List.of()))))
                .isEqualTo("{\"counted\":{\"id\":8},\"lists\":[[{\"id\":8}],[]]}");
    }

    /** Calls of getters are counted. */
    static final class Counting {
        final List<String> called = new ArrayList<>();

        @JsonProperty("product_id")
        public int id() {
            called.add("id");
            return 7;
        }

        @JsonProperty
        public String dear() {
            called.add("dear");
            throw new IllegalStateException("must not be called");
        }
    }

    @Test
    void getterOfAFieldThatIsNotWantedIsNotCalled() throws Exception {
        Counting bean = new Counting();
        assertThat(write("product_id", bean)).isEqualTo("{\"product_id\":7}");
        assertThat(bean.called).containsExactly("id");
        assertThatThrownBy(() -> write("id", bean)).isInstanceOf(ApiException.class);
    }

    @Test
    void namingStrategyOfTheMapperCounts() throws Exception {
        JsonMapper snake = Json.strictMapper()
                .addModule(FieldMaskModule.create())
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .build();
        record Item(int unitPrice, int other) {}
        FieldMask mask = FieldMask.parse("unit_price", FieldSchema.of(snake, Item.class));
        assertThat(FieldMaskModule.writer(snake, mask).writeValueAsString(new Item(5, 6)))
                .isEqualTo("{\"unit_price\":5}");
    }

    record Loose(
            Map<String, Object> attributes,
            @Nullable JsonNode tree,
            @Nullable Object any,
            int id) {}

    @Test
    void mapsTreesAndUnknownObjectsAreReduced() throws Exception {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("colour", Map.of("rgb", 1, "name", "red"));
        attributes.put("size", null);
        attributes.put("weight", 3);
        JsonNode tree = MAPPER.readTree("{\"a\":{\"b\":1,\"c\":2},\"d\":[[{\"e\":1,\"f\":2}],3],\"g\":4}");
        Loose loose = new Loose(attributes, tree, BOOK, 1);
        assertThat(write("attributes(colour.rgb,size,absent)", loose))
                .isEqualTo("{\"attributes\":{\"colour\":{\"rgb\":1},\"size\":null}}");
        assertThat(write("tree(a.b,d.e)", loose)).isEqualTo("{\"tree\":{\"a\":{\"b\":1},\"d\":[[{\"e\":1}],3]}}");
        assertThat(write("any.price.currency", loose)).isEqualTo("{\"any\":{\"price\":{\"currency\":\"EUR\"}}}");
        assertThat(write("tree,attributes.weight", loose))
                .isEqualTo("{\"attributes\":{\"weight\":3},\"tree\":" + tree + "}");
    }

    @Test
    void mapperThatOrdersEntriesStillDoes() throws Exception {
        JsonMapper ordering = Json.strictMapper()
                .addModule(FieldMaskModule.create())
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .build();
        Map<String, Integer> map = new LinkedHashMap<>();
        List.of("c", "b", "a").forEach(name -> map.put(name, 1));
        FieldSchema schema = FieldSchema.of(ordering, Map.class);
        assertThat(FieldMaskModule.writer(ordering, FieldMask.parse("c,a", schema))
                        .writeValueAsString(map))
                .isEqualTo("{\"a\":1,\"c\":1}");
        assertThat(write("a,c", map, Map.class)).isEqualTo("{\"c\":1,\"a\":1}");
    }

    @Test
    void freeFormClassCanBeTheRoot() throws Exception {
        assertThat(write("a.b", new TreeMap<>(Map.of("a", Map.of("b", 1, "c", 2), "d", 3)), Map.class))
                .isEqualTo("{\"a\":{\"b\":1}}");
        JsonNode tree = JsonNodeFactory.instance.objectNode().put("a", 1).put("b", 2);
        assertThat(write("b", List.of(tree), JsonNode.class)).isEqualTo("[{\"b\":2}]");
    }

    static final class Extended {
        public int id = 1;

        @JsonAnyGetter
        public Map<String, Object> more() {
            return new TreeMap<>(Map.of("x", new TreeMap<>(Map.of("y", 1, "z", 2)), "secret", 3));
        }
    }

    @JsonFilter("mine")
    static final class Filtered {
        public int id = 1;
        public int banned = 2;

        @JsonAnyGetter
        public Map<String, Object> more() {
            return new TreeMap<>(Map.of("kept", 1, "bannedToo", 2, "other", 3));
        }
    }

    @Test
    void entriesOfAnAnyGetterAreReduced() throws Exception {
        assertThat(write("id", new Extended())).isEqualTo("{\"id\":1}");
        assertThat(write("x.y", new Extended())).isEqualTo("{\"x\":{\"y\":1}}");
        assertThat(MAPPER.writeValueAsString(new Extended()))
                .isEqualTo("{\"id\":1,\"secret\":3,\"x\":{\"y\":1,\"z\":2}}");
        assertThat(write("id", new Page<>(List.of(), 1, new Total.Exact(0, 0)), Extended.class))
                .startsWith("{\"items\":[]");
    }

    @Test
    void filterOfTheMapperAppliesToo() throws Exception {
        JsonMapper filtering = Json.strictMapper()
                .addModule(FieldMaskModule.create())
                .filterProvider(new SimpleFilterProvider()
                        .addFilter("mine", SimpleBeanPropertyFilter.filterOutAllExcept("id", "kept")))
                .build();
        FieldSchema schema = FieldSchema.of(filtering, Filtered.class);
        assertThat(FieldMaskModule.writer(filtering, FieldMask.parse("banned,kept,bannedToo", schema))
                        .writeValueAsString(new Filtered()))
                .isEqualTo("{\"kept\":1}");
        assertThat(filtering.writeValueAsString(new Filtered())).isEqualTo("{\"id\":1,\"kept\":1}");
    }

    static final class Viewed {
        public int id = 1;

        @JsonView(Integer.class)
        public int viewed = 2;

        @JsonAnyGetter
        public Map<String, Object> more() {
            return new TreeMap<>(Map.of("x", 1, "y", 2));
        }
    }

    @Test
    void entriesOfAnAnyGetterAreReducedInAViewToo() throws Exception {
        ObjectWriter writer = writer("id,viewed,x", Viewed.class).withView(String.class);
        assertThat(writer.writeValueAsString(new Viewed())).isEqualTo("{\"id\":1,\"x\":1}");
    }

    record Unwrapping(
            int id, @JsonUnwrapped(prefix = "price_") Money price) {}

    @Test
    void unwrappedMembersAreFieldsOfTheirOwner() throws Exception {
        Unwrapping bean = new Unwrapping(1, new Money("2", "EUR"));
        assertThat(write("price_amount", bean)).isEqualTo("{\"price_amount\":\"2\"}");
        assertThat(write("id", bean)).isEqualTo("{\"id\":1}");
        assertThatThrownBy(() -> write("price", bean)).isInstanceOf(ApiException.class);
        assertThat(write("id", List.of(bean, new Money("3", "EUR")), Unwrapping.class))
                .isEqualTo("[{\"id\":1},{\"amount\":\"3\",\"currency\":\"EUR\"}]");
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    static class Shape2d {
        public int area = 4;
        public Map<String, Integer> sides = new TreeMap<>(Map.of("a", 2, "b", 2));
    }

    @Test
    void typeIdIsAlwaysWritten() throws Exception {
        assertThat(write("sides.a", new Shape2d()))
                .isEqualTo("{\"@type\":\"FieldMaskModuleTest$Shape2d\",\"sides\":{\"a\":2}}");
    }

    static final class TypedMap {
        @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
        public Object map = new TreeMap<>(Map.of("a", 1, "b", 2));

        @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
        public Object tree = JsonNodeFactory.instance.objectNode().put("a", 1).put("b", 2);
    }

    @Test
    void valueWithATypeIdIsReduced() throws Exception {
        assertThat(write("map.a,tree.b", new TypedMap()))
                .isEqualTo("{\"map\":{\"@class\":\"java.util.TreeMap\",\"a\":1},"
                        + "\"tree\":{\"@class\":\"com.fasterxml.jackson.databind.node.ObjectNode\",\"b\":2}}");
        assertThat(write("*", new TypedMap()))
                .isEqualTo(Json.strictMapper().build().writeValueAsString(new TypedMap()));
        assertThat(write("map", new TypedMap())).contains("\"b\":2");
    }

    static final class OwnSerializer extends JsonSerializer<Money> {
        @Override
        public void serialize(Money money, JsonGenerator generator, SerializerProvider provider) throws IOException {
            generator.writeString(money.amount() + money.currency());
        }
    }

    @JsonPropertyOrder({"empty", "pair", "own", "nothing", "when"})
    static final class Odd {
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        public Map<String, String> empty = Map.of();

        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        public JsonNode emptyTree = JsonNodeFactory.instance.objectNode();

        @JsonFormat(shape = JsonFormat.Shape.ARRAY)
        public Money pair = new Money("1", "EUR");

        @JsonSerialize(using = OwnSerializer.class)
        public Money own = new Money("2", "EUR");

        @JsonSerialize(nullsUsing = NullAsDash.class)
        public @Nullable Money nothing;

        public List<? extends Number> when = List.of(1, 2L);

        @JsonView(Integer.class)
        public int viewed = 1;

        public int[] numbers = {1};
    }

    static final class NullAsDash extends JsonSerializer<Object> {
        @Override
        public void serialize(Object value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            generator.writeString("-");
        }
    }

    @Test
    void whatAnnotationsAskForStillHolds() throws Exception {
        assertThat(write("*", new Odd())).isEqualTo(Json.strictMapper().build().writeValueAsString(new Odd()));
        assertThat(write("empty,emptyTree,pair,own,nothing,when", new Odd()))
                .isEqualTo("{\"pair\":[\"1\",\"EUR\"],\"own\":\"2EUR\",\"nothing\":\"-\",\"when\":[1,2]}");
        FieldMask mask = FieldMask.parse("viewed,numbers", FieldSchema.of(MAPPER, Odd.class));
        assertThat(FieldMaskModule.writer(MAPPER, mask).withView(String.class).writeValueAsString(new Odd()))
                .isEqualTo("{\"numbers\":[1]}");
        assertThat(FieldMaskModule.writer(MAPPER, mask).withView(Integer.class).writeValueAsString(new Odd()))
                .isEqualTo("{\"viewed\":1,\"numbers\":[1]}");
    }

    @Test
    void maskIsLeftAfterAFailure() throws Exception {
        record Failing(Money good, @Nullable Counting bad) {}
        ObjectWriter writer = writer("good.amount,bad", Failing.class);
        assertThatThrownBy(() -> writer.writeValueAsString(new Failing(new Money("1", "EUR"), new Counting())))
                .hasMessageContaining("must not be called");
        assertThat(writer.writeValueAsString(new Failing(new Money("1", "EUR"), null)))
                .isEqualTo("{\"good\":{\"amount\":\"1\"},\"bad\":null}");
    }

    @Test
    void mapperIsSharedByThreadsWithTheirOwnMasks() {
        FieldSchema schema = FieldSchema.of(MAPPER, Product.class);
        List<Product> books = Collections.nCopies(50, BOOK);
        Map<String, String> items = Map.of(
                "id,price.amount", "{\"id\":1,\"price\":{\"amount\":\"9.99\"}}",
                "price.currency", "{\"price\":{\"currency\":\"EUR\"}}",
                "name,id", "{\"id\":1,\"name\":\"Book\"}");
        items.forEach((fields, item) -> {
            ObjectWriter shared = FieldMaskModule.writer(MAPPER, FieldMask.parse(fields, schema));
            items.keySet().parallelStream()
                    .flatMap(other -> Collections.nCopies(100, other).parallelStream())
                    .forEach(other -> {
                        ObjectWriter own = FieldMaskModule.writer(MAPPER, FieldMask.parse(other, schema));
                        assertThat(text(own, books)).isEqualTo(listOf(50, items.get(other)));
                        assertThat(text(shared, books)).isEqualTo(listOf(50, item));
                    });
        });
    }

    private static String listOf(int size, @Nullable String item) {
        return "[" + String.join(",", Collections.nCopies(size, item)) + "]";
    }

    @Test
    void mapperWithoutTheModuleIsRefused() {
        JsonMapper plain = Json.strictMapper().build();
        assertThatIllegalArgumentException().isThrownBy(() -> FieldMaskModule.writer(plain, FieldMask.all()));
    }

    /** Each of its properties takes the place of another. */
    private static final class Replacing extends BeanSerializerModifier {
        private static final long serialVersionUID = 1L;

        @Override
        public List<BeanPropertyWriter> changeProperties(
                SerializationConfig config, BeanDescription bean, List<BeanPropertyWriter> properties) {
            return properties.stream().map(Replacement::new).collect(Collectors.toList());
        }
    }

    private static final class Replacement extends BeanPropertyWriter {
        private static final long serialVersionUID = 1L;

        private Replacement(BeanPropertyWriter replaced) {
            super(replaced);
        }
    }

    @Test
    void propertiesOfAnotherModuleAreMaskedWhicheverComesFirst() throws Exception {
        Module replacing = new SimpleModule("replacing").setSerializerModifier(new Replacing());
        for (List<Module> modules :
                List.of(List.of(replacing, FieldMaskModule.create()), List.of(FieldMaskModule.create(), replacing))) {
            JsonMapper mapper = Json.strictMapper().addModules(modules).build();
            FieldMask mask = FieldMask.parse("id", FieldSchema.of(mapper, Product.class));
            assertThat(FieldMaskModule.writer(mapper, mask).writeValueAsString(BOOK))
                    .isEqualTo("{\"id\":1}");
        }
    }

    @Test
    void registeringTwiceIsHarmless() throws Exception {
        JsonMapper twice = Json.strictMapper()
                .addModule(FieldMaskModule.create())
                .addModule(FieldMaskModule.create())
                .build();
        FieldMask mask = FieldMask.parse("id", FieldSchema.of(twice, Product.class));
        assertThat(FieldMaskModule.writer(twice, mask).writeValueAsString(BOOK)).isEqualTo("{\"id\":1}");
    }

    private static String text(ObjectWriter writer, Object value) {
        try {
            return writer.writeValueAsString(value);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String write(String fields, Object value) throws IOException {
        return write(fields, value, value.getClass());
    }

    private static String write(String fields, Object value, Class<?> type) throws IOException {
        return writer(fields, type).writeValueAsString(value);
    }

    private static ObjectWriter writer(String fields, Class<?> type) {
        return FieldMaskModule.writer(MAPPER, FieldMask.parse(fields, FieldSchema.of(MAPPER, type)));
    }
}

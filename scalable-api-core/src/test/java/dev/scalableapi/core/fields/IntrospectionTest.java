package dev.scalableapi.core.fields;

import static dev.scalableapi.core.fields.Masks.assertNoField;
import static dev.scalableapi.core.fields.Masks.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.util.StdConverter;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fields of a schema are those that its mapper writes. */
class IntrospectionTest {
    private static final Money MONEY = new Money("1", "EUR");

    record Money(String amount, String currency) {}

    @SuppressWarnings("ArrayRecordComponent")
    record Many(
            List<List<Money>> lists,
            Money[][] arrays,
            Iterable<Money> iterable,
            Iterator<Money> iterator,
            AtomicReference<Money> reference) {}

    @ParameterizedTest
    @ValueSource(strings = {"lists", "arrays", "iterable", "iterator", "reference"})
    void containerStandsForWhatItHolds(String field) throws Exception {
        Many many = new Many(
                List.of(List.of(MONEY)),
                new Money[][] {{MONEY}},
                List.of(MONEY),
                List.of(MONEY).iterator(),
                new AtomicReference<>(MONEY));
        assertThat(write(field + ".amount", many))
                .contains("{\"amount\":\"1\"}")
                .doesNotContain("currency");
        assertNoField("tax", field + ".tax", Many.class);
    }

    interface Named {
        String getName();
    }

    static final class Person implements Named {
        @Override
        public String getName() {
            return "Ada";
        }

        public int getAge() {
            return 36;
        }

        @JsonAnyGetter
        public Map<String, Integer> others() {
            return Map.of("height", 165);
        }
    }

    static final class Reduced {
        @JsonSerialize(as = Named.class)
        public Person narrow = new Person();

        @JsonSerialize(as = Person.class)
        public Named wide = new Person();

        @JsonSerialize(contentAs = Named.class)
        public List<Person> list = List.of(new Person());
    }

    @Test
    void valueHasTheFieldsOfTheTypeThatItIsWrittenAs() throws Exception {
        assertThat(write("narrow.name", new Reduced())).isEqualTo("{\"narrow\":{\"name\":\"Ada\"}}");
        assertThat(write("wide.age", new Reduced())).isEqualTo("{\"wide\":{\"age\":36}}");
        assertThat(write("list.name", new Reduced())).isEqualTo("{\"list\":[{\"name\":\"Ada\"}]}");
        assertThat(write("wide.height", new Reduced())).isEqualTo("{\"wide\":{\"height\":165}}");
        assertNoField("age", "narrow.age", Reduced.class);
        assertNoField("height", "narrow.height", Reduced.class);
        assertNoField("age", "list.age", Reduced.class);
    }

    static final class ToMoney extends StdConverter<String, Money> {
        @Override
        public Money convert(String amount) {
            return new Money(amount, "EUR");
        }
    }

    record Converting(
            @JsonSerialize(converter = ToMoney.class) String one,
            @JsonSerialize(contentConverter = ToMoney.class) List<String> all) {}

    @Test
    void convertedValueHasTheFieldsOfWhatItBecomes() throws Exception {
        Converting value = new Converting("1", List.of("2"));
        assertThat(write("one.amount,all.amount", value))
                .isEqualTo("{\"one\":{\"amount\":\"1\"},\"all\":[{\"amount\":\"2\"}]}");
        assertNoField("tax", "one.tax", Converting.class);
    }

    record Entries(@JsonValue Map<String, Integer> entries) {}

    record Elements(@JsonValue List<Money> elements) {}

    record Tree(@JsonValue JsonNode tree) {}

    record Standing(Entries entries, Elements elements, Tree tree) {}

    @Test
    void valueThatStandsForAMapAListOrATreeIsReduced() throws Exception {
        Standing standing = new Standing(
                new Entries(new TreeMap<>(Map.of("a", 1, "b", 2))),
                new Elements(List.of(MONEY)),
                new Tree(JsonNodeFactory.instance.objectNode().put("a", 1).put("b", 2)));
        assertThat(write("entries.a,elements.amount,tree.b", standing))
                .isEqualTo("{\"entries\":{\"a\":1},\"elements\":[{\"amount\":\"1\"}],\"tree\":{\"b\":2}}");
        assertNoField("tax", "elements.tax", Standing.class);
    }

    record Kids(@JsonValue List<Kids> kids) {}

    record Family(Kids kids, String name) {}

    @Test
    void listThatContainsItselfHasNoFields() throws Exception {
        assertThat(write("kids", new Family(new Kids(List.of(new Kids(List.of()))), "Doe")))
                .isEqualTo("{\"kids\":[[]]}");
        assertNoField("kids", "kids.kids", Family.class);
    }

    record Relative(
            String name,
            @JsonIgnoreProperties("parent") @Nullable Relative child,
            @Nullable Relative parent) {}

    record Partial(
            @JsonIncludeProperties("amount") Money one,
            @JsonIncludeProperties("amount") List<Money> all) {}

    @Test
    void fieldThatItsOwnerHidesIsNoField() throws Exception {
        Relative parent = new Relative("a", new Relative("b", null, null), new Relative("c", null, null));
        assertThat(write("child.name,parent.name", parent))
                .isEqualTo("{\"child\":{\"name\":\"b\"},\"parent\":{\"name\":\"c\"}}");
        assertNoField("parent", "child.parent", Relative.class);
        assertNoField("currency", "one.currency", Partial.class);
        assertNoField("currency", "all.currency", Partial.class);
        assertThat(write("all.amount", new Partial(MONEY, List.of(MONEY)))).isEqualTo("{\"all\":[{\"amount\":\"1\"}]}");
    }

    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    @JsonPropertyOrder({"x", "y"})
    record Point(int x, int y) {}

    record Line(
            Point from,
            List<Point> points,

            @JsonFormat(shape = JsonFormat.Shape.ARRAY) Money cost) {}

    /** Its elements are known by their places, so none can be left out. */
    @Test
    void objectThatIsWrittenAsAnArrayHasNoFields() throws Exception {
        Line line = new Line(new Point(1, 2), List.of(new Point(3, 4)), MONEY);
        assertThat(write("from,cost", line)).isEqualTo("{\"from\":[1,2],\"cost\":[\"1\",\"EUR\"]}");
        assertThat(write("points", line)).isEqualTo("{\"points\":[[3,4]]}");
        assertNoField("x", "from.x", Line.class);
        assertNoField("x", "points.x", Line.class);
        assertNoField("amount", "cost.amount", Line.class);
        assertThatIllegalArgumentException().isThrownBy(() -> FieldSchema.of(Masks.MAPPER, Point.class));
    }

    @JsonFormat(shape = JsonFormat.Shape.OBJECT)
    static final class MapAsBean extends HashMap<String, Integer> {
        private static final long serialVersionUID = 1L;

        public int getTotal() {
            return 3;
        }
    }

    @Test
    void mapThatIsWrittenAsABeanHasTheFieldsOfTheBean() throws Exception {
        assertThat(write("total", new MapAsBean())).isEqualTo("{\"total\":3}");
        assertNoField("other", "other", MapAsBean.class);
    }

    static class Box<T> {
        public T content;

        Box(T content) {
            this.content = content;
        }
    }

    static final class MoneyBox extends Box<Money> {
        MoneyBox() {
            super(MONEY);
        }
    }

    @Test
    void variableOfATypeIsWhatASubclassMakesOfIt() throws Exception {
        assertThat(write("content.amount", new MoneyBox())).isEqualTo("{\"content\":{\"amount\":\"1\"}}");
        assertNoField("tax", "content.tax", MoneyBox.class);
        assertThat(write("content.amount", new Box<>(MONEY))).isEqualTo("{\"content\":{\"amount\":\"1\"}}");
    }
}

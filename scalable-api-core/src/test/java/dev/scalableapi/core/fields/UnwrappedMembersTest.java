package dev.scalableapi.core.fields;

import static dev.scalableapi.core.fields.Masks.assertNoField;
import static dev.scalableapi.core.fields.Masks.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonView;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnwrappedMembersTest {
    record Money(String amount, String currency) {}

    static final class Priced {
        int calls;
        public int id = 1;

        @JsonUnwrapped(prefix = "price_")
        public Money getPrice() {
            calls++;
            return new Money("2", "EUR");
        }
    }

    @Test
    void getterOfWhichNoMemberIsWantedIsNotCalled() throws Exception {
        Priced priced = new Priced();
        assertThat(write("id", priced)).isEqualTo("{\"id\":1}");
        assertThat(priced.calls).isZero();
        assertThat(write("price_amount", priced)).isEqualTo("{\"price_amount\":\"2\"}");
        assertThat(priced.calls).isEqualTo(1);
    }

    static final class Odd {
        @JsonUnwrapped
        public String text = "x";

        @JsonUnwrapped
        public Map<String, Integer> map = Map.of("a", 1);

        @JsonUnwrapped
        public JsonNode tree = JsonNodeFactory.instance.objectNode().put("a", 1).put("b", 2);

        public int id = 1;
    }

    @Test
    void valueThatIsNoBeanStaysAMemberByItsName() throws Exception {
        assertThat(write("id", new Odd())).isEqualTo("{\"id\":1}");
        assertThat(write("text", new Odd())).isEqualTo("{\"text\":\"x\"}");
        assertThat(write("map.b", new Odd())).isEqualTo("{\"map\":{}}");
        assertThat(write("map", new Odd())).isEqualTo("{\"map\":{\"a\":1}}");
        assertThat(write("tree.b", new Odd())).isEqualTo("{\"tree\":{\"b\":2}}");
    }

    static final class Open {
        public int known = 1;

        @JsonAnyGetter
        public Map<String, Object> others() {
            return Map.of("other", Map.of("a", 1));
        }
    }

    record Owner(int id, @JsonUnwrapped Open open) {}

    record Prefixing(int id, @JsonUnwrapped(prefix = "x_") Open open) {}

    @Test
    void membersOfAnUnwrappedAnyGetterAreFieldsOfTheOwner() throws Exception {
        assertThat(write("other.a", new Owner(1, new Open()))).isEqualTo("{\"other\":{\"a\":1}}");
        assertThat(write("known", new Owner(1, new Open()))).isEqualTo("{\"known\":1}");
        assertThat(write("id", new Owner(1, new Open()))).isEqualTo("{\"id\":1}");
        assertThat(write("id", new Prefixing(1, new Open()))).isEqualTo("{\"id\":1}");
    }

    static final class Viewed {
        @JsonUnwrapped
        @JsonView(Integer.class)
        public Money price = new Money("1", "EUR");

        public int id = 1;
    }

    @Test
    void viewAndMaskBothApply() throws Exception {
        ObjectWriter writer = Masks.writer(Masks.MAPPER, "amount,id", Viewed.class);
        assertThat(writer.withView(Integer.class).writeValueAsString(new Viewed()))
                .isEqualTo("{\"amount\":\"1\",\"id\":1}");
        assertThat(writer.withView(String.class).writeValueAsString(new Viewed()))
                .isEqualTo("{\"id\":1}");
    }

    record Model<T>(@JsonUnwrapped T content, List<String> links) {}

    @Test
    void unwrappedItemOfAWrapperIsReduced() throws Exception {
        assertThat(write("amount", new Model<>(new Money("1", "EUR"), List.of("/1")), Money.class))
                .isEqualTo("{\"amount\":\"1\",\"links\":[\"/1\"]}");
        assertNoField("content", "content", Money.class);
    }
}

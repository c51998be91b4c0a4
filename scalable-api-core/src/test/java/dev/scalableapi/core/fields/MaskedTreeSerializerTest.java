package dev.scalableapi.core.fields;

import static dev.scalableapi.core.fields.Masks.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scalableapi.core.http.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskedTreeSerializerTest {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    record Money(String amount, String currency) {}

    record Holder(JsonNode tree) {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "tree.bean|{\"tree\":{\"bean\":{\"amount\":\"1\",\"currency\":\"EUR\"}}}",
                "tree.bean.amount|{\"tree\":{\"bean\":{\"amount\":\"1\"}}}",
                "tree.deep.list.currency|{\"tree\":{\"deep\":{\"list\":[{\"currency\":\"EUR\"}]}}}",
                "tree.deep|{\"tree\":{\"deep\":{\"list\":[{\"amount\":\"1\",\"currency\":\"EUR\"}]}}}",
                "tree.nothing|{\"tree\":{\"nothing\":null}}",
                "tree.empty.x|{\"tree\":{\"empty\":{}}}",
            })
    void objectWithinATreeIsReducedAtItsPlace(String fields, String json) throws Exception {
        Money money = new Money("1", "EUR");
        ObjectNode tree = NODES.objectNode();
        tree.putPOJO("bean", money).putNull("nothing").putObject("empty");
        tree.putObject("deep").putPOJO("list", List.of(money));
        assertThat(write(fields, new Holder(tree))).isEqualTo(json);
    }

    @Test
    void settingsOfTheMapperForTreesHold() throws Exception {
        JsonMapper mapper = Json.strictMapper()
                .addModule(FieldMaskModule.create())
                .disable(JsonNodeFeature.WRITE_NULL_PROPERTIES)
                .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
                .build();
        ObjectNode tree =
                NODES.objectNode().putNull("c").put("b", 1).put("a", 2).put("d", 3);
        assertThat(write(mapper, "c,b,a", tree, JsonNode.class)).isEqualTo("{\"a\":2,\"b\":1}");
    }

    @Test
    void listsOfListsAreReducedHoweverDeep() throws Exception {
        JsonNode tree = NODES.objectNode().put("a", 1).put("b", 2);
        for (int i = 0; i < 900; i++) {
            tree = NODES.arrayNode().add(tree);
        }
        assertThat(write("tree.a", new Holder(tree)))
                .isEqualTo("{\"tree\":" + "[".repeat(900) + "{\"a\":1}" + "]".repeat(900) + "}");
    }
}

package dev.scalableapi.core.fields;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonFilter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.impl.SimpleBeanPropertyFilter;
import com.fasterxml.jackson.databind.ser.impl.SimpleFilterProvider;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.testkit.TestSeed;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is written with a mask is what is written without it, less what the mask leaves out. */
class MaskedJsonTest {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> NAMES =
            List.of("a", "b", "c", "p_a", "p_b", "own", "list", "map", "tree", "any", "none", "secret", "x");
    private static final JsonMapper MAPPER = Json.strictMapper()
            .addModule(FieldMaskModule.create())
            .filterProvider(
                    new SimpleFilterProvider().addFilter("secrets", SimpleBeanPropertyFilter.serializeAllExcept("c")))
            .build();

    record Pair(int a, @JsonProperty("b") String renamed) {}

    @JsonFilter("secrets")
    record Filtered(int a, Pair b, int c) {}

    record Thing(
            Pair a,
            Filtered b,
            @JsonUnwrapped(prefix = "p_") Pair unwrapped,
            @JsonUnwrapped Open open,
            List<List<Pair>> list,
            Map<String, Object> map,
            JsonNode tree,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Pair none,

            @Nullable Thing own,
            @JsonIgnore int secret) {}

    static final class Open {
        public Object any = new Pair(5, "f");

        @JsonAnyGetter
        public Map<String, Object> others() {
            return new TreeMap<>(Map.of("c", new Pair(6, "g"), "x", 7));
        }
    }

    private static Thing thing(@Nullable Thing own) {
        Pair pair = new Pair(1, "d");
        ObjectNode tree = NODES.objectNode().put("a", 2).putPOJO("b", pair);
        tree.putArray("list")
                .add(NODES.arrayNode().add(NODES.objectNode().put("a", 3).put("x", 4)));
        Map<String, Object> map = new TreeMap<>(Map.of("a", List.of(pair), "b", tree, "c", "e"));
        return new Thing(
                pair, new Filtered(7, pair, 8), pair, new Open(), List.of(List.of(pair)), map, tree, null, own, 9);
    }

    @Test
    void masksLeaveOutWhatTheyDoNotNameAndNothingElse() throws Exception {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        Thing thing = thing(thing(null));
        FieldSchema schema = FieldSchema.of(MAPPER, Thing.class).lenient();
        JsonNode whole = MAPPER.readTree(MAPPER.writeValueAsBytes(thing));
        for (int i = 0; i < 5_000; i++) {
            FieldMask mask = FieldMask.parse(list(random, 1), schema);
            JsonNode written =
                    MAPPER.readTree(FieldMaskModule.writer(MAPPER, mask).writeValueAsBytes(thing));
            assertThat(written).as("seed %d: %s", seed, mask).isEqualTo(reduced(whole, mask, ""));
        }
    }

    private static JsonNode reduced(JsonNode tree, FieldMask mask, String prefix) {
        if (tree instanceof ArrayNode array) {
            ArrayNode reduced = NODES.arrayNode();
            array.forEach(element -> reduced.add(reduced(element, mask, prefix)));
            return reduced;
        }
        if (!tree.isObject()) {
            return tree;
        }
        ObjectNode reduced = NODES.objectNode();
        tree.properties().forEach(member -> {
            String path = prefix + member.getKey();
            if (mask.contains(path)) {
                reduced.set(member.getKey(), reduced(member.getValue(), mask, path + "."));
            }
        });
        return reduced;
    }

    private static String list(Random random, int depth) {
        return IntStream.rangeClosed(0, random.nextInt(3))
                .mapToObj(i -> field(random, depth))
                .collect(Collectors.joining(","));
    }

    private static String field(Random random, int depth) {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        return depth < 4 && random.nextInt(3) > 0 ? name + "(" + list(random, depth + 1) + ")" : name;
    }
}

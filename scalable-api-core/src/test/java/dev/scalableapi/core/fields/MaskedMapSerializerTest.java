package dev.scalableapi.core.fields;

import static dev.scalableapi.core.fields.Masks.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.http.Json;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MaskedMapSerializerTest {
    enum Size {
        SMALL,
        LARGE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    record Maps(Map<Size, Integer> sizes, Map<UUID, Integer> ids, Map<Class<?>, Integer> classes) {}

    @Test
    void keyIsKnownByWhatIsWrittenForIt() throws Exception {
        Maps maps = new Maps(
                new EnumMap<>(Map.of(Size.SMALL, 1, Size.LARGE, 2)),
                Map.of(new UUID(0, 1), 3),
                new LinkedHashMap<>(Map.of(Size.class, 4)));
        assertThat(write("sizes.LARGE", maps)).isEqualTo("{\"sizes\":{\"LARGE\":2}}");
        assertThat(write("sizes.large", maps)).isEqualTo("{\"sizes\":{}}");
        assertThat(write("ids.00000000-0000-0000-0000-000000000001", maps))
                .isEqualTo("{\"ids\":{\"00000000-0000-0000-0000-000000000001\":3}}");
        assertThat(write("classes.java", maps)).isEqualTo("{\"classes\":{}}");
    }

    @Test
    void oddKeysComeWithTheWholeMap() throws Exception {
        Map<String, Integer> map = new TreeMap<>(Map.of("", 1, "a.b", 2, "a b", 3, "a", 4, "*", 5));
        assertThat(write("map.a", Map.of("map", map), Map.class)).isEqualTo("{\"map\":{\"a\":4}}");
        assertThat(write("map.a.b", Map.of("map", map), Map.class)).isEqualTo("{\"map\":{\"a\":4}}");
        assertThat(write("map", Map.of("map", map), Map.class))
                .isEqualTo("{\"map\":{\"\":1,\"*\":5,\"a\":4,\"a b\":3,\"a.b\":2}}");
    }

    @Test
    void orderOfTheKeysIsTheirOwn() throws Exception {
        JsonMapper ordering = Json.strictMapper()
                .addModule(FieldMaskModule.create())
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .build();
        Map<Integer, String> numbers = new LinkedHashMap<>();
        numbers.put(10, "ten");
        numbers.put(9, "nine");
        assertThat(write(ordering, "10,9", numbers, Map.class)).isEqualTo(ordering.writeValueAsString(numbers));
        Map<Class<?>, String> incomparable = new LinkedHashMap<>(Map.of(Size.class, "a"));
        assertThat(write(ordering, "x", incomparable, Map.class)).isEqualTo("{}");
    }
}

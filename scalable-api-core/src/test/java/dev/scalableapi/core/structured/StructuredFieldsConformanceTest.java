package dev.scalableapi.core.structured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.scalableapi.testkit.Conformance;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases of the HTTP working group for RFC 9651, all of them. */
class StructuredFieldsConformanceTest {
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private static final String FOLDER = "http/structured-fields";

    private static List<String> files() throws IOException {
        return files(FOLDER);
    }

    private static List<String> serialisationFiles() throws IOException {
        return files(FOLDER + "/serialisation-tests");
    }

    private static List<String> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(Conformance.path(folder))) {
            return files.map(file -> folder + "/" + file.getFileName())
                    .filter(name -> name.endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void valuesAreReadAndWrittenAsTheRfcSays(String file) {
        int read = 0;
        int refused = 0;
        for (JsonNode one : Conformance.json(file)) {
            String name = file + ": " + one.get("name").asText();
            String raw = joined(one.get("raw"));
            String type = one.get("header_type").asText();
            boolean mayFail = one.path("can_fail").asBoolean() && fails(type, raw);
            if (one.path("must_fail").asBoolean() || mayFail) {
                assertThatThrownBy(() -> parse(type, raw)).as(name).isInstanceOf(StructuredFieldException.class);
                refused++;
            } else {
                Object parsed = parse(type, raw);
                assertThat(parsed).as(name).isEqualTo(expected(type, one.get("expected")));
                assertThat(serialize(parsed))
                        .as(name)
                        .isEqualTo(one.has("canonical") ? joined(one.get("canonical")) : raw);
                read++;
            }
        }
        System.out.printf("%s: %d read and written, %d refused%n", file, read, refused);
    }

    private static boolean fails(String type, String raw) {
        try {
            parse(type, raw);
            return false;
        } catch (StructuredFieldException refused) {
            return true;
        }
    }

    @ParameterizedTest
    @MethodSource("serialisationFiles")
    void valuesThatHaveNoFormAreRefused(String file) {
        int written = 0;
        int refused = 0;
        for (JsonNode one : Conformance.json(file)) {
            String name = file + ": " + one.get("name").asText();
            String type = one.get("header_type").asText();
            if (one.path("must_fail").asBoolean()) {
                assertThatThrownBy(() -> serialize(expected(type, one.get("expected"))))
                        .as(name)
                        .isInstanceOf(IllegalArgumentException.class);
                refused++;
            } else {
                assertThat(serialize(expected(type, one.get("expected"))))
                        .as(name)
                        .isEqualTo(joined(one.get("canonical")));
                written++;
            }
        }
        System.out.printf("%s: %d written, %d refused%n", file, written, refused);
    }

    private static String joined(JsonNode lines) {
        List<String> all = new ArrayList<>();
        lines.forEach(line -> all.add(line.asText()));
        return String.join(", ", all);
    }

    private static Object parse(String type, String raw) {
        return switch (type) {
            case "item" -> StructuredFields.parseItem(raw);
            case "list" -> StructuredFields.parseList(raw);
            default -> StructuredFields.parseDictionary(raw);
        };
    }

    @SuppressWarnings("unchecked")
    private static String serialize(Object value) {
        if (value instanceof Item item) {
            return StructuredFields.serializeItem(item);
        }
        return value instanceof List<?> list
                ? StructuredFields.serializeList((List<Member>) list)
                : StructuredFields.serializeDictionary((Map<String, Member>) value);
    }

    private static Object expected(String type, JsonNode json) {
        return switch (type) {
            case "item" -> item(json);
            case "list" -> {
                List<Member> members = new ArrayList<>();
                json.forEach(member -> members.add(member(member)));
                yield members;
            }
            default -> {
                Map<String, Member> members = new LinkedHashMap<>();
                json.forEach(entry -> members.put(entry.get(0).asText(), member(entry.get(1))));
                yield members;
            }
        };
    }

    private static Member member(JsonNode json) {
        if (!json.get(0).isArray()) {
            return item(json);
        }
        List<Item> items = new ArrayList<>();
        json.get(0).forEach(one -> items.add(item(one)));
        return new InnerList(items, parameters(json.get(1)));
    }

    private static Item item(JsonNode json) {
        return new Item(bare(json.get(0)), parameters(json.get(1)));
    }

    private static Map<String, BareItem> parameters(JsonNode json) {
        Map<String, BareItem> parameters = new LinkedHashMap<>();
        json.forEach(entry -> parameters.put(entry.get(0).asText(), bare(entry.get(1))));
        return parameters;
    }

    private static BareItem bare(JsonNode json) {
        if (json.isObject()) {
            String value = json.get("value").asText();
            return switch (json.get("__type").asText()) {
                case "token" -> new BareItem.Token(value);
                case "binary" -> BareItem.Binary.of(base32(value));
                case "date" ->
                    new BareItem.Date(Instant.ofEpochSecond(json.get("value").asLong()));
                default -> new BareItem.Display(value);
            };
        }
        if (json.isBoolean()) {
            return BareItem.of(json.asBoolean());
        }
        if (json.isTextual()) {
            return new BareItem.Text(json.asText());
        }
        return json.isIntegralNumber() ? new BareItem.Whole(json.asLong()) : new BareItem.Decimal(json.decimalValue());
    }

    private static byte[] base32(String text) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        int bits = 0;
        int held = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '=') {
                held = ((held << 5) | BASE32.indexOf(text.charAt(i))) & 0xfff;
                bits += 5;
                if (bits >= 8) {
                    bits -= 8;
                    octets.write(held >> bits);
                }
            }
        }
        return octets.toByteArray();
    }
}

package dev.scalableapi.core.fields;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.core.http.Violation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is sent, the answer is a mask or a refusal of the client. A build runs the seeds; {@code mvn test -Pfuzz}
 * looks for more.
 */
class FieldMaskFuzzTest {
    private static final JsonMapper MAPPER =
            Json.strictMapper().addModule(FieldMaskModule.create()).build();
    private static final FieldSchema NODES = FieldSchema.of(MAPPER, Node.class);
    private static final Node TREE = new Node(
            "1", Map.of("a", Map.of("b", 1, "c", 2)), List.of(new Node("2", Map.of("a", 3), List.of(), "x")), "y");

    record Node(
            String id,
            Map<String, Object> free,
            List<Node> children,
            @JsonIgnore String secret) {}

    private static Stream<byte[]> seeds() {
        return Stream.of("id,children(free/a,id)", "free.a.b,*").map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest
    void maskIsReadOrRefused(byte[] octets) throws IOException {
        String text = new String(octets, StandardCharsets.UTF_8);
        check(text, NODES);
        check(text, NODES.lenient());
    }

    private static void check(String text, FieldSchema schema) throws IOException {
        FieldMask mask;
        try {
            mask = FieldMask.parse(text, schema);
        } catch (ApiException refusal) {
            assertThat(refusal.status()).isEqualTo(400);
            assertThat(refusal.violations()).extracting(Violation::name).containsExactly("fields");
            return;
        }
        assertThat(mask.canonical()).hasSizeLessThanOrEqualTo(text.length());
        if (!mask.canonical().isEmpty()) {
            assertThat(FieldMask.parse(mask.canonical(), NODES)).isEqualTo(mask);
        }
        JsonNode written = MAPPER.readTree(FieldMaskModule.writer(MAPPER, mask).writeValueAsBytes(TREE));
        JsonNode whole = MAPPER.valueToTree(TREE);
        written.fieldNames()
                .forEachRemaining(name ->
                        assertThat(whole.has(name) && mask.contains(name)).isTrue());
    }
}

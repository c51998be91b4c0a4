package dev.scalableapi.core.fields;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** A JSON tree of which only the wanted members are written. */
final class MaskedTreeSerializer extends JsonSerializer<JsonNode> {
    private final JsonSerializer<Object> whole;

    /** A serializer of trees takes any of them. */
    @SuppressWarnings("unchecked")
    MaskedTreeSerializer(JsonSerializer<?> whole) {
        this.whole = (JsonSerializer<Object>) whole;
    }

    @Override
    public void serialize(JsonNode tree, JsonGenerator generator, SerializerProvider provider) throws IOException {
        whole.serialize(pruned(tree, Cursor.selection(provider, tree)), generator, provider);
    }

    @Override
    public void serializeWithType(
            JsonNode tree, JsonGenerator generator, SerializerProvider provider, TypeSerializer types)
            throws IOException {
        whole.serializeWithType(pruned(tree, Cursor.selection(provider, tree)), generator, provider, types);
    }

    @Override
    public boolean isEmpty(SerializerProvider provider, JsonNode tree) {
        return whole.isEmpty(provider, tree);
    }

    /** Recursion ends with the selection's depth, but for arrays of arrays, which were as deep when they were made. */
    private static JsonNode pruned(JsonNode tree, Selection selection) {
        if (selection.isAll()) {
            return tree;
        }
        if (tree instanceof ObjectNode object) {
            ObjectNode wanted = JsonNodeFactory.instance.objectNode();
            object.properties().forEach(member -> {
                Selection part = selection.member(member.getKey());
                if (part != null) {
                    wanted.set(member.getKey(), pruned(member.getValue(), part));
                }
            });
            return wanted;
        }
        if (tree instanceof ArrayNode array) {
            ArrayNode wanted = JsonNodeFactory.instance.arrayNode(array.size());
            array.forEach(element -> wanted.add(pruned(element, selection)));
            return wanted;
        }
        return tree;
    }
}

package dev.scalableapi.core.fields;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializable;
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
        whole.serialize(wanted(tree, provider), generator, provider);
    }

    @Override
    public void serializeWithType(
            JsonNode tree, JsonGenerator generator, SerializerProvider provider, TypeSerializer types)
            throws IOException {
        whole.serializeWithType(wanted(tree, provider), generator, provider, types);
    }

    private JsonNode wanted(JsonNode tree, SerializerProvider provider) {
        Cursor cursor = Cursor.of(provider);
        Place place = cursor == null ? null : cursor.at(tree);
        if (cursor == null || place == null || place.selection().isAll() || tree.isPojo()) {
            return tree;
        }
        return reduced(tree, cursor, place);
    }

    /** Recursion ends with arrays of arrays, which were as deep when they were made. */
    private JsonNode reduced(JsonNode tree, Cursor cursor, Place place) {
        if (tree instanceof ObjectNode object) {
            ObjectNode wanted = JsonNodeFactory.instance.objectNode();
            object.properties().forEach(member -> {
                Place next = place.member(member.getKey());
                if (next != null) {
                    wanted.set(member.getKey(), placed(member.getValue(), cursor, next));
                }
            });
            return wanted;
        }
        if (tree instanceof ArrayNode array) {
            ArrayNode wanted = JsonNodeFactory.instance.arrayNode(array.size());
            array.forEach(element -> wanted.add(reduced(element, cursor, place)));
            return wanted;
        }
        return placed(tree, cursor, place);
    }

    /** A tree may hold objects of any class, so a part of it is only reduced when it is written, at its place. */
    private JsonNode placed(JsonNode tree, Cursor cursor, Place place) {
        boolean isScalar = tree.isEmpty() && !tree.isPojo();
        return isScalar ? tree : JsonNodeFactory.instance.pojoNode(new Placed(tree, cursor, place));
    }

    @Override
    public boolean isEmpty(SerializerProvider provider, JsonNode tree) {
        return whole.isEmpty(provider, tree);
    }

    private final class Placed extends JsonSerializable.Base {
        private final JsonNode tree;
        private final Cursor cursor;
        private final Place place;

        private Placed(JsonNode tree, Cursor cursor, Place place) {
            this.tree = tree;
            this.cursor = cursor;
            this.place = place;
        }

        @Override
        public void serialize(JsonGenerator generator, SerializerProvider provider) throws IOException {
            cursor.writeAt(place, () -> MaskedTreeSerializer.this.serialize(tree, generator, provider));
        }

        /** Nothing within a tree has a type id. */
        @Override
        public void serializeWithType(JsonGenerator generator, SerializerProvider provider, TypeSerializer types)
                throws IOException {
            serialize(generator, provider);
        }
    }
}

package dev.scalableapi.core.fields;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.type.WritableTypeId;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.ser.ContextualSerializer;
import com.fasterxml.jackson.databind.ser.std.MapSerializer;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A map of which only the wanted entries are written; a key is known by what is written for it. */
final class MaskedMapSerializer extends JsonSerializer<Map<?, ?>> implements ContextualSerializer {
    private final MapSerializer entries;

    MaskedMapSerializer(MapSerializer entries) {
        this.entries = entries;
    }

    @Override
    public JsonSerializer<?> createContextual(SerializerProvider provider, @Nullable BeanProperty property)
            throws JsonMappingException {
        JsonSerializer<?> contextual = entries.createContextual(provider, property);
        return contextual instanceof MapSerializer map ? new MaskedMapSerializer(map) : contextual;
    }

    @Override
    public void serialize(Map<?, ?> map, JsonGenerator generator, SerializerProvider provider) throws IOException {
        if (Cursor.selection(provider, map).isAll()) {
            entries.serialize(map, generator, provider);
            return;
        }
        generator.writeStartObject(map);
        writeWanted(map, generator, provider);
        generator.writeEndObject();
    }

    @Override
    public void serializeWithType(
            Map<?, ?> map, JsonGenerator generator, SerializerProvider provider, TypeSerializer types)
            throws IOException {
        if (Cursor.selection(provider, map).isAll()) {
            entries.serializeWithType(map, generator, provider, types);
            return;
        }
        WritableTypeId typeId = types.writeTypePrefix(generator, types.typeId(map, JsonToken.START_OBJECT));
        writeWanted(map, generator, provider);
        types.writeTypeSuffix(generator, typeId);
    }

    /** One entry at a time, so that the serializer's own rules for keys and values hold. */
    private void writeWanted(Map<?, ?> map, JsonGenerator generator, SerializerProvider provider) throws IOException {
        Cursor cursor = Objects.requireNonNull(Cursor.of(provider));
        for (Map.Entry<?, ?> entry : ordered(map, provider).entrySet()) {
            Map<?, ?> single = Collections.singletonMap(entry.getKey(), entry.getValue());
            String name = name(entry.getKey(), provider);
            cursor.write(map, name, () -> entries.serializeWithoutTypeInfo(single, generator, provider));
        }
    }

    /** One at a time has no order, so that which the mapper asks for is made here. */
    private static Map<?, ?> ordered(Map<?, ?> map, SerializerProvider provider) {
        boolean isOrdered = !provider.isEnabled(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                || map instanceof SortedMap
                || !map.keySet().stream().allMatch(Comparable.class::isInstance);
        return isOrdered ? map : new TreeMap<>(map);
    }

    /** As it is written, which is not always the key's own text. */
    @SuppressWarnings("unchecked") // It was found for the type of the keys.
    private String name(@Nullable Object key, SerializerProvider provider) throws IOException {
        if (key == null || key instanceof String) {
            return String.valueOf(key);
        }
        try (TokenBuffer buffer = new TokenBuffer(null, false)) {
            buffer.writeStartObject();
            ((JsonSerializer<Object>) entries.getKeySerializer()).serialize(key, buffer, provider);
            JsonParser written = buffer.asParser();
            written.nextToken();
            return written.nextFieldName();
        }
    }

    @Override
    public boolean isEmpty(SerializerProvider provider, Map<?, ?> map) {
        return entries.isEmpty(provider, map);
    }

    @Override
    public void acceptJsonFormatVisitor(JsonFormatVisitorWrapper visitor, JavaType type) throws JsonMappingException {
        entries.acceptJsonFormatVisitor(visitor, type);
    }
}

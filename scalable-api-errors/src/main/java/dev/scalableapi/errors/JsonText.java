package dev.scalableapi.errors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SegmentedStringWriter;
import com.fasterxml.jackson.core.util.BufferRecycler;
import dev.scalableapi.core.http.Violation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes JSON. To text first: a lone surrogate, which UTF-8 can't hold, then becomes a question mark. */
final class JsonText {
    private static final JsonFactory JSON = new JsonFactory();

    private JsonText() {}

    static String of(Content content) {
        BufferRecycler buffers = JSON._getBufferRecycler();
        try (SegmentedStringWriter text = new SegmentedStringWriter(buffers)) {
            try (JsonGenerator json = JSON.createGenerator(text)) {
                content.writeTo(json);
            }
            return text.getAndClear();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } finally {
            buffers.releaseToPool();
        }
    }

    /** Writes what {@link JsonValue} has checked. */
    static void write(Object value, JsonGenerator json) throws IOException {
        if (value instanceof Violation violation) {
            write(violation, json);
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object element : list) {
                write(element, json);
            }
            json.writeEndArray();
        } else if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> member : map.entrySet()) {
                json.writeFieldName((String) member.getKey());
                write(member.getValue(), json);
            }
            json.writeEndObject();
        } else {
            json.writeObject(value);
        }
    }

    private static void write(Violation violation, JsonGenerator json) throws IOException {
        boolean inBody = violation.location() == Violation.Location.BODY;
        json.writeStartObject();
        json.writeStringField("location", violation.location().name().toLowerCase(Locale.ROOT));
        json.writeStringField(inBody ? "pointer" : "parameter", violation.name());
        json.writeStringField("message", violation.message());
        json.writeEndObject();
    }

    @FunctionalInterface
    interface Content {
        void writeTo(JsonGenerator json) throws IOException;
    }
}

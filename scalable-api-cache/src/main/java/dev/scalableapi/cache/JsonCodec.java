package dev.scalableapi.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.scalableapi.core.internal.json.ReadableTypes;
import dev.scalableapi.core.internal.json.WritableTypes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Two bytes of mark, four of schema version, then the JSON. */
final class JsonCodec<V> implements Codec<V> {
    private static final short MARK = (short) 0xA71E;
    private static final int HEADER = Short.BYTES + Integer.BYTES;

    private final ObjectWriter writer;
    private final ObjectReader reader;
    private final int schemaVersion;

    JsonCodec(ObjectMapper mapper, TypeReference<V> type, int schemaVersion) {
        JavaType values = mapper.constructType(type);
        WritableTypes.require(mapper, values);
        ReadableTypes.require(mapper, values);
        writer = mapper.writerFor(type);
        reader = mapper.readerFor(type).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        this.schemaVersion = schemaVersion;
    }

    @Override
    public byte[] encode(V value) {
        byte[] json;
        try {
            json = writer.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            // Its message may quote the value.
            throw new IllegalArgumentException(
                    "A value could not be written as JSON: " + e.getClass().getName());
        }
        return ByteBuffer.allocate(HEADER + json.length)
                .putShort(MARK)
                .putInt(schemaVersion)
                .put(json)
                .array();
    }

    @Override
    public Optional<V> decode(byte[] bytes) {
        if (bytes.length < HEADER || !hasHeader(ByteBuffer.wrap(bytes))) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(reader.readValue(bytes, HEADER, bytes.length - HEADER));
        } catch (IOException | RuntimeException damaged) {
            return Optional.empty();
        }
    }

    private boolean hasHeader(ByteBuffer buffer) {
        return buffer.getShort() == MARK && buffer.getInt() == schemaVersion;
    }
}

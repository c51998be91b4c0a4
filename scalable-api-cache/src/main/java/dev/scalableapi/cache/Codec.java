package dev.scalableapi.cache;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/**
 * Turns values into bytes for a store, and back. Implementations are thread-safe.
 *
 * @param <V> the values' type
 */
public interface Codec<V> {
    /**
     * {@return the value as bytes}
     *
     * @param value any
     * @throws RuntimeException if it cannot be written; the cache then keeps it in the near level alone
     */
    byte[] encode(V value);

    /**
     * {@return the value that these bytes stand for; empty if they are not of this codec, of another version or damaged}
     *
     * @param bytes as a store returned them: from any writer
     */
    Optional<V> decode(byte[] bytes);

    /**
     * {@return a codec for JSON of schema version 1}
     *
     * @param mapper must not be configured any more
     * @param type the values' type
     * @param <V> the values' type
     * @throws IllegalArgumentException if the mapper cannot write or read the type, or one of its members, elements or entries
     */
    static <V> Codec<V> json(ObjectMapper mapper, TypeReference<V> type) {
        return json(mapper, type, 1);
    }

    /**
     * {@return a codec for JSON} What it writes begins with a mark and the schema version; bytes without them are
     * foreign to it.
     *
     * @param mapper must not be configured any more
     * @param type the values' type
     * @param schemaVersion raise it when older JSON of this type can no longer be read as what it was
     * @param <V> the values' type
     * @throws IllegalArgumentException if the mapper cannot write or read the type, or one of its members, elements or entries
     */
    static <V> Codec<V> json(ObjectMapper mapper, TypeReference<V> type, int schemaVersion) {
        return new JsonCodec<>(mapper, type, schemaVersion);
    }

    /**
     * {@return this codec, whose longer outputs are compressed (DEFLATE, RFC 1951)} Bytes that would inflate to more than
     * the limit are foreign, however few they are. What was written without compression can't be read with it, nor the
     * other way round.
     *
     * @param threshold from how many bytes on they are compressed, if that makes them fewer; not negative
     * @param limit to how many bytes they may inflate; at least the threshold. A value of more is not written
     * @throws IllegalArgumentException if a number is outside
     */
    default Codec<V> compressed(int threshold, int limit) {
        return new CompressedCodec<>(this, threshold, limit);
    }
}

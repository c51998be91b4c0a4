package dev.scalableapi.redis;

import dev.scalableapi.cache.Codec;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Text behind the first letter of its schema; other schemas' values are foreign to it. */
record TextCodec(char schema) implements Codec<String> {
    static TextCodec create() {
        return new TextCodec('1');
    }

    @Override
    public byte[] encode(String value) {
        return (schema + value).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Optional<String> decode(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.isEmpty() || text.charAt(0) != schema ? Optional.empty() : Optional.of(text.substring(1));
    }
}

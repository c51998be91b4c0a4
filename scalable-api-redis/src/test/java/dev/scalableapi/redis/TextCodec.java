package dev.scalableapi.redis;

import dev.scalableapi.cache.Codec;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Text as UTF-8. */
final class TextCodec implements Codec<String> {
    @Override
    public byte[] encode(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Optional<String> decode(byte[] bytes) {
        return Optional.of(new String(bytes, StandardCharsets.UTF_8));
    }
}

package dev.scalableapi.core.http;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Brotli by brotli4j: Google's own library in C. */
record BrotliCoding(String name) implements ContentCoding {
    /** Of 0 to 11, since clients wait meanwhile: the least at which JSON becomes smaller than gzip makes it by default. */
    static final int QUALITY = 5;

    /** 512 KiB: more would help larger answers than an API gives. */
    static final int WINDOW_BITS = 19;

    static BrotliCoding create() {
        Brotli4jLoader.ensureAvailability();
        return new BrotliCoding("br");
    }

    @Override
    public Encoder encoder() {
        try {
            return new BrotliEncoder(QUALITY, WINDOW_BITS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Decoder decoder() {
        try {
            return new BrotliDecoder();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In one go: the encoder then makes no room for what may follow, which is a mebibyte and costs more than its work. */
    @Override
    public byte[] encode(ByteBuffer content) {
        ByteBuffer input = NativeCoding.inArray(content);
        try {
            byte[] coded = com.aayushatharva.brotli4j.encoder.Encoder.compress(
                    input.array(),
                    input.arrayOffset() + input.position(),
                    input.remaining(),
                    com.aayushatharva.brotli4j.encoder.Encoder.Parameters.create(QUALITY, WINDOW_BITS));
            content.position(content.limit());
            return coded;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

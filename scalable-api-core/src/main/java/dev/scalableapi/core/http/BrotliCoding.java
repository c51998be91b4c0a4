package dev.scalableapi.core.http;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import java.io.IOException;
import java.io.UncheckedIOException;

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
}

package dev.scalableapi.core.http;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A way to make content smaller on the wire (RFC 9110 section 8.4.1). Implementations are thread-safe; their encoders
 * and decoders serve one body and one thread at a time.
 */
public interface ContentCoding {
    /** {@return its registered name in lower case, such as {@code gzip}} */
    String name();

    /** {@return an encoder for one body} */
    Encoder encoder();

    /** {@return a decoder for one body} */
    Decoder decoder();

    /**
     * {@return the whole content encoded}
     *
     * @param content read to its end; its bytes are not changed
     */
    default byte[] encode(ByteBuffer content) {
        Encoder encoder = encoder();
        try {
            encoder.write(content);
            return encoder.finish();
        } finally {
            encoder.close();
        }
    }

    /**
     * {@return the codings that work here, in the order in which the server prefers them: zstd, Brotli, gzip}
     */
    static List<ContentCoding> available() {
        return Stream.of(zstd(), brotli(), Optional.of(gzip()))
                .flatMap(Optional::stream)
                .toList();
    }

    /** {@return gzip (RFC 1952), which every client knows, as the JDK makes it} */
    static ContentCoding gzip() {
        return GzipCoding.INSTANCE;
    }

    /**
     * {@return Brotli (RFC 7932); empty without brotli4j, or where its native library does not load} A decoder takes
     * windows of at most 4 MiB, which encoders exceed only if they are told to.
     */
    static Optional<ContentCoding> brotli() {
        return NativeCoding.brotli();
    }

    /**
     * {@return Zstandard (RFC 8878); empty without zstd-jni, or where its native library does not load} Windows are of at
     * most 8 MiB, as RFC 9659 wants of this coding.
     */
    static Optional<ContentCoding> zstd() {
        return NativeCoding.zstd();
    }

    /** Encodes one body. Holds memory outside of the heap until it is closed. Not thread-safe. */
    interface Encoder extends AutoCloseable {
        /**
         * Takes the next part of the content.
         *
         * @param content read to its end; its bytes are not changed
         */
        void write(ByteBuffer content);

        /**
         * {@return all output so far that was not returned yet, such that the receiver can decode all content so far;
         * may be empty}
         */
        byte[] flush();

        /** {@return the output that is left, the end included; nothing may be written after it} */
        byte[] finish();

        /** Frees the encoder's memory: what is asked of it then throws, but to close it again does nothing. */
        @Override
        void close();
    }

    /**
     * Decodes one body, and never makes more of it than there is room for. Holds memory outside of the heap until it is
     * closed. Not thread-safe.
     */
    interface Decoder extends AutoCloseable {
        /**
         * Decodes until the room or the coded content is used up. While it fills the room there may be more to come,
         * even of no further content.
         *
         * @param coded the next part of the coded content; its bytes are not changed
         * @param room for what becomes of it
         * @throws ApiException 400 {@code MALFORMED_BODY} if the content is not of this coding, or goes on after its end
         */
        void decode(ByteBuffer coded, ByteBuffer room);

        /**
         * Checks that the content was whole; to be called after its end.
         *
         * @throws ApiException 400 {@code MALFORMED_BODY} if it breaks off
         */
        void finish();

        /** Frees the decoder's memory: what is decoded then throws, but to close it again does nothing. */
        @Override
        void close();
    }
}

package dev.scalableapi.core.http;

import java.nio.ByteBuffer;

/**
 * A way to make content smaller on the wire (RFC 9110 section 8.4.1). Implementations are thread-safe; their encoders
 * serve one body and one thread at a time.
 */
public interface ContentCoding {
    /** {@return its registered name in lower case, such as {@code gzip}} */
    String name();

    /** {@return an encoder for one body} */
    Encoder encoder();

    /** {@return gzip (RFC 1952), which every client knows, as the JDK makes it} */
    static ContentCoding gzip() {
        return GzipCoding.INSTANCE;
    }

    /** Encodes one body. Holds memory outside of the heap until it is closed. Not thread-safe. */
    interface Encoder extends AutoCloseable {
        /**
         * Takes the next part of the content.
         *
         * @param content read to its end
         */
        void write(ByteBuffer content);

        /**
         * {@return all output so far that was not returned yet, such that the receiver can decode all content so far;
         * may be empty}
         */
        byte[] flush();

        /** {@return the output that is left, the end included; nothing may be written after it} */
        byte[] finish();

        /** Frees the encoder's memory; it is of no further use. */
        @Override
        void close();
    }
}

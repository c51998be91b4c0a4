package dev.scalableapi.core.http;

import com.aayushatharva.brotli4j.decoder.DecoderJNI;
import com.aayushatharva.brotli4j.decoder.DecoderJNI.Status;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Hands coded content to the native decoder through its buffer, and takes no more from it than there is room for. That
 * buffer is memory of the decoder, and is never touched once it is freed. Windows beyond 4 MiB, the most that encoders make
 * unless they are told to, are refused by their first byte: a decoder may hold its window before anything comes of it.
 */
final class BrotliDecoder implements ContentCoding.Decoder {
    private static final int BUFFER = 8 * 1024;

    /** RFC 7932 section 9.1: a stream whose window has 23 bits begins with 1101, one with 24 with 1111, lowest bits last. */
    private static final int WINDOW_TOO_LARGE = 0b1101;

    private final DecoderJNI.Wrapper decoder = new DecoderJNI.Wrapper(BUFFER);
    private boolean begun;

    /** It says then that it needs more content, though bits that it holds already can stand for a whole window of it. */
    private boolean pulled;

    private boolean closed;

    BrotliDecoder() throws IOException {}

    @Override
    public void decode(ByteBuffer coded, ByteBuffer room) {
        if (closed) {
            throw new IllegalStateException("The decoder is closed");
        }
        if (!begun && coded.hasRemaining()) {
            begun = true;
            checkWindow(coded.get(coded.position()));
        }
        while (step(coded, room)) {
            if (decoder.getStatus() == Status.ERROR) {
                throw MalformedBody.create();
            }
        }
    }

    private static void checkWindow(int first) {
        if ((first & WINDOW_TOO_LARGE) == WINDOW_TOO_LARGE) {
            throw MalformedBody.create();
        }
    }

    /** Output first; false when there is neither room for it nor content left to decode. */
    private boolean step(ByteBuffer coded, ByteBuffer room) {
        Status status = decoder.getStatus();
        if (status == Status.NEEDS_MORE_OUTPUT || decoder.hasOutput()) {
            return room.hasRemaining() && pull(room);
        }
        if (status == Status.OK || (pulled && status == Status.NEEDS_MORE_INPUT)) {
            return push(0);
        }
        if (status == Status.DONE && coded.hasRemaining()) {
            throw MalformedBody.create();
        }
        return coded.hasRemaining() && push(fill(decoder.getInputBuffer().clear(), coded));
    }

    private boolean pull(ByteBuffer room) {
        room.put(decoder.pull(room.remaining()));
        pulled = true;
        return true;
    }

    private boolean push(int bytes) {
        decoder.push(bytes);
        pulled = false;
        return true;
    }

    private static int fill(ByteBuffer buffer, ByteBuffer coded) {
        int end = coded.limit();
        coded.limit(Math.min(end, coded.position() + buffer.remaining()));
        int bytes = coded.remaining();
        buffer.put(coded);
        coded.limit(end);
        return bytes;
    }

    @Override
    public void finish() {
        if (decoder.getStatus() != Status.DONE) {
            throw MalformedBody.create();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            decoder.destroy();
        }
    }
}

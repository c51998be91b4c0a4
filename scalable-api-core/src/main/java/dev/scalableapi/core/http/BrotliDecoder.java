package dev.scalableapi.core.http;

import com.aayushatharva.brotli4j.decoder.DecoderJNI;
import com.aayushatharva.brotli4j.decoder.DecoderJNI.Status;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Hands coded content to the native decoder through its buffer, and takes no more from it than there is room for. Windows
 * beyond the 16 MiB of RFC 7932 ("large window Brotli") are refused.
 */
final class BrotliDecoder implements ContentCoding.Decoder {
    private static final int BUFFER = 8 * 1024;

    private final DecoderJNI.Wrapper decoder = new DecoderJNI.Wrapper(BUFFER);

    BrotliDecoder() throws IOException {}

    @Override
    public void decode(ByteBuffer coded, ByteBuffer room) {
        while (step(coded, room)) {
            if (decoder.getStatus() == Status.ERROR) {
                throw MalformedBody.create();
            }
        }
    }

    /** Output first; false when there is neither room for it nor content left to decode. */
    private boolean step(ByteBuffer coded, ByteBuffer room) {
        Status status = decoder.getStatus();
        if (status == Status.NEEDS_MORE_OUTPUT || decoder.hasOutput()) {
            return room.hasRemaining() && pull(room);
        }
        if (status == Status.OK) {
            return push(0);
        }
        if (status == Status.DONE && coded.hasRemaining()) {
            throw MalformedBody.create();
        }
        return coded.hasRemaining() && push(fill(decoder.getInputBuffer().clear(), coded));
    }

    private boolean pull(ByteBuffer room) {
        room.put(decoder.pull(room.remaining()));
        return true;
    }

    private boolean push(int bytes) {
        decoder.push(bytes);
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
        decoder.destroy();
    }
}

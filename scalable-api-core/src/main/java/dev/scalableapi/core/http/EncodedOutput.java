package dev.scalableapi.core.http;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Where an encoder puts what it makes, until that is taken. Not thread-safe. */
final class EncodedOutput {
    /** Enough for a header or a trailer at once. */
    private static final int LEAST_ROOM = 64;

    private static final int FIRST = 4096;

    private ByteBuffer buffer = ByteBuffer.allocate(FIRST);

    /** A buffer on the heap whose position is the end of the output, with room behind it. */
    ByteBuffer room() {
        return room(LEAST_ROOM);
    }

    void put(ByteBuffer bytes) {
        room(bytes.remaining()).put(bytes);
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            int size = Math.max(buffer.position() + bytes, Math.multiplyExact(buffer.capacity(), 2));
            buffer = ByteBuffer.allocate(size).put(buffer.flip());
        }
        return buffer;
    }

    byte[] take() {
        byte[] taken = Arrays.copyOf(buffer.array(), buffer.position());
        buffer.clear();
        return taken;
    }
}

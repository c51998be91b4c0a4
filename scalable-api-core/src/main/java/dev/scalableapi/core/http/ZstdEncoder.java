package dev.scalableapi.core.http;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;

/** Writes one frame of RFC 8878. */
final class ZstdEncoder implements ContentCoding.Encoder {
    private final ZstdCompressCtx context = new ZstdCompressCtx();
    private final EncodedOutput output = new EncodedOutput();

    ZstdEncoder(int level) {
        context.setLevel(level);
    }

    @Override
    public void write(ByteBuffer content) {
        ByteBuffer readable = NativeCoding.inArray(content);
        while (readable.hasRemaining()) {
            context.compressByteBufferStream(output.room(), readable, EndDirective.CONTINUE);
        }
    }

    @Override
    public byte[] flush() {
        return taken(EndDirective.FLUSH);
    }

    @Override
    public byte[] finish() {
        return taken(EndDirective.END);
    }

    private byte[] taken(EndDirective directive) {
        boolean done;
        do {
            done = context.compressByteBufferStream(output.room(), ByteBuffer.allocate(0), directive);
        } while (!done);
        return output.take();
    }

    @Override
    public void close() {
        context.close();
    }
}

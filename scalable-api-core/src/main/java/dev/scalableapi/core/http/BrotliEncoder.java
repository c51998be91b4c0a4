package dev.scalableapi.core.http;

import com.aayushatharva.brotli4j.encoder.Encoder;
import com.aayushatharva.brotli4j.encoder.EncoderJNI;
import com.aayushatharva.brotli4j.encoder.EncoderJNI.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Hands content to the native encoder through its buffer, piece by piece. That buffer is memory of the encoder, and is
 * never touched once it is freed.
 */
final class BrotliEncoder implements ContentCoding.Encoder {
    private static final int BUFFER = 16 * 1024;

    private final EncoderJNI.Wrapper encoder;
    private final EncodedOutput output = new EncodedOutput();
    private boolean closed;

    BrotliEncoder(int quality, int windowBits) throws IOException {
        encoder = new EncoderJNI.Wrapper(BUFFER, quality, windowBits, Encoder.Mode.GENERIC);
    }

    @Override
    public void write(ByteBuffer content) {
        if (closed) {
            throw new IllegalStateException("The encoder is closed");
        }
        ByteBuffer input = encoder.getInputBuffer();
        int end = content.limit();
        while (content.hasRemaining()) {
            content.limit(Math.min(end, content.position() + input.capacity()));
            int piece = content.remaining();
            input.clear().put(content);
            content.limit(end);
            push(Operation.PROCESS, piece);
        }
    }

    @Override
    public byte[] flush() {
        push(Operation.FLUSH, 0);
        return output.take();
    }

    @Override
    public byte[] finish() {
        push(Operation.FINISH, 0);
        return output.take();
    }

    private void push(Operation operation, int bytes) {
        encoder.push(operation, bytes);
        while (encoder.hasMoreOutput() || encoder.hasRemainingInput()) {
            if (encoder.hasMoreOutput()) {
                output.put(encoder.pull());
            } else {
                encoder.push(operation, 0);
            }
        }
        if (!encoder.isSuccess()) {
            throw new IllegalStateException("The Brotli encoder failed");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            encoder.destroy();
        }
    }
}

package dev.scalableapi.core.http;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes one member of RFC 1952, without a name or a time. */
final class GzipEncoder implements ContentCoding.Encoder {
    private static final int MAGIC = 0x1f8b0800;

    /** No time, no extra flags, and 255: of no known file system. */
    private static final int REST_OF_HEADER = 0x000000ff;

    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    private final CRC32 checksum = new CRC32();
    private final EncodedOutput output = new EncodedOutput();

    GzipEncoder() {
        output.room().putInt(MAGIC).putShort((short) 0).putInt(REST_OF_HEADER);
    }

    @Override
    public void write(ByteBuffer content) {
        checksum.update(content.duplicate());
        deflater.setInput(content);
        while (!deflater.needsInput()) {
            deflater.deflate(output.room(), Deflater.NO_FLUSH);
        }
    }

    @Override
    public byte[] flush() {
        ByteBuffer room;
        do {
            room = output.room();
            deflater.deflate(room, Deflater.SYNC_FLUSH);
        } while (!room.hasRemaining());
        return output.take();
    }

    @Override
    public byte[] finish() {
        deflater.finish();
        while (!deflater.finished()) {
            deflater.deflate(output.room(), Deflater.NO_FLUSH);
        }
        output.room()
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) checksum.getValue())
                .putInt((int) deflater.getBytesRead());
        return output.take();
    }

    @Override
    public void close() {
        deflater.end();
    }
}

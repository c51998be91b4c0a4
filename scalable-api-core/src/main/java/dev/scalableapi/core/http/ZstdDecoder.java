package dev.scalableapi.core.http;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;

/**
 * Reads frames of RFC 8878, one after another. The formats before version 0.8, which the library knows too, are refused:
 * they are not this coding, and know no largest window.
 */
final class ZstdDecoder implements ContentCoding.Decoder {
    /** The lowest byte of the magic number comes first; in the older formats this one differs. */
    private static final int FIRST_OF_FRAME = 0x28;

    /** The upper half of the first byte of a frame to be skipped. */
    private static final int FIRST_OF_SKIPPABLE = 5;

    /** So much is handed over at once, as what is in no array has to be copied each time that the room is full. */
    private static final int PIECE = 16 * 1024;

    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private boolean inFrame;
    private boolean wholeFrame;

    ZstdDecoder(int maxWindowBits) {
        context.setLongMax(maxWindowBits);
    }

    @Override
    public void decode(ByteBuffer coded, ByteBuffer room) {
        boolean going = true;
        while (going) {
            going = step(coded, room) && coded.hasRemaining() && room.hasRemaining();
        }
    }

    /** Goes on to the end of a frame at the most; false if nothing was read or made. */
    private boolean step(ByteBuffer coded, ByteBuffer room) {
        if (!inFrame && coded.hasRemaining()) {
            checkFirst(coded.get(coded.position()) & 0xff);
        }
        int before = coded.remaining() + room.remaining();
        boolean ended = decompress(coded, room);
        boolean progress = coded.remaining() + room.remaining() < before;
        if (progress) {
            inFrame = !ended;
            wholeFrame = ended;
        }
        return progress;
    }

    private static void checkFirst(int octet) {
        if (octet != FIRST_OF_FRAME && octet >>> 4 != FIRST_OF_SKIPPABLE) {
            throw MalformedBody.create();
        }
    }

    private boolean decompress(ByteBuffer coded, ByteBuffer room) {
        ByteBuffer piece = NativeCoding.inArray(coded.slice(coded.position(), Math.min(PIECE, coded.remaining())));
        try {
            return context.decompressByteBufferStream(room, piece);
        } catch (ZstdException e) {
            throw MalformedBody.create();
        } finally {
            coded.position(coded.position() + piece.position());
        }
    }

    @Override
    public void finish() {
        if (!wholeFrame) {
            throw MalformedBody.create();
        }
    }

    @Override
    public void close() {
        context.close();
    }
}

package dev.scalableapi.core.http;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads members of RFC 1952, one after another, and checks each: its header, the checksum of that where there is one, and
 * the checksum and the length of its content. Nothing else may stand between them or behind.
 */
final class GzipDecoder implements ContentCoding.Decoder {
    private static final int RESERVED_FLAGS = 0xe0;

    /** The parts of a member in their order, and the flags that tell of those which may be missing. */
    private enum Part {
        HEADER(0),
        EXTRA_LENGTH(4),
        EXTRA(4),
        NAME(8),
        COMMENT(16),
        HEADER_CHECKSUM(2),
        CONTENT(0),
        TRAILER(0);

        private final int flag;

        Part(int flag) {
            this.flag = flag;
        }

        private Part next() {
            return switch (this) {
                case HEADER -> EXTRA_LENGTH;
                case EXTRA_LENGTH -> EXTRA;
                case EXTRA -> NAME;
                case NAME -> COMMENT;
                case COMMENT -> HEADER_CHECKSUM;
                case HEADER_CHECKSUM -> CONTENT;
                case CONTENT -> TRAILER;
                case TRAILER -> HEADER;
            };
        }
    }

    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private Part part = Part.HEADER;
    private int flags;
    private int extraBytes;
    private boolean wholeMember;

    /** How many bytes of this part there were. */
    private int seen;

    /** The last eight bytes of this part as a number, its first byte being the lowest. */
    private long number;

    @Override
    public void decode(ByteBuffer coded, ByteBuffer room) {
        while (part == Part.CONTENT ? inflate(coded, room) : coded.hasRemaining()) {
            if (part != Part.CONTENT) {
                take(coded.get() & 0xff);
            }
        }
    }

    /** Whether the content of this member has come to its end. */
    private boolean inflate(ByteBuffer coded, ByteBuffer room) {
        ByteBuffer made = room.duplicate();
        inflater.setInput(coded);
        try {
            inflater.inflate(room);
        } catch (DataFormatException e) {
            throw MalformedBody.create();
        }
        checksum.update(made.limit(room.position()));
        endIf(inflater.finished());
        return part == Part.TRAILER && coded.hasRemaining();
    }

    private void take(int octet) {
        if (part != Part.HEADER_CHECKSUM && part != Part.TRAILER) {
            checksum.update(octet);
        }
        number = number >>> 8 | (long) octet << 56;
        seen++;
        switch (part) {
            case HEADER -> takeHeader(octet);
            case EXTRA_LENGTH -> takeExtraLength();
            case EXTRA -> endIf(seen == extraBytes);
            case NAME, COMMENT -> endIf(octet == 0);
            case HEADER_CHECKSUM -> takeHeaderChecksum();
            default -> takeTrailer();
        }
    }

    private void takeHeader(int octet) {
        require(seen != 1 || octet == 0x1f);
        require(seen != 2 || octet == 0x8b);
        require(seen != 3 || octet == 8);
        if (seen == 4) {
            require((octet & RESERVED_FLAGS) == 0);
            flags = octet;
        }
        wholeMember = false;
        endIf(seen == 10);
    }

    private void takeExtraLength() {
        extraBytes = (int) (number >>> 48);
        endIf(seen == 2);
    }

    private void takeHeaderChecksum() {
        require(seen < 2 || number >>> 48 == (checksum.getValue() & 0xffff));
        endIf(seen == 2);
    }

    private void takeTrailer() {
        if (seen == 8) {
            require(number == (checksum.getValue() | inflater.getBytesWritten() << 32));
            inflater.reset();
            checksum.reset();
            wholeMember = true;
        }
        endIf(seen == 8);
    }

    private void endIf(boolean ended) {
        if (ended) {
            begin(part.next());
        }
    }

    private void begin(Part next) {
        part = next;
        seen = 0;
        number = 0;
        if (next == Part.CONTENT) {
            checksum.reset();
        }
        boolean missing = (next.flag & flags) != next.flag || (next == Part.EXTRA && extraBytes == 0);
        endIf(missing);
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw MalformedBody.create();
        }
    }

    @Override
    public void finish() {
        require(wholeMember);
    }

    @Override
    public void close() {
        inflater.end();
    }
}

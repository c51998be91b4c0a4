package dev.scalableapi.redis;

import io.lettuce.core.StreamMessage;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * The last entry that a reader has seen of a stream. Where it still stands, all that was added since stands behind it, for
 * a stream takes no id below its last one; where it does not, or another has its id, the stream is not the one that was
 * read: a failover has lost its end, or it was emptied.
 *
 * @param id of the entry
 * @param checksum of its fields: after a failover another entry may get the same id
 */
record StreamPosition(String id, long checksum) {
    private static final int LONGEST = 64;

    static StreamPosition of(StreamMessage<byte[], byte[]> entry) {
        CRC32 checksum = new CRC32();
        for (Map.Entry<byte[], byte[]> field : entry.getBody().entrySet()) {
            checksum.update(field.getKey());
            checksum.update(field.getValue());
        }
        return new StreamPosition(entry.getId(), checksum.getValue());
    }

    /** @throws IllegalArgumentException if it is none */
    static StreamPosition parse(String cursor) {
        if (cursor.length() > LONGEST || !cursor.matches("[0-9]+-[0-9]+/[0-9a-f]{1,8}")) {
            throw new IllegalArgumentException("The cursor is malformed");
        }
        int slash = cursor.indexOf('/');
        return new StreamPosition(cursor.substring(0, slash), Long.parseLong(cursor, slash + 1, cursor.length(), 16));
    }

    String cursor() {
        return id + "/" + Long.toHexString(checksum);
    }
}

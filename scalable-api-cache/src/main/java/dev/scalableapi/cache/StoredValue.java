package dev.scalableapi.cache;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The form in which a cache keeps its entries in a store: a mark, a format version, whether there is a value, when its
 * life ends, a checksum of these and the content, and the content.
 */
final class StoredValue {
    private static final short MARK = (short) 0xCA5E;
    private static final byte FORMAT = 1;
    private static final int CHECKSUM_AT = Short.BYTES + 2 * Byte.BYTES + Long.BYTES;
    private static final int HEADER = CHECKSUM_AT + Integer.BYTES;

    private StoredValue() {}

    static <V> byte[] encode(Optional<V> value, Instant expiresAt, Codec<V> codec) {
        byte[] content = value.map(codec::encode).orElseGet(() -> new byte[0]);
        byte[] bytes = ByteBuffer.allocate(HEADER + content.length)
                .putShort(MARK)
                .put(FORMAT)
                .put((byte) (value.isPresent() ? 1 : 0))
                .putLong(expiresAt.toEpochMilli())
                .putInt(0)
                .put(content)
                .array();
        ByteBuffer.wrap(bytes).putInt(CHECKSUM_AT, checksum(bytes));
        return bytes;
    }

    /** Empty if the bytes are foreign or damaged. */
    static <V> Optional<Cached<V>> decode(byte[] bytes, Codec<V> codec) {
        if (bytes.length < HEADER) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (buffer.getShort() != MARK || buffer.get() != FORMAT || buffer.getInt(CHECKSUM_AT) != checksum(bytes)) {
            return Optional.empty();
        }
        boolean present = buffer.get() == 1;
        Instant expiresAt = Instant.ofEpochMilli(buffer.getLong());
        if (!present) {
            return Optional.of(new Cached<>(Optional.empty(), Cached.Origin.HIT_STORE, expiresAt));
        }
        byte[] content = new byte[bytes.length - HEADER];
        buffer.position(HEADER).get(content);
        return codec.decode(content).map(value -> new Cached<>(Optional.of(value), Cached.Origin.HIT_STORE, expiresAt));
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, CHECKSUM_AT);
        crc.update(bytes, HEADER, bytes.length - HEADER);
        return (int) crc.getValue();
    }
}

package dev.scalableapi.cache;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The form in which a cache keeps its entries in a store: a mark, a format version, whether there is a value, a checksum
 * of all the rest, how long the load took, how long the entry may be served stale, its nonces, and the content.
 *
 * @param <V> the values' type
 */
record StoredValue<V>(Optional<V> value, Duration loadTime, Staleness staleness, Map<String, String> nonces) {
    private static final short MARK = (short) 0xCA5E;
    private static final byte FORMAT = 2;
    private static final int CHECKSUM_AT = Short.BYTES + 2 * Byte.BYTES;
    private static final int BODY_AT = CHECKSUM_AT + Integer.BYTES;
    private static final int FIXED = BODY_AT + 3 * Long.BYTES + Short.BYTES;

    byte[] encode(Codec<V> codec) {
        byte[] content = value.map(codec::encode).orElseGet(() -> new byte[0]);
        byte[] names = encodeNonces();
        byte[] bytes = ByteBuffer.allocate(FIXED + names.length + content.length)
                .putShort(MARK)
                .put(FORMAT)
                .put((byte) (value.isPresent() ? 1 : 0))
                .putInt(0)
                .putLong(loadTime.toNanos())
                .putLong(staleness.whileRevalidate().toMillis())
                .putLong(staleness.ifError().toMillis())
                .putShort((short) nonces.size())
                .put(names)
                .put(content)
                .array();
        ByteBuffer.wrap(bytes).putInt(CHECKSUM_AT, checksum(bytes));
        return bytes;
    }

    private byte[] encodeNonces() {
        StringBuilder texts = new StringBuilder();
        nonces.forEach(
                (name, nonce) -> texts.append(name).append('\0').append(nonce).append('\0'));
        return texts.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Empty if the bytes are foreign or damaged. */
    static <V> Optional<StoredValue<V>> decode(byte[] bytes, Codec<V> codec) {
        if (bytes.length < FIXED) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (buffer.getShort() != MARK || buffer.get() != FORMAT || buffer.getInt(CHECKSUM_AT) != checksum(bytes)) {
            return Optional.empty();
        }
        boolean present = buffer.get() == 1;
        buffer.position(BODY_AT);
        Duration loadTime = Duration.ofNanos(buffer.getLong());
        Staleness staleness = new Staleness(Duration.ofMillis(buffer.getLong()), Duration.ofMillis(buffer.getLong()));
        Map<String, String> nonces = decodeNonces(bytes, buffer);
        if (!present) {
            return Optional.of(new StoredValue<>(Optional.empty(), loadTime, staleness, nonces));
        }
        byte[] content = new byte[buffer.remaining()];
        buffer.get(content);
        return codec.decode(content).map(value -> new StoredValue<>(Optional.of(value), loadTime, staleness, nonces));
    }

    private static Map<String, String> decodeNonces(byte[] bytes, ByteBuffer buffer) {
        int count = buffer.getShort();
        if (count == 1) {
            return Map.of(text(bytes, buffer), text(bytes, buffer));
        }
        Map<String, String> nonces = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            nonces.put(text(bytes, buffer), text(bytes, buffer));
        }
        return nonces;
    }

    private static String text(byte[] bytes, ByteBuffer buffer) {
        int start = buffer.position();
        while (buffer.get() != 0) {}
        return new String(bytes, start, buffer.position() - 1 - start, StandardCharsets.UTF_8);
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, CHECKSUM_AT);
        crc.update(bytes, BODY_AT, bytes.length - BODY_AT);
        return (int) crc.getValue();
    }
}

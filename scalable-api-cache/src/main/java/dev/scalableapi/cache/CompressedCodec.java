package dev.scalableapi.cache;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** A byte that says whether what follows is compressed; if so, four of its length before, then the content. */
final class CompressedCodec<V> implements Codec<V> {
    private static final byte PLAIN = 0;
    private static final byte DEFLATED = 1;
    private static final int HEADER = 1 + Integer.BYTES;

    private final Codec<V> codec;
    private final int threshold;
    private final int limit;

    CompressedCodec(Codec<V> codec, int threshold, int limit) {
        if (threshold < 0 || limit < threshold) {
            throw new IllegalArgumentException("threshold must not be negative, nor limit below it");
        }
        this.codec = codec;
        this.threshold = threshold;
        this.limit = limit;
    }

    @Override
    public byte[] encode(V value) {
        byte[] content = codec.encode(value);
        if (content.length > limit) {
            throw new IllegalArgumentException("A value is longer than the limit of " + limit + " bytes");
        }
        return content.length < threshold ? plain(content) : deflated(content);
    }

    private static byte[] plain(byte[] content) {
        byte[] bytes = new byte[1 + content.length];
        bytes[0] = PLAIN;
        System.arraycopy(content, 0, bytes, 1, content.length);
        return bytes;
    }

    private static byte[] deflated(byte[] content) {
        byte[] bytes = new byte[HEADER + content.length];
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(content);
            deflater.finish();
            int length = deflater.deflate(bytes, HEADER, content.length);
            if (!deflater.finished()) {
                return plain(content);
            }
            ByteBuffer.wrap(bytes).put(DEFLATED).putInt(content.length);
            return Arrays.copyOf(bytes, HEADER + length);
        } finally {
            deflater.end();
        }
    }

    @Override
    public Optional<V> decode(byte[] bytes) {
        if (bytes.length > 0 && bytes[0] == PLAIN) {
            return bytes.length - 1 > limit
                    ? Optional.empty()
                    : codec.decode(Arrays.copyOfRange(bytes, 1, bytes.length));
        }
        return bytes.length >= HEADER && bytes[0] == DEFLATED
                ? inflated(bytes).flatMap(codec::decode)
                : Optional.empty();
    }

    private Optional<byte[]> inflated(byte[] bytes) {
        int length = ByteBuffer.wrap(bytes).getInt(1);
        // DEFLATE makes a byte of at most 1,032: no room is made for what can't come.
        if (length < 0 || length > limit || length / 1_032 > bytes.length) {
            return Optional.empty();
        }
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(bytes, HEADER, bytes.length - HEADER);
            byte[] content = new byte[length];
            boolean whole = inflater.inflate(content) == length && inflater.inflate(new byte[1]) == 0;
            return whole && inflater.finished() && inflater.getRemaining() == 0
                    ? Optional.of(content)
                    : Optional.empty();
        } catch (DataFormatException damaged) {
            return Optional.empty();
        } finally {
            inflater.end();
        }
    }
}

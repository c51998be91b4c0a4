package dev.scalableapi.core.page;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes a position in binary: each value is a byte for its kind, then as many as it takes. Integers are in groups of seven
 * bits, the lowest first, the sign in the lowest bit. For one thread.
 */
final class PositionWriter {
    private byte[] bytes = new byte[96];
    private int length;

    PositionWriter octet(int value) {
        room(1);
        bytes[length++] = (byte) value;
        return this;
    }

    PositionWriter int32(int value) {
        return octet(value >> 24).octet(value >> 16).octet(value >> 8).octet(value);
    }

    private PositionWriter int64(long value) {
        return int32((int) (value >> 32)).int32((int) value);
    }

    PositionWriter number(long value) {
        long rest = (value << 1) ^ (value >> 63);
        while ((rest & ~0x7fL) != 0) {
            octet((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        return octet((int) rest);
    }

    PositionWriter position(Position position) {
        octet(position.relation().code()).octet(position.anchor().size());
        for (Object value : position.anchor()) {
            value(value);
        }
        return this;
    }

    private void value(@Nullable Object value) {
        if (value == null) {
            octet(ValueKind.NULL);
        } else if (value instanceof String text) {
            octet(ValueKind.TEXT).octets(utf8(text));
        } else if (value instanceof Long number) {
            octet(ValueKind.INTEGER).number(number);
        } else if (value instanceof BigDecimal number) {
            octet(ValueKind.DECIMAL)
                    .number(number.scale())
                    .octets(number.unscaledValue().toByteArray());
        } else if (value instanceof Double number) {
            octet(ValueKind.FLOATING_POINT).int64(Double.doubleToRawLongBits(number));
        } else if (value instanceof Boolean truth) {
            octet(truth ? ValueKind.TRUE : ValueKind.FALSE);
        } else if (value instanceof LocalDate date) {
            octet(ValueKind.DATE).number(date.toEpochDay());
        } else if (value instanceof Instant instant) {
            octet(ValueKind.INSTANT).number(instant.getEpochSecond()).number(instant.getNano());
        } else if (value instanceof UUID uuid) {
            octet(ValueKind.UUID).int64(uuid.getMostSignificantBits()).int64(uuid.getLeastSignificantBits());
        }
    }

    /** Half a surrogate pair would come back as a question mark, and the next slice begin elsewhere. */
    private static byte[] utf8(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (hasSurrogate(text) && !new String(utf8, StandardCharsets.UTF_8).equals(text)) {
            throw new IllegalArgumentException("A text of an anchor has half a surrogate pair");
        }
        return utf8;
    }

    private static boolean hasSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private void octets(byte[] value) {
        number(value.length);
        room(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    int length() {
        return length;
    }

    /** What has been written, with room after it. */
    byte[] bytes(int room) {
        return Arrays.copyOf(bytes, length + room);
    }
}

package dev.scalableapi.core.page;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link PositionWriter} writes. The bytes are under a right MAC, so they are ours; yet none of another version
 * of this code does more than not fit. For one thread.
 */
final class PositionReader {
    private final byte[] bytes;
    private final int end;
    private int at;

    PositionReader(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.at = start;
        this.end = end;
    }

    /** The position that fills the rest. */
    Position position() throws MisfitException {
        Position.Relation relation = relation(octet());
        int count = octet();
        if (count == 0 || count > Position.MAX_VALUES) {
            throw new MisfitException();
        }
        List<@Nullable Object> anchor = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            anchor.add(value());
        }
        if (at < end) {
            throw new MisfitException();
        }
        return new Position(relation, anchor);
    }

    private static Position.Relation relation(int code) throws MisfitException {
        for (Position.Relation relation : Position.Relation.values()) {
            if (relation.code() == code) {
                return relation;
            }
        }
        throw new MisfitException();
    }

    private @Nullable Object value() throws MisfitException {
        return switch (octet()) {
            case ValueKind.NULL -> null;
            case ValueKind.TEXT -> text();
            case ValueKind.INTEGER -> number();
            case ValueKind.DECIMAL -> decimal();
            case ValueKind.FLOATING_POINT -> Double.longBitsToDouble(int64());
            case ValueKind.FALSE -> false;
            case ValueKind.TRUE -> true;
            case ValueKind.DATE -> date();
            case ValueKind.INSTANT -> instant();
            case ValueKind.UUID -> new UUID(int64(), int64());
            default -> throw new MisfitException();
        };
    }

    private String text() throws MisfitException {
        int length = length();
        at += length;
        return new String(bytes, at - length, length, StandardCharsets.UTF_8);
    }

    private BigDecimal decimal() throws MisfitException {
        long scale = number();
        int length = length();
        if (length == 0 || (int) scale != scale) {
            throw new MisfitException();
        }
        at += length;
        return new BigDecimal(new BigInteger(bytes, at - length, length), (int) scale);
    }

    private LocalDate date() throws MisfitException {
        try {
            return LocalDate.ofEpochDay(number());
        } catch (DateTimeException e) {
            throw new MisfitException();
        }
    }

    private Instant instant() throws MisfitException {
        try {
            return Instant.ofEpochSecond(number(), number());
        } catch (DateTimeException | ArithmeticException e) {
            throw new MisfitException();
        }
    }

    private int length() throws MisfitException {
        long length = number();
        if (length < 0 || length > end - at) {
            throw new MisfitException();
        }
        return (int) length;
    }

    long number() throws MisfitException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int group = octet();
            value |= (group & 0x7fL) << shift;
            if (group < 0x80) {
                return (value >>> 1) ^ -(value & 1);
            }
        }
        throw new MisfitException();
    }

    private long int64() throws MisfitException {
        return ((long) int32() << 32) | (int32() & 0xffff_ffffL);
    }

    private int int32() throws MisfitException {
        return (octet() << 24) | (octet() << 16) | (octet() << 8) | octet();
    }

    private int octet() throws MisfitException {
        if (at == end) {
            throw new MisfitException();
        }
        return bytes[at++] & 0xff;
    }

    /** There is no such position. */
    static final class MisfitException extends Exception {
        private static final long serialVersionUID = 1L;

        MisfitException() {
            super(null, null, false, false);
        }
    }
}

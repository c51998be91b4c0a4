package dev.scalableapi.core.page;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a slice of an ordered list begins, and which way it is read: what a cursor says once it is opened. Immutable.
 *
 * @param relation on which side of the anchor the slice lies
 * @param anchor the anchor row's values of the columns that make the order, 1 to 32 of them: each a String, Long,
 *     BigDecimal, Double, Boolean, LocalDate, Instant or UUID, or null
 */
public record Position(Relation relation, List<@Nullable Object> anchor) {
    static final int MAX_VALUES = 32;

    /** On which side of its anchor a slice lies. */
    public enum Relation {
        /** Read forwards, the anchor left out. */
        AFTER(0),
        /** Read backwards, the anchor left out. */
        BEFORE(1),
        /** Read forwards, the anchor included if it is still there. */
        FROM(2),
        /** Read backwards, the anchor included if it is still there. */
        UP_TO(3);

        private final int code;

        Relation(int code) {
            this.code = code;
        }

        /** What stands for it in a cursor. */
        int code() {
            return code;
        }

        boolean isBackwards() {
            return this == BEFORE || this == UP_TO;
        }

        boolean includesAnchor() {
            return this == FROM || this == UP_TO;
        }

        /** The rest of the list. */
        Relation complement() {
            return switch (this) {
                case AFTER -> UP_TO;
                case BEFORE -> FROM;
                case FROM -> BEFORE;
                case UP_TO -> AFTER;
            };
        }
    }

    /**
     * Copies the values.
     *
     * @param relation on which side of the anchor the slice lies
     * @param anchor the anchor row's values
     * @throws IllegalArgumentException if there are none or too many, or one is of another type
     */
    public Position {
        anchor = Collections.unmodifiableList(new ArrayList<>(anchor));
        if (anchor.isEmpty() || anchor.size() > MAX_VALUES) {
            throw new IllegalArgumentException("An anchor has 1 to " + MAX_VALUES + " values: " + anchor.size());
        }
        for (Object value : anchor) {
            if (value != null && !isSupported(value)) {
                throw new IllegalArgumentException(
                        "An anchor can't have a " + value.getClass().getName());
            }
        }
    }

    private static boolean isSupported(Object value) {
        return value instanceof String
                || value instanceof Long
                || value instanceof BigDecimal
                || value instanceof Double
                || value instanceof Boolean
                || value instanceof LocalDate
                || value instanceof Instant
                || value instanceof UUID;
    }

    /** {@return the relation and the number of values: these can be secrets} */
    @Override
    public String toString() {
        return "Position[" + relation + ", " + anchor.size() + " values]";
    }
}

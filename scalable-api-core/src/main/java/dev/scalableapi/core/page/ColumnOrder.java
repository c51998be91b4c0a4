package dev.scalableapi.core.page;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The order of a {@link Sort} for values in memory, the same as PostgreSQL has: texts by code point, as with the collation
 * {@code C}; the two zeros equal, NaN above infinity; UUIDs as unsigned bytes; nulls first or last, as the column says.
 */
final class ColumnOrder {
    private ColumnOrder() {}

    /** Compares rows by all terms. */
    static <T> Comparator<T> of(List<SortTerm<T>> terms) {
        return (one, other) -> {
            for (SortTerm<T> term : terms) {
                int order = compare(term, term.valueOf(one), term.valueOf(other));
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        };
    }

    /** Compares a row with the values of an anchor: negative if the row comes first. */
    static <T> int compare(List<SortTerm<T>> terms, T row, List<@Nullable Object> anchor) {
        for (int i = 0; i < terms.size(); i++) {
            int order = compare(terms.get(i), terms.get(i).valueOf(row), anchor.get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static int compare(SortTerm<?> term, @Nullable Object one, @Nullable Object other) {
        if (one == null || other == null) {
            int nullFirst = one == other ? 0 : one == null ? -1 : 1;
            return term.column().nulls() == Nulls.LAST ? -nullFirst : nullFirst;
        }
        int ascending = compare(term.column().type(), one, other);
        return term.direction() == Direction.ASCENDING ? ascending : -ascending;
    }

    private static int compare(ColumnType type, Object one, Object other) {
        return switch (type) {
            case TEXT -> compare((String) one, (String) other);
            case INTEGER -> ((Long) one).compareTo((Long) other);
            case DECIMAL -> ((BigDecimal) one).compareTo((BigDecimal) other);
            case FLOATING_POINT -> compare((double) one, (double) other);
            case BOOLEAN -> ((Boolean) one).compareTo((Boolean) other);
            case DATE -> ((LocalDate) one).compareTo((LocalDate) other);
            case INSTANT -> ((Instant) one).compareTo((Instant) other);
            case IDENTIFIER -> compare((UUID) one, (UUID) other);
        };
    }

    /** By code point, which a surrogate, though smaller, makes larger than any other character. */
    private static int compare(String one, String other) {
        int length = Math.min(one.length(), other.length());
        for (int i = 0; i < length; i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a != b) {
                boolean isSurrogate = Character.isSurrogate(a);
                return isSurrogate == Character.isSurrogate(b) ? a - b : isSurrogate ? 1 : -1;
            }
        }
        return one.length() - other.length();
    }

    private static int compare(double one, double other) {
        return one == other ? 0 : Double.compare(one, other);
    }

    private static int compare(UUID one, UUID other) {
        int order = Long.compareUnsigned(one.getMostSignificantBits(), other.getMostSignificantBits());
        return order != 0
                ? order
                : Long.compareUnsigned(one.getLeastSignificantBits(), other.getLeastSignificantBits());
    }
}

package dev.scalableapi.core.page;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One column of an order.
 *
 * @param column what is compared
 * @param value what a row has in it
 * @param direction which end comes first
 */
record SortTerm<T>(Column<?> column, Function<? super T, ? extends @Nullable Object> value, Direction direction) {
    SortTerm<T> towards(Direction other) {
        return new SortTerm<>(column, value, other);
    }

    /** What the row has in the column, of the column's type; null only if the column may have nulls. */
    @Nullable Object valueOf(T row) {
        Object found = value.apply(row);
        if (found == null && column.nulls() == Nulls.NONE) {
            throw new IllegalStateException("A row has no value for the NOT NULL column " + column.name());
        }
        return found;
    }

    /** Whether it could come from such a row. */
    boolean takes(@Nullable Object key) {
        return key == null ? column.nulls() != Nulls.NONE : column.type().holds(key);
    }
}

package dev.scalableapi.core.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes which rows lie beyond an anchor, for columns in the direction of reading. For one thread.
 *
 * <p>NOT NULL columns of one direction are compared as a row. Where directions change, what is left is an OR, by which no
 * index is entered: so a bound for the leading columns stands before it. A column that may have nulls is compared alone; with
 * nulls after all values, its bound is an OR, too.
 */
final class SeekCondition {
    private final List<OrderColumn> columns;
    private final List<@Nullable Object> anchor;
    private final boolean includesAnchor;
    private final boolean comparesRows;
    private final SqlWriter sql;

    SeekCondition(List<OrderColumn> columns, Position position, boolean comparesRows, SqlWriter sql) {
        this.columns = columns;
        this.anchor = position.anchor();
        this.includesAnchor = position.relation().includesAnchor();
        this.comparesRows = comparesRows;
        this.sql = sql;
    }

    void write() {
        write(0);
    }

    /** By the columns from here on; where nothing lies beyond the first of them, the next ones lead. */
    private void write(int start) {
        int end = runFrom(start);
        if (!hasBeyond(start)) {
            sql.and();
            equal(start, end);
            write(end);
            return;
        }
        if (end < columns.size()) {
            bound(start, end);
        }
        sql.and();
        beyond(start);
    }

    /** Where the columns end that are compared as one. */
    private int runFrom(int start) {
        OrderColumn first = columns.get(start);
        int end = start + 1;
        while (comparesRows && end < columns.size() && isLike(first, columns.get(end))) {
            end++;
        }
        return end;
    }

    private static boolean isLike(OrderColumn one, OrderColumn other) {
        return !one.hasNulls() && !other.hasNulls() && one.direction() == other.direction();
    }

    /** Nulls that come last have nothing beyond them. */
    private boolean hasBeyond(int start) {
        return anchor.get(start) != null || columns.get(start).nulls() == Nulls.FIRST;
    }

    /** What the leading columns of every row beyond are, and of the rows that are equal to the anchor in them. */
    private void bound(int start, int end) {
        if (anchor.get(start) == null) {
            return;
        }
        sql.and();
        orNull(start, () -> compare(start, end, columns.get(start).operator() + "="));
    }

    /** The rows that lie beyond the anchor by the columns from here on. */
    private void beyond(int start) {
        int end = runFrom(start);
        if (end == columns.size()) {
            // The unique column, which ends every order, is NOT NULL.
            compare(start, end, columns.get(start).operator() + (includesAnchor ? "=" : ""));
            return;
        }
        if (!hasBeyond(start)) {
            equalAndBeyond(start, end);
            return;
        }
        sql.append("(");
        strictlyBeyond(start, end);
        sql.append(" OR (");
        equalAndBeyond(start, end);
        sql.append("))");
    }

    private void equalAndBeyond(int start, int end) {
        equal(start, end);
        sql.append(" AND ");
        beyond(end);
    }

    private void strictlyBeyond(int start, int end) {
        if (anchor.get(start) == null) {
            sql.append(columns.get(start).name()).append(" IS NOT NULL");
        } else {
            orNull(start, () -> compare(start, end, columns.get(start).operator()));
        }
    }

    /** Nulls that come last are beyond every value. */
    private void orNull(int start, Runnable comparison) {
        if (columns.get(start).nulls() == Nulls.LAST) {
            sql.append("(");
            comparison.run();
            sql.append(" OR ").append(columns.get(start).name()).append(" IS NULL)");
        } else {
            comparison.run();
        }
    }

    private void equal(int start, int end) {
        if (anchor.get(start) == null) {
            sql.append(columns.get(start).name()).append(" IS NULL");
        } else {
            compare(start, end, "=");
        }
    }

    private void compare(int start, int end, String operator) {
        boolean isRow = end - start > 1;
        sql.append(isRow ? "(" : "");
        for (int i = start; i < end; i++) {
            sql.append(i > start ? ", " : "").append(columns.get(i).name());
        }
        sql.append(isRow ? ") " : " ").append(operator).append(isRow ? " (" : " ");
        for (int i = start; i < end; i++) {
            sql.append(i > start ? ", " : "").bind(value(i));
        }
        sql.append(isRow ? ")" : "");
    }

    /** Only a column that may have nulls has one in an anchor, and that is compared alone, and not here. */
    private Object value(int i) {
        Object value = anchor.get(i);
        if (value == null) {
            throw new IllegalStateException(
                    "A null is compared with " + columns.get(i).name());
        }
        return value;
    }
}

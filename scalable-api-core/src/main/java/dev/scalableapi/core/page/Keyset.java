package dev.scalableapi.core.page;

import dev.scalableapi.core.http.ApiException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * One slice of a list: the condition, the order and the number of rows for its SQL, and the {@link Slice} that these rows
 * make. A database that has an index of this order enters it at the anchor, however far into the table that is, as long as
 * the order's columns are NOT NULL. {@link #select} does the same for a collection in memory. Immutable.
 *
 * <p>Backwards, the rows of the database are in reverse order; {@link #slice} restores the order.
 *
 * @param <T> what a row is
 */
public final class Keyset<T> {
    private final Sort<T> sort;
    private final Filters filters;
    private final Cursors cursors;
    private final SqlDialect dialect;
    private final Optional<Position> position;
    private final int limit;

    private Keyset(
            Sort<T> sort,
            Filters filters,
            Cursors cursors,
            SqlDialect dialect,
            Optional<Position> position,
            int limit) {
        this.sort = sort;
        this.filters = filters;
        this.cursors = cursors;
        this.dialect = dialect;
        this.position = position;
        this.limit = limit;
    }

    /**
     * {@return the slice that a client asks for, in PostgreSQL}
     *
     * @param asked the cursor and the limit
     * @param cursors opens the cursor, and makes those of the neighbours: their scope has this order and these filters
     * @param sort the order
     * @param filters which rows
     * @param <T> what a row is
     * @throws ApiException 400 {@code INVALID_CURSOR} if the cursor can't be opened, or has another order's values
     */
    public static <T> Keyset<T> of(CursorRequest asked, Cursors cursors, Sort<T> sort, Filters filters) {
        Optional<Position> position = asked.cursor().map(cursors::decode);
        if (position.filter(found -> !fits(found, sort)).isPresent()) {
            throw Cursors.invalid();
        }
        return new Keyset<>(sort, filters, cursors, SqlDialect.postgres(), position, asked.limit());
    }

    /**
     * {@return the slice that a client asks for, of a list without filters}
     *
     * @param asked the cursor and the limit
     * @param cursors opens the cursor and makes those of the neighbours: their scope has this order
     * @param sort the order
     * @param <T> what a row is
     * @throws ApiException 400 {@code INVALID_CURSOR} if the cursor cannot be opened, or has another order's values
     */
    public static <T> Keyset<T> of(CursorRequest asked, Cursors cursors, Sort<T> sort) {
        return of(asked, cursors, sort, Filters.none());
    }

    private static boolean fits(Position position, Sort<?> sort) {
        List<@Nullable Object> anchor = position.anchor();
        if (anchor.size() != sort.terms().size()) {
            return false;
        }
        for (int i = 0; i < anchor.size(); i++) {
            if (!sort.terms().get(i).takes(anchor.get(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * {@return the same slice in another database}
     *
     * @param other how it writes SQL
     */
    public Keyset<T> withDialect(SqlDialect other) {
        return new Keyset<>(sort, filters, cursors, other, position, limit);
    }

    /** {@return what stands after WHERE: the filters, and on which side of the anchor the rows lie} */
    public SqlCondition condition() {
        SqlWriter sql = new SqlWriter(dialect);
        filters.writeTo(sql);
        position.ifPresent(from -> new SeekCondition(columns(), from, dialect.comparesRows(), sql).write());
        return sql.condition();
    }

    /** {@return what stands after ORDER BY} */
    public String orderBy() {
        List<String> terms = new ArrayList<>();
        for (OrderColumn column : columns()) {
            terms.add(dialect.orderTerm(column.name(), column.direction(), column.nulls()));
        }
        return String.join(", ", terms);
    }

    /** In the direction of reading. */
    private List<OrderColumn> columns() {
        return sort.terms().stream()
                .map(term -> isBackwards() ? OrderColumn.of(term).reversed() : OrderColumn.of(term))
                .toList();
    }

    private boolean isBackwards() {
        return position.filter(from -> from.relation().isBackwards()).isPresent();
    }

    /** {@return how many rows to read, for LIMIT: one more than the slice holds tells whether it is the last} */
    public int rows() {
        return limit + 1;
    }

    /**
     * {@return the slice of a collection in memory} Every row is looked at once; a copy of the slice's rows is sorted. A list
     * that changes between two slices loses and repeats no row that stays in it.
     *
     * @param rows all rows that pass the filters, in any order, without two that have the same unique value
     * @throws IllegalStateException if a row has no value for a column that is NOT NULL
     */
    public Slice<T> select(Collection<? extends T> rows) {
        Comparator<T> order = isBackwards() ? sort.comparator().reversed() : sort.comparator();
        // The last of the rows that are kept is on top, to be replaced by one that comes before it.
        PriorityQueue<T> first = new PriorityQueue<>(Math.min(rows(), rows.size() + 1), order.reversed());
        for (T row : rows) {
            if (isBeyondAnchor(row)) {
                if (first.size() < rows()) {
                    first.add(row);
                } else if (order.compare(row, first.element()) < 0) {
                    first.remove();
                    first.add(row);
                }
            }
        }
        List<T> sorted = new ArrayList<>(first);
        sorted.sort(order);
        return slice(sorted);
    }

    private boolean isBeyondAnchor(T row) {
        if (position.isEmpty()) {
            return true;
        }
        Position from = position.get();
        int order = ColumnOrder.compare(sort.terms(), row, from.anchor());
        int ahead = from.relation().isBackwards() ? -order : order;
        return ahead > 0 || (ahead == 0 && from.relation().includesAnchor());
    }

    /**
     * {@return the slice that these rows make}
     *
     * @param rows as the database gave them: by this condition, in this order, and so many at the most
     * @throws IllegalArgumentException if there are more
     */
    public Slice<T> slice(List<T> rows) {
        if (rows.size() > rows()) {
            throw new IllegalArgumentException("There are more rows than were to be read: " + rows.size());
        }
        boolean isMore = rows.size() > limit;
        List<T> items = new ArrayList<>(isMore ? rows.subList(0, limit) : rows);
        if (isBackwards()) {
            Collections.reverse(items);
        }
        boolean hasNext = isMore || isBackwards();
        boolean hasPrevious = isBackwards() ? isMore : position.isPresent();
        return new Slice<>(
                items,
                hasNext ? cursor(Position.Relation.AFTER, items) : null,
                hasPrevious ? cursor(Position.Relation.BEFORE, items) : null);
    }

    /** Where nothing was found, what is on the other side of the anchor has all there is. */
    private String cursor(Position.Relation relation, List<T> items) {
        Position next = items.isEmpty()
                ? position.map(from -> new Position(from.relation().complement(), from.anchor()))
                        .orElseThrow()
                : new Position(relation, sort.keyOf(items.get(relation.isBackwards() ? 0 : items.size() - 1)));
        return cursors.encode(next);
    }

    /** {@return the condition's text and the order, without the values} */
    @Override
    public String toString() {
        return "Keyset[" + condition().text() + " ORDER BY " + orderBy() + "]";
    }
}

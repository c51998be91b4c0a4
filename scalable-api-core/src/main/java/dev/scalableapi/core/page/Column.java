package dev.scalableapi.core.page;

import dev.scalableapi.core.internal.SqlNames;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;

/**
 * A column that clients may sort or filter by, under another name or the same. It is the developer's constant, never a
 * client's text, and stands in SQL as it is. NOT NULL unless {@link #nullsFirst} or {@link #nullsLast} says otherwise.
 * Immutable.
 *
 * @param <V> what it holds
 */
public final class Column<V> {
    private final String name;
    private final ColumnType type;
    private final Nulls nulls;

    private Column(String name, ColumnType type, Nulls nulls) {
        this.name = name;
        this.type = type;
        this.nulls = nulls;
    }

    /**
     * {@return a column of texts, in the database's own order} In PostgreSQL it is not a {@code citext}, which is sorted
     * otherwise than it is compared with a parameter; take a collation that is not deterministic. A row's texts stand in
     * its cursor, for which they have at most 1,400 bytes of UTF-8 together.
     *
     * @param name {@code column} or {@code alias.column}, of ASCII letters, digits and underscores
     * @throws IllegalArgumentException if the name is anything else
     */
    public static Column<String> text(String name) {
        return notNull(name, ColumnType.TEXT);
    }

    /**
     * {@return a column of integers of any width}
     *
     * @param name {@code column} or {@code alias.column}, of ASCII letters, digits and underscores
     * @throws IllegalArgumentException if the name is anything else
     */
    public static Column<Long> integer(String name) {
        return notNull(name, ColumnType.INTEGER);
    }

    /**
     * {@return a column of exact decimal numbers}
     *
     * @param name {@code column} or {@code alias.column}, of ASCII letters, digits and underscores
     * @throws IllegalArgumentException if the name is anything else
     */
    public static Column<BigDecimal> decimal(String name) {
        return notNull(name, ColumnType.DECIMAL);
    }

    /**
     * {@return a column of binary fractions, with infinities and NaN where the database has them} A row's value in a
     * {@code real} of PostgreSQL is what {@code getFloat} reads, widened; {@code getDouble} reads another number.
     *
     * @param name {@code column} or {@code alias.column}, of ASCII letters, digits and underscores
     * @throws IllegalArgumentException if the name is anything else
     */
    public static Column<Double> floatingPoint(String name) {
        return notNull(name, ColumnType.FLOATING_POINT);
    }

    /**
     * {@return a column of truth values, false before true}
     *
     * @param name {@code column} or {@code alias.column}, of ASCII letters, digits and underscores
     * @throws IllegalArgumentException if the name is anything else
     */
    public static Column<Boolean> bool(String name) {
        return notNull(name, ColumnType.BOOLEAN);
    }

    /**
     * {@return a column of dates without a time}
     *
     * @param name {@code column} or {@code alias.column}, of ASCII letters, digits and underscores
     * @throws IllegalArgumentException if the name is anything else
     */
    public static Column<LocalDate> date(String name) {
        return notNull(name, ColumnType.DATE);
    }

    /**
     * {@return a column of points in time, which are those of a time zone: {@code timestamptz} in PostgreSQL} Its
     * infinities are what {@code OffsetDateTime.MIN} and {@code MAX} are as instants.
     *
     * @param name {@code column} or {@code alias.column}, of ASCII letters, digits and underscores
     * @throws IllegalArgumentException if the name is anything else
     */
    public static Column<Instant> instant(String name) {
        return notNull(name, ColumnType.INSTANT);
    }

    /**
     * {@return a column of UUIDs}
     *
     * @param name {@code column} or {@code alias.column}, of ASCII letters, digits and underscores
     * @throws IllegalArgumentException if the name is anything else
     */
    public static Column<UUID> uuid(String name) {
        return notNull(name, ColumnType.IDENTIFIER);
    }

    private static <V> Column<V> notNull(String name, ColumnType type) {
        SqlNames.requireColumn(name);
        return new Column<>(name, type, Nulls.NONE);
    }

    /** {@return the same column, whose rows without a value come first in either direction} */
    public Column<V> nullsFirst() {
        return new Column<>(name, type, Nulls.FIRST);
    }

    /** {@return the same column, whose rows without a value come last in either direction} */
    public Column<V> nullsLast() {
        return new Column<>(name, type, Nulls.LAST);
    }

    String name() {
        return name;
    }

    ColumnType type() {
        return type;
    }

    Nulls nulls() {
        return nulls;
    }

    /** {@return the name, the type and where rows without a value come} */
    @Override
    public String toString() {
        return name + " " + type + (nulls == Nulls.NONE ? "" : " NULLS " + nulls);
    }
}

package dev.scalableapi.core.page;

/** What databases write differently in a {@link Keyset}. Implementations are thread-safe. */
public interface SqlDialect {
    /** {@return PostgreSQL, by its JDBC driver} */
    static SqlDialect postgres() {
        return new PostgresDialect();
    }

    /**
     * {@return a term of ORDER BY}
     *
     * @param column an identifier, perhaps with an alias
     * @param direction which end comes first
     * @param nulls where rows without a value come
     */
    String orderTerm(String column, Direction direction, Nulls nulls);

    /** {@return whether the database has {@code (a, b) > (?, ?)}, and enters an index by it} */
    boolean comparesRows();

    /**
     * {@return what the driver takes for a value}
     *
     * @param value a String, Long, BigDecimal, Double, Boolean, LocalDate, Instant or UUID
     */
    Object parameter(Object value);
}

package dev.scalableapi.core.page;

import java.time.Instant;
import java.time.ZoneOffset;

final class PostgresDialect implements SqlDialect {
    /** Of a NOT NULL column nothing is said of nulls: an index of the usual form would no longer match. */
    @Override
    public String orderTerm(String column, Direction direction, Nulls nulls) {
        return column
                + (direction == Direction.ASCENDING ? " ASC" : " DESC")
                + (nulls == Nulls.NONE ? "" : " NULLS " + nulls);
    }

    @Override
    public boolean comparesRows() {
        return true;
    }

    /** The driver takes no Instant. */
    @Override
    public Object parameter(Object value) {
        return value instanceof Instant instant ? instant.atOffset(ZoneOffset.UTC) : value;
    }
}

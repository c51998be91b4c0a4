package dev.scalableapi.core.page;

import java.time.Instant;
import java.time.OffsetDateTime;
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
        return value instanceof Instant instant ? timestamp(instant) : value;
    }

    /** For the driver, the ends of the type are the infinities; as instants they lie beyond the last year. */
    private static OffsetDateTime timestamp(Instant instant) {
        if (instant.equals(OffsetDateTime.MAX.toInstant())) {
            return OffsetDateTime.MAX;
        }
        return instant.equals(OffsetDateTime.MIN.toInstant()) ? OffsetDateTime.MIN : instant.atOffset(ZoneOffset.UTC);
    }
}

package dev.scalableapi.core.page;

import java.util.ArrayList;
import java.util.List;

/** Writes a condition: every value becomes a parameter. For one thread. */
final class SqlWriter {
    private final SqlDialect dialect;
    private final StringBuilder text = new StringBuilder();
    private final List<Object> parameters = new ArrayList<>();

    SqlWriter(SqlDialect dialect) {
        this.dialect = dialect;
    }

    /** Between terms; nothing before the first. */
    SqlWriter and() {
        return text.isEmpty() ? this : append(" AND ");
    }

    /** Code of this package and checked identifiers, nothing else. */
    SqlWriter append(String sql) {
        text.append(sql);
        return this;
    }

    SqlWriter bind(Object value) {
        text.append('?');
        parameters.add(dialect.parameter(value));
        return this;
    }

    SqlCondition condition() {
        return new SqlCondition(text.isEmpty() ? "TRUE" : text.toString(), parameters);
    }
}

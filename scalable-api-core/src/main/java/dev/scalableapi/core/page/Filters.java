package dev.scalableapi.core.page;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.QueryParameters;
import dev.scalableapi.core.http.QueryPart;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The rows that a client asks for, by values that their columns must have. Immutable. */
public final class Filters implements QueryPart {
    private final String canonical;
    private final Map<Column<?>, Object> values;
    private final QueryParameters parameters;

    private Filters(String canonical, Map<Column<?>, Object> values, QueryParameters parameters) {
        this.canonical = canonical;
        this.values = values;
        this.parameters = parameters;
    }

    /** {@return what leaves no row out} */
    public static Filters none() {
        return new Filters("", Map.of(), QueryParameters.empty());
    }

    /**
     * {@return the filters among a query's parameters}
     *
     * @param query the request's parameters
     * @param schema the filters there are; other parameters are not looked at
     * @throws ApiException 400 {@code INVALID_PARAMETER}, naming the parameter, if its value is not of the column's type or
     *     it is repeated
     */
    public static Filters parse(QueryParameters query, FilterSchema schema) {
        Map<Column<?>, Object> values = new LinkedHashMap<>();
        QueryParameters canonical = QueryParameters.empty();
        for (Map.Entry<String, Column<?>> filter : schema.columns().entrySet()) {
            String text = query.single(filter.getKey()).orElse(null);
            if (text != null) {
                Object value = value(filter.getKey(), filter.getValue().type(), text);
                values.put(filter.getValue(), value);
                canonical = canonical.with(filter.getKey(), canonical(value));
            }
        }
        return new Filters(
                canonical.encoded(), values, query.only(schema.columns().keySet()));
    }

    private static Object value(String parameter, ColumnType type, String text) {
        return type.parse(text)
                .orElseThrow(() -> Refusal.of(
                        parameter,
                        "The parameter " + parameter + " must be " + type.expectation() + ".",
                        type.key(),
                        Map.of()));
    }

    /** Equal numbers have one text. */
    private static String canonical(Object value) {
        if (value instanceof Double number) {
            return canonical(BigDecimal.valueOf(number));
        }
        return value instanceof BigDecimal number ? number.stripTrailingZeros().toPlainString() : value.toString();
    }

    /** {@return the filters as a query, in the schema's order: the same for equal ones, so fit for a cache's key} */
    public String canonical() {
        return canonical;
    }

    /** {@return the parameters of the schema's filters, as the client sent them} */
    @Override
    public QueryParameters parameters() {
        return parameters;
    }

    /**
     * {@return the value that a column must have; empty if it may have any}
     *
     * @param column the same object as in the schema
     * @param <V> what it holds
     */
    @SuppressWarnings("unchecked") // The column's own type has read the value.
    public <V> Optional<V> value(Column<V> column) {
        return Optional.ofNullable((V) values.get(column));
    }

    /**
     * {@return what stands after WHERE}
     *
     * @param dialect how the database writes it
     */
    public SqlCondition condition(SqlDialect dialect) {
        SqlWriter sql = new SqlWriter(dialect);
        writeTo(sql);
        return sql.condition();
    }

    void writeTo(SqlWriter sql) {
        values.forEach(
                (column, value) -> sql.and().append(column.name()).append(" = ").bind(value));
    }

    /** {@return how many there are: their values can be secrets} */
    @Override
    public String toString() {
        return "Filters[" + values.size() + "]";
    }
}

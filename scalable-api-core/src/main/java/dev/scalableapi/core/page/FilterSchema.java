package dev.scalableapi.core.page;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What a list may be filtered by: the parameters that clients name, and the column of each. Immutable. */
public final class FilterSchema {
    private static final Set<String> TAKEN = Set.of("page", "limit", "cursor", "sort", "fields");

    private final Map<String, Column<?>> columns;

    private FilterSchema(Map<String, Column<?>> columns) {
        // In the order in which they were added, which is that of the condition.
        this.columns = new LinkedHashMap<>(columns);
    }

    /** {@return a schema without filters} */
    public static Builder builder() {
        return new Builder();
    }

    Map<String, Column<?>> columns() {
        return columns;
    }

    /** {@return the filters' names} */
    @Override
    public String toString() {
        return "FilterSchema" + columns.keySet();
    }

    /** Collects filters. For one thread. */
    public static final class Builder {
        private final Map<String, Column<?>> columns = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Adds a parameter that keeps the rows whose column equals its value.
         *
         * @param name ASCII letters, digits, dots and underscores, the first of them a letter
         * @param column what is compared
         * @return this
         * @throws IllegalArgumentException if the name is anything else, is taken by pages, or comes twice, or the column
         *     does
         */
        public Builder equality(String name, Column<?> column) {
            ParameterName.check(name);
            if (columns.containsValue(column)) {
                throw new IllegalArgumentException("This column has a filter: " + column);
            }
            if (TAKEN.contains(name) || columns.putIfAbsent(name, column) != null) {
                throw new IllegalArgumentException("This name is taken: " + name);
            }
            return this;
        }

        /** {@return the schema} */
        public FilterSchema build() {
            return new FilterSchema(columns);
        }
    }
}

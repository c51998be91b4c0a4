package dev.scalableapi.core.page;

import dev.scalableapi.core.http.ApiException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a list may be sorted by: the keys that clients name, the column and the row's value for each, and the unique column
 * that decides between rows that are equal in all others. Immutable.
 *
 * @param <T> what a row is
 */
public final class SortSchema<T> {
    /** With the unique column, as many as an anchor can have. */
    private static final int MAX_KEYS = Position.MAX_VALUES - 1;

    private final SortTerm<T> unique;
    private final Map<String, SortTerm<T>> keys;
    private final Sort<T> standard;

    private SortSchema(Builder<T> builder) {
        unique = builder.unique;
        // In the order in which they were added, which messages show.
        keys = new LinkedHashMap<>(builder.keys);
        standard = builder.standard.isEmpty() ? Sort.byUnique(this) : checked(builder.standard);
    }

    private Sort<T> checked(String text) {
        try {
            return Sort.parse(text, this);
        } catch (ApiException refusal) {
            throw new IllegalArgumentException("The standard order is not one of the schema: " + text, refusal);
        }
    }

    /**
     * {@return a schema without keys}
     *
     * @param unique NOT NULL and unique among the rows of a list, such as a primary key: ends every order
     * @param value what a row has in it, never null
     * @param <T> what a row is
     * @param <V> what the column holds
     * @throws IllegalArgumentException if the column may have nulls
     */
    public static <T, V> Builder<T> builder(Column<V> unique, Function<? super T, ? extends V> value) {
        if (unique.nulls() != Nulls.NONE) {
            throw new IllegalArgumentException("The unique column must be NOT NULL: " + unique);
        }
        return new Builder<>(new SortTerm<>(unique, value, Direction.ASCENDING));
    }

    SortTerm<T> unique() {
        return unique;
    }

    @Nullable SortTerm<T> find(String name) {
        return keys.get(name);
    }

    Set<String> names() {
        return keys.keySet();
    }

    Sort<T> standard() {
        return standard;
    }

    /** {@return the keys' names} */
    @Override
    public String toString() {
        return "SortSchema" + keys.keySet();
    }

    /**
     * Collects keys. For one thread.
     *
     * @param <T> what a row is
     */
    public static final class Builder<T> {
        private final SortTerm<T> unique;
        private final Map<String, SortTerm<T>> keys = new LinkedHashMap<>();
        private String standard = "";

        private Builder(SortTerm<T> unique) {
            this.unique = unique;
        }

        /**
         * Adds a key. It may be the unique column itself.
         *
         * @param name what clients write: ASCII letters, digits, dots and underscores, the first of them a letter
         * @param column what is compared
         * @param value what a row has in it; null only if the column may have nulls
         * @param <V> what the column holds
         * @return this
         * @throws IllegalArgumentException if the name is anything else, there is such a key, or there are 31 keys
         */
        public <V> Builder<T> key(String name, Column<V> column, Function<? super T, ? extends @Nullable V> value) {
            ParameterName.check(name);
            if (keys.size() == MAX_KEYS) {
                throw new IllegalArgumentException("There are more than " + MAX_KEYS + " sort keys");
            }
            if (keys.putIfAbsent(name, new SortTerm<>(column, value, Direction.ASCENDING)) != null) {
                throw new IllegalArgumentException("There are two sort keys of the name " + name);
            }
            return this;
        }

        /**
         * Sets the order for clients that name none. Without it, that is the order of the unique column.
         *
         * @param sort as clients write it, such as {@code -price,name}
         * @return this
         */
        public Builder<T> standard(String sort) {
            standard = sort;
            return this;
        }

        /**
         * {@return the schema}
         *
         * @throws IllegalArgumentException if the standard order is not one of this schema
         */
        public SortSchema<T> build() {
            return new SortSchema<>(this);
        }
    }
}

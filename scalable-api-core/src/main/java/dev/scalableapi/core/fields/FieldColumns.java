package dev.scalableapi.core.fields;

import dev.scalableapi.core.internal.SqlNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which columns hold the fields of a class, so that a query selects no more than a mask needs. The names are the
 * developer's constants, never a client's text, and may stand in SQL as they are. Immutable and thread-safe.
 */
public final class FieldColumns {
    private final Class<?> type;
    private final List<String> always;
    private final Map<String, List<String>> fields;

    private FieldColumns(Builder builder) {
        type = builder.schema.type();
        always = List.copyOf(builder.always);
        // In the order in which they were added, which is that of the columns.
        fields = new LinkedHashMap<>(builder.fields);
    }

    /**
     * {@return columns to be told}
     *
     * @param schema the fields there are
     */
    public static Builder builder(FieldSchema schema) {
        return new Builder(schema);
    }

    /**
     * {@return the columns that hold what the mask wants: those that are always needed first, then in the order in which
     * their fields were added, each once}
     *
     * @param mask of the class that these columns are for
     * @throws IllegalArgumentException if the mask is one of another class
     */
    public List<String> selectedBy(FieldMask mask) {
        if (!mask.isAll() && mask.type() != type) {
            throw new IllegalArgumentException("These are the columns of " + type.getName() + ", not of "
                    + mask.type().getName());
        }
        Set<String> selected = new LinkedHashSet<>(always);
        fields.forEach((field, columns) -> {
            if (mask.contains(field)) {
                selected.addAll(columns);
            }
        });
        return List.copyOf(selected);
    }

    /** {@return the columns of each field} */
    @Override
    public String toString() {
        return "FieldColumns" + fields;
    }

    /** Collects columns. For one thread. */
    public static final class Builder {
        private final FieldSchema schema;
        private final List<String> always = new ArrayList<>();
        private final Map<String, List<String>> fields = new LinkedHashMap<>();

        private Builder(FieldSchema schema) {
            this.schema = schema;
        }

        /**
         * Adds columns that every query needs, such as the key, those of the entity tag, or those of an any-getter,
         * whose fields nobody knows before.
         *
         * @param columns each a name or an alias, a dot and a name, of ASCII letters, digits and underscores
         * @return this
         * @throws IllegalArgumentException if a column is anything else
         */
        public Builder always(String... columns) {
            always.addAll(checked(columns));
            return this;
        }

        /**
         * Adds the columns that a field is made of. A field within another one, such as {@code price.amount}, may have
         * columns of its own instead.
         *
         * @param field a name, or a path such as {@code price.amount}
         * @param columns each a name or an alias, a dot and a name, of ASCII letters, digits and underscores; none if
         *     the field needs none
         * @return this
         * @throws IllegalArgumentException if there is no such field, it comes twice, or a column is anything else
         */
        public Builder field(String field, String... columns) {
            if (!isField(field) || fields.putIfAbsent(field, checked(columns)) != null) {
                throw new IllegalArgumentException("There is no such field, or it has its columns: " + field);
            }
            return this;
        }

        /** A name with a dot of its own is one as well: no mask can name it, but one that wants all wants it too. */
        private boolean isField(String field) {
            @Nullable Shape part = schema.shape();
            if (part.names().contains(field)) {
                return true;
            }
            for (String name : field.split("\\.", -1)) {
                part = part == null ? null : part.member(name);
            }
            return part != null;
        }

        private static List<String> checked(String... columns) {
            Arrays.asList(columns).forEach(SqlNames::requireColumn);
            return List.of(columns);
        }

        /**
         * {@return the columns}
         *
         * @throws IllegalArgumentException if a field has none, which would then never be read: it is named
         */
        public FieldColumns build() {
            requireAll("", schema.shape());
            return new FieldColumns(this);
        }

        /** A field that contains itself ends this, for it is only looked into where columns were added within. */
        private void requireAll(String prefix, Shape shape) {
            for (String name : shape.names()) {
                String field = prefix + name;
                Shape part = shape.member(name);
                if (fields.containsKey(field)) {
                    continue;
                }
                boolean within = fields.keySet().stream().anyMatch(other -> other.startsWith(field + "."));
                if (part == null || !within || !part.isClosed()) {
                    throw new IllegalArgumentException("This field has no columns: " + field);
                }
                requireAll(field + ".", part);
            }
        }
    }
}

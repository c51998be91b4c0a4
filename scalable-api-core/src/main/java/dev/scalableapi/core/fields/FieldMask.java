package dev.scalableapi.core.fields;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.QueryParameters;
import dev.scalableapi.core.http.QueryPart;
import org.jspecify.annotations.Nullable;

/**
 * Which fields of a class a client wants, such as {@code id,name,price(amount),images.url}: names separated by commas,
 * each with a dot and one more, or a list in parentheses, for its own fields; {@code *} is every field. Immutable and
 * thread-safe; equal masks want the same fields.
 *
 * <p>A mask is about the items of its schema's class alone: the members of a page or list around them are not its
 * business. At most 2,000 characters, 10 levels and 200 names are accepted.
 */
public final class FieldMask implements QueryPart {
    /** The usual name of the query parameter. */
    static final String PARAMETER = "fields";

    private static final FieldMask ALL = new FieldMask(Object.class, Selection.ALL, QueryParameters.empty());

    private final Class<?> type;
    private final Selection selection;
    private final QueryParameters parameters;

    private FieldMask(Class<?> type, Selection selection, QueryParameters parameters) {
        this.type = type;
        this.selection = selection;
        this.parameters = parameters;
    }

    /** {@return the mask that leaves nothing out} */
    public static FieldMask all() {
        return ALL;
    }

    /**
     * {@return the mask in the parameter {@code fields}, or the one that leaves nothing out when it is not there}
     *
     * @param query the request's parameters
     * @param schema the fields there are
     * @throws ApiException 400 {@code INVALID_PARAMETER} as {@link #parse(String, FieldSchema)} does, and if the
     *     parameter is repeated
     */
    public static FieldMask parse(QueryParameters query, FieldSchema schema) {
        return query.single(PARAMETER)
                .map(text -> parse(text, schema, query.only(PARAMETER)))
                .orElse(ALL);
    }

    /**
     * {@return the mask that a text spells}
     *
     * @param text not encoded
     * @param schema the fields there are
     * @throws ApiException 400 {@code INVALID_PARAMETER} with the offset of the fault, in UTF-16 units from 0, if the
     *     text is malformed, empty or too long, or names a field that there is not, unless the schema is
     *     {@linkplain FieldSchema#lenient() lenient}
     */
    public static FieldMask parse(String text, FieldSchema schema) {
        return parse(text, schema, QueryParameters.empty());
    }

    private static FieldMask parse(String text, FieldSchema schema, QueryParameters parameters) {
        Selection selection = schema.select(text);
        return selection.isAll() ? ALL : new FieldMask(schema.type(), selection, parameters);
    }

    /** {@return the parameter {@code fields} as the client sent it; empty for a mask that leaves nothing out} */
    @Override
    public QueryParameters parameters() {
        return parameters;
    }

    /**
     * {@return whether the field, or a part of it, is wanted}
     *
     * @param field a name, or a path such as {@code price.amount}
     */
    public boolean contains(String field) {
        @Nullable Selection part = selection;
        for (String name : field.split("\\.", -1)) {
            part = part == null ? null : part.member(name);
        }
        return part != null;
    }

    /** {@return whether nothing is left out} */
    public boolean isAll() {
        return selection.isAll();
    }

    /**
     * {@return the shortest text for this mask, sorted and merged: the same for equal masks, so fit for a cache's key} It
     * is empty if a lenient schema has left out every name.
     */
    public String canonical() {
        return selection.canonical();
    }

    Class<?> type() {
        return type;
    }

    Selection selection() {
        return selection;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FieldMask that && that.type == type && that.selection.equals(selection);
    }

    @Override
    public int hashCode() {
        return 31 * type.hashCode() + selection.hashCode();
    }

    /** {@return the canonical form} */
    @Override
    public String toString() {
        return canonical();
    }
}

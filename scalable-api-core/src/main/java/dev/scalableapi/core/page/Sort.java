package dev.scalableapi.core.page;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.QueryParameters;
import dev.scalableapi.core.http.QueryPart;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The order that a client asks for, such as {@code -price,name}: keys of a {@link SortSchema}, the first one first, each
 * with a minus if its largest value comes first. The schema's unique column ends it, in the direction of the key before, so
 * that one index serves both directions and no two rows are equal. Immutable.
 *
 * @param <T> what a row is
 */
public final class Sort<T> implements QueryPart {
    private static final String PARAMETER = "sort";

    /** As in the text form. */
    private final List<String> keys;

    private final String canonical;
    private final List<SortTerm<T>> terms;
    private final QueryParameters parameters;

    private Sort(List<String> keys, List<SortTerm<T>> terms, QueryParameters parameters) {
        this.keys = List.copyOf(keys);
        canonical = String.join(",", keys);
        this.terms = List.copyOf(terms);
        this.parameters = parameters;
    }

    /**
     * {@return the order in the parameter {@code sort}, or the standard one when it is not there}
     *
     * @param query the request's parameters
     * @param schema the keys there are
     * @param <T> what a row is
     * @throws ApiException 400 {@code INVALID_PARAMETER} as {@link #parse(String, SortSchema)} does, and if the parameter
     *     is repeated
     */
    public static <T> Sort<T> parse(QueryParameters query, SortSchema<T> schema) {
        return query.single(PARAMETER)
                .map(text -> parse(text, schema).readFrom(query.only(PARAMETER)))
                .orElseGet(schema::standard);
    }

    /**
     * {@return the order that a text spells}
     *
     * @param text not encoded
     * @param schema the keys there are
     * @param <T> what a row is
     * @throws ApiException 400 {@code INVALID_PARAMETER} if the text is empty, or holds an unknown key, or one twice
     */
    public static <T> Sort<T> parse(String text, SortSchema<T> schema) {
        List<String> keys = new ArrayList<>();
        List<SortTerm<T>> terms = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        // Ends at the first key that is unknown or known already, so the work is bounded by the schema.
        for (int start = 0; start <= text.length(); ) {
            int comma = text.indexOf(',', start);
            int end = comma < 0 ? text.length() : comma;
            String key = text.substring(start, end);
            String name = name(key);
            SortTerm<T> term = schema.find(name);
            if (term == null || !seen.add(name)) {
                throw refusal(schema);
            }
            if (!endsWithUnique(terms, schema)) {
                keys.add(key);
                terms.add(term.towards(key.startsWith("-") ? Direction.DESCENDING : Direction.ASCENDING));
            }
            start = end + 1;
        }
        if (!endsWithUnique(terms, schema)) {
            terms.add(schema.unique().towards(lastDirection(terms)));
        } else if (isImplied(terms)) {
            keys.remove(keys.size() - 1);
        }
        return new Sort<>(keys, terms, QueryParameters.empty());
    }

    private Sort<T> readFrom(QueryParameters query) {
        return new Sort<>(keys, terms, query);
    }

    /** {@return the parameter {@code sort} as the client sent it; empty for the standard order and one of a plain text} */
    @Override
    public QueryParameters parameters() {
        return parameters;
    }

    /** Whether the order without its last term would end in that term. */
    private static <T> boolean isImplied(List<SortTerm<T>> terms) {
        int last = terms.size() - 1;
        return terms.get(last).direction() == lastDirection(terms.subList(0, last));
    }

    private static <T> Direction lastDirection(List<SortTerm<T>> terms) {
        return terms.isEmpty()
                ? Direction.ASCENDING
                : terms.get(terms.size() - 1).direction();
    }

    /** Whatever would follow decides nothing. */
    private static <T> boolean endsWithUnique(List<SortTerm<T>> terms, SortSchema<T> schema) {
        return !terms.isEmpty()
                && terms.get(terms.size() - 1)
                        .column()
                        .name()
                        .equals(schema.unique().column().name());
    }

    private static ApiException refusal(SortSchema<?> schema) {
        return Refusal.of(
                PARAMETER,
                "The parameter sort must be a list of these keys, each at most once, with a minus for descending: "
                        + String.join(", ", schema.names()) + ".",
                "sort.keys",
                Map.of("keys", List.copyOf(schema.names())));
    }

    static <T> Sort<T> byUnique(SortSchema<T> schema) {
        return new Sort<>(List.of(), List.of(schema.unique()), QueryParameters.empty());
    }

    /**
     * {@return the keys, without those that decide nothing; empty for the order of the unique column alone} Equal orders
     * of one schema have equal texts, so it is fit for a cache's key.
     */
    public String canonical() {
        return canonical;
    }

    /** {@return the names of those keys, the first one first: what a row must have been read with} */
    public List<String> keys() {
        return keys.stream().map(Sort::name).toList();
    }

    private static String name(String key) {
        return key.startsWith("-") ? key.substring(1) : key;
    }

    /**
     * {@return what stands after ORDER BY}
     *
     * @param dialect how the database writes it
     */
    public String orderBy(SqlDialect dialect) {
        return terms.stream()
                .map(term -> dialect.orderTerm(
                        term.column().name(), term.direction(), term.column().nulls()))
                .collect(Collectors.joining(", "));
    }

    /**
     * {@return the order for rows in memory} It orders as PostgreSQL does: texts by code point (collation {@code C}), the two
     * zeros as equal and NaN above infinity, UUIDs as unsigned bytes, nulls first or last as the columns say. No two rows of
     * a list are equal in it, since the unique column ends it. It throws an {@link IllegalStateException} if a row has no
     * value for a column that is NOT NULL.
     */
    public Comparator<T> comparator() {
        return ColumnOrder.of(terms);
    }

    List<SortTerm<T>> terms() {
        return terms;
    }

    /** Where a row stands in the order. */
    List<@Nullable Object> keyOf(T row) {
        List<@Nullable Object> key = new ArrayList<>(terms.size());
        terms.forEach(term -> key.add(term.valueOf(row)));
        return Collections.unmodifiableList(key);
    }

    /** What a cursor's values mean: unlike the canonical form, it changes when the developer changes a column. */
    String signature() {
        StringBuilder text = new StringBuilder(32 * terms.size());
        terms.forEach(term -> text.append(term.direction() == Direction.ASCENDING ? '+' : '-')
                .append(term.column())
                .append(','));
        return text.toString();
    }

    /** {@return the canonical form} */
    @Override
    public String toString() {
        return canonical;
    }
}

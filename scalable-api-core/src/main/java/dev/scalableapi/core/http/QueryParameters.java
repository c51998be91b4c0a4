package dev.scalableapi.core.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/**
 * The parameters of a query in the form encoding: names and values percent-decoded once as UTF-8, a plus sign read as a
 * space, repeated names kept in order. Immutable.
 */
public final class QueryParameters {
    private static final QueryParameters EMPTY = new QueryParameters(Map.of());

    private final Map<String, List<String>> values;

    private QueryParameters(Map<String, List<String>> values) {
        this.values = values;
    }

    /** {@return no parameters} */
    public static QueryParameters empty() {
        return EMPTY;
    }

    /**
     * Reads a raw query.
     *
     * @param query what follows the question mark, still encoded
     * @return its parameters
     * @throws ApiException 400 {@code INVALID_QUERY} if an escape, or the UTF-8 that it spells, is malformed, or something
     *     that is not ASCII stands unescaped
     */
    public static QueryParameters parse(String query) {
        if (query.isEmpty()) {
            return EMPTY;
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (int start = 0; start <= query.length(); ) {
            int ampersand = query.indexOf('&', start);
            int end = ampersand < 0 ? query.length() : ampersand;
            if (end > start) {
                int nameEnd = nameEnd(query, start, end);
                values.computeIfAbsent(decode(query.substring(start, nameEnd)), name -> new ArrayList<>(1))
                        .add(decode(query.substring(Math.min(nameEnd + 1, end), end)));
            }
            start = end + 1;
        }
        values.replaceAll((name, list) -> List.copyOf(list));
        return new QueryParameters(values);
    }

    /** Looks no further than this pair: a search to the query's end for each pair would take quadratic time. */
    private static int nameEnd(String query, int start, int end) {
        int i = start;
        while (i < end && query.charAt(i) != '=') {
            i++;
        }
        return i;
    }

    private static String decode(String text) {
        String decoded = HttpGrammar.percentDecode(text, HttpGrammar.PlusSign.SPACE);
        if (decoded == null) {
            throw ApiException.of(400, "INVALID_QUERY", "The query has a malformed percent escape.");
        }
        return decoded;
    }

    /**
     * {@return the first value of this name}
     *
     * @param name compared with regard to case
     */
    public Optional<String> first(String name) {
        List<String> all = values.get(name);
        return all == null ? Optional.empty() : Optional.of(all.get(0));
    }

    /**
     * {@return the only value of this name, if it is there}
     *
     * @param name compared with regard to case
     * @throws ApiException 400 {@code INVALID_PARAMETER} if the name is repeated: which value counts would be a guess
     */
    public Optional<String> single(String name) {
        if (all(name).size() > 1) {
            throw ApiException.of(
                    400,
                    "INVALID_PARAMETER",
                    Violation.query(name, "The parameter must be given once.").withKey("parameter.repeated"));
        }
        return first(name);
    }

    /**
     * {@return all values of this name, in order}
     *
     * @param name compared with regard to case
     */
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /**
     * {@return a copy in which this value replaces all of its name, at the place of the first}
     *
     * @param name not encoded
     * @param value not encoded
     */
    public QueryParameters with(String name, String value) {
        Map<String, List<String>> changed = new LinkedHashMap<>(values);
        changed.put(name, List.of(value));
        return new QueryParameters(changed);
    }

    /**
     * {@return a copy that contains only the parameters of these names, in their order}
     *
     * @param names not encoded; compared with regard to case
     */
    public QueryParameters only(String... names) {
        return only(Set.of(names));
    }

    /**
     * {@return a copy that contains only the parameters of these names, in their order}
     *
     * @param names not encoded; compared with regard to case
     */
    public QueryParameters only(Set<String> names) {
        Map<String, List<String>> kept = new LinkedHashMap<>(values);
        kept.keySet().retainAll(names);
        return kept.isEmpty() ? EMPTY : new QueryParameters(kept);
    }

    /**
     * {@return a copy with the parameters of another query, which replace those of the same names}
     *
     * @param others the parameters to add
     */
    public QueryParameters withAll(QueryParameters others) {
        Map<String, List<String>> changed = new LinkedHashMap<>(values);
        changed.putAll(others.values);
        return new QueryParameters(changed);
    }

    /** {@return the raw query that {@link #parse} reads as these parameters} */
    public String encoded() {
        StringJoiner pairs = new StringJoiner("&");
        values.forEach((name, list) -> list.forEach(value -> pairs.add(encode(name) + "=" + encode(value))));
        return pairs.toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** {@return the names, in the order of their first appearance} */
    public Set<String> names() {
        return Collections.unmodifiableSet(values.keySet());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof QueryParameters that && that.values.equals(values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** {@return how many names there are: values can be secrets, and names hold line breaks once decoded} */
    @Override
    public String toString() {
        return "QueryParameters[" + values.size() + " names]";
    }
}

package dev.scalableapi.core.http;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A media type (RFC 9110 section 8.3.1), such as {@code application/json}, or a range of them as {@code Accept} names
 * them ({@code text/*}). Immutable.
 *
 * @param type in lower case, or {@code *}
 * @param subtype in lower case, or {@code *}
 * @param parameters names in lower case, values as they are, in order
 */
public record MediaType(String type, String subtype, Map<String, String> parameters) {
    /** {@code application/json} (RFC 8259). */
    public static final MediaType JSON = of("application", "json");

    /** {@code application/problem+json} (RFC 9457). */
    public static final MediaType PROBLEM_JSON = of("application", "problem+json");

    /**
     * Puts names into lower case and copies the parameters.
     *
     * @param type a token
     * @param subtype a token
     * @param parameters names are tokens, values may be any text that a header can hold
     * @throws IllegalArgumentException if a name is not a token, a value could not stand in a header, or the type is
     *     {@code *} and the subtype is not
     */
    public MediaType {
        type = lowerToken(type);
        subtype = lowerToken(subtype);
        if (type.equals("*") && !subtype.equals("*")) {
            throw new IllegalArgumentException("A range over all types has no subtype");
        }
        Map<String, String> copy = new LinkedHashMap<>();
        parameters.forEach((name, value) -> {
            if (!HttpGrammar.isFieldValue(value)) {
                throw new IllegalArgumentException("A parameter of a media type holds a control character");
            }
            copy.put(lowerToken(name), value);
        });
        parameters = Collections.unmodifiableMap(copy);
    }

    private static String lowerToken(String text) {
        if (!HttpGrammar.isToken(text)) {
            throw new IllegalArgumentException("A media type is made of tokens");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    /**
     * {@return the type without parameters}
     *
     * @param type such as {@code application}
     * @param subtype such as {@code json}
     * @throws IllegalArgumentException if either is not a token
     */
    public static MediaType of(String type, String subtype) {
        return new MediaType(type, subtype, Map.of());
    }

    /**
     * {@return the type that a {@code Content-Type} names; empty if it is malformed}
     *
     * @param text a field value
     */
    public static Optional<MediaType> parse(String text) {
        FieldCursor cursor = new FieldCursor(text);
        cursor.skipWhitespace();
        String name = Weighted.name(cursor);
        Map<String, String> parameters = Weighted.parameters(cursor);
        return parameters == null || !cursor.atEnd() ? Optional.empty() : Optional.ofNullable(named(name, parameters));
    }

    /**
     * {@return the offer that an {@code Accept} prefers (RFC 9110 section 12.5.1); empty if it accepts none} The most
     * specific range that includes an offer sets its weight, and 0 refuses it. Of equal weights the first offer wins.
     * Without the field, or where its list is empty, the first offer is preferred; a malformed member of the list is left out.
     *
     * @param accept the field's lines joined, as {@link Headers#combined} gives them
     * @param offers what the server can write, best first
     */
    public static Optional<MediaType> preferred(Optional<String> accept, List<MediaType> offers) {
        if (accept.isEmpty() || isEmptyList(accept.get())) {
            return offers.stream().findFirst();
        }
        List<Range> ranges = Weighted.list(accept.get()).stream()
                .flatMap(member -> Stream.ofNullable(range(member)))
                .toList();
        MediaType best = null;
        int bestWeight = 0;
        for (MediaType offer : offers) {
            int weight = offer.weightIn(ranges);
            if (weight > bestWeight) {
                best = offer;
                bestWeight = weight;
            }
        }
        return Optional.ofNullable(best);
    }

    private static boolean isEmptyList(String field) {
        return field.chars().allMatch(c -> c == ' ' || c == '\t' || c == ',');
    }

    private int weightIn(List<Range> ranges) {
        int weight = 0;
        int specificity = -1;
        for (Range range : ranges) {
            if (range.types().specificity() > specificity && range.types().includes(this)) {
                weight = range.weight();
                specificity = range.types().specificity();
            }
        }
        return weight;
    }

    private record Range(MediaType types, int weight) {}

    private static @Nullable Range range(Weighted member) {
        MediaType types = named(member.name(), member.parameters());
        return types == null ? null : new Range(types, member.weight());
    }

    /** Null where the name has no slash, or is a subtype of all types. */
    private static @Nullable MediaType named(String name, Map<String, String> parameters) {
        int slash = name.indexOf('/');
        if (slash < 0 || (name.startsWith("*/") && !name.equals("*/*"))) {
            return null;
        }
        return new MediaType(name.substring(0, slash), name.substring(slash + 1), parameters);
    }

    private int specificity() {
        return (type.equals("*") ? 0 : 1000) + (subtype.equals("*") ? 0 : 1000) + parameters.size();
    }

    /**
     * {@return whether the other is this type, or is within this range} What this has of parameters the other must have
     * too; it may have more. {@code charset} values are compared without regard to case.
     *
     * @param other a type
     */
    public boolean includes(MediaType other) {
        return (type.equals("*") || type.equals(other.type))
                && (subtype.equals("*") || subtype.equals(other.subtype))
                && parameters.entrySet().stream().allMatch(own -> agrees(own, other.parameters.get(own.getKey())));
    }

    private static boolean agrees(Map.Entry<String, String> own, @Nullable String value) {
        return own.getValue().equals(value)
                || (own.getKey().equals("charset") && own.getValue().equalsIgnoreCase(value));
    }

    /** {@return whether the content is JSON: {@code application/json}, or a type with the suffix {@code +json}} */
    public boolean isJson() {
        return (type.equals("application") && subtype.equals("json")) || subtype.endsWith("+json");
    }

    /** {@return as a field value: parameters that are no tokens are quoted} */
    @Override
    public String toString() {
        if (parameters.isEmpty()) {
            return type + "/" + subtype;
        }
        StringBuilder text = new StringBuilder(type).append('/').append(subtype);
        parameters.forEach(
                (name, value) -> text.append(';').append(name).append('=').append(quotedIfNeeded(value)));
        return text.toString();
    }

    private static String quotedIfNeeded(String value) {
        return HttpGrammar.isToken(value) ? value : HttpGrammar.quoted(value);
    }
}

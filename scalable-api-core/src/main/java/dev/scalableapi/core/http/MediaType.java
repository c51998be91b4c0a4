package dev.scalableapi.core.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
     * {@return the offer that an {@code Accept} prefers (RFC 9110 section 12.5.1); empty if it accepts no offer} The most
     * specific range that includes an offer sets its weight, and the weight 0 excludes the offer. Of equal weights the first
     * offer wins.
     *
     * <p>A range may have parameters that the offer lacks, such as {@code charset}: they do not exclude the offer, unless they
     * select a version or a profile ({@code v}, {@code profile}, and names that end in {@code version}). A parameter that the
     * offer has with another value excludes it.
     *
     * <p>A member {@code *} is read as the range of all media types, and {@code q=.2} as {@code q=0.2}. Malformed members are
     * ignored. A field that is absent, has no well-formed member, or has more than 64 members accepts every offer equally.
     *
     * @param accept the field's lines joined, as {@link Headers#combined} gives them
     * @param offers what the server can write, best first
     */
    public static Optional<MediaType> preferred(Optional<String> accept, List<MediaType> offers) {
        List<Range> ranges = accept.map(MediaType::ranges).orElse(List.of());
        if (ranges.isEmpty()) {
            return offers.stream().findFirst();
        }
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

    private static List<Range> ranges(String accept) {
        List<Range> ranges = new ArrayList<>(4);
        for (Weighted member : Weighted.list(accept)) {
            MediaType types = named(member.name().equals("*") ? "*/*" : member.name(), member.parameters());
            if (types != null) {
                ranges.add(new Range(types, member.weight()));
            }
        }
        return ranges;
    }

    private int weightIn(List<Range> ranges) {
        int weight = 0;
        int specificity = -1;
        for (Range range : ranges) {
            int own = range.specificity(this);
            if (own > specificity) {
                weight = range.weight();
                specificity = own;
            }
        }
        return weight;
    }

    private record Range(MediaType types, int weight) {
        private static final int NAME = 1_000_000;
        private static final int PARAMETER = 1_000;

        /** How specifically the range describes an offer; -1 if the offer is not in the range. */
        private int specificity(MediaType offer) {
            if (!types.includesNames(offer)) {
                return -1;
            }
            int specificity = (types.type.equals("*") ? 0 : NAME) + (types.subtype.equals("*") ? 0 : NAME);
            int lacking = 0;
            for (Map.Entry<String, String> own : types.parameters.entrySet()) {
                String value = offer.parameters.get(own.getKey());
                if (value == null ? !isOptional(own.getKey()) : !agrees(own, value)) {
                    return -1;
                }
                lacking += value == null ? 1 : 0;
                specificity += value == null ? 0 : PARAMETER;
            }
            return specificity + PARAMETER - 1 - Math.min(lacking, PARAMETER - 1);
        }

        /** Whether an offer without the parameter is in the range; a range of weight 0 excludes only what it describes. */
        private boolean isOptional(String parameter) {
            return weight > 0
                    && !parameter.equals("v")
                    && !parameter.equals("profile")
                    && !parameter.endsWith("version");
        }
    }

    /** Null if the name has no slash, or names a subtype of all types. */
    private static @Nullable MediaType named(String name, Map<String, String> parameters) {
        int slash = name.indexOf('/');
        if (slash < 0 || (name.startsWith("*/") && !name.equals("*/*"))) {
            return null;
        }
        return new MediaType(name.substring(0, slash), name.substring(slash + 1), parameters);
    }

    /**
     * {@return whether the other is this type, or is within this range} The other must have all parameters of this one, and
     * may have more. {@code charset} values are compared without regard to case.
     *
     * @param other a type
     */
    public boolean includes(MediaType other) {
        return includesNames(other)
                && parameters.entrySet().stream().allMatch(own -> agrees(own, other.parameters.get(own.getKey())));
    }

    private boolean includesNames(MediaType other) {
        return (type.equals("*") || type.equals(other.type)) && (subtype.equals("*") || subtype.equals(other.subtype));
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

package dev.scalableapi.core.http;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which content codings a client takes (RFC 9110 section 12.5.3). Codings are compared as whole tokens without regard to
 * case; {@code x-gzip} is {@code gzip}. Immutable.
 */
public final class AcceptEncoding {
    /** No coding at all. */
    public static final String IDENTITY = "identity";

    /** What a coding weighs that the client merely did not refuse: less than anything it named. */
    private static final double UNMENTIONED = 0.0001;

    private final Map<String, Integer> weights;

    private AcceptEncoding(Map<String, Integer> weights) {
        this.weights = weights;
    }

    /**
     * {@return what a field says} A malformed member of the list is left out, so that it asks for nothing. Without the
     * field a client takes anything, but may know none: only identity is acceptable then.
     *
     * @param field its lines joined, as {@link Headers#combined} gives them
     */
    public static AcceptEncoding parse(Optional<String> field) {
        Map<String, Integer> weights = new HashMap<>();
        for (Weighted member : Weighted.list(field.orElse(""))) {
            weights.putIfAbsent(canonical(member.name()), member.weight());
        }
        return new AcceptEncoding(weights);
    }

    /**
     * {@return whether the client takes this coding}
     *
     * @param coding such as {@code gzip} or {@code identity}
     */
    public boolean accepts(String coding) {
        return weight(coding) > 0;
    }

    /**
     * {@return the offered codings that the client takes, best first} Of equal weights the earlier offer comes first.
     *
     * @param offers in the server's order of preference; {@code identity} is one only if it is named
     */
    public List<String> ranked(List<String> offers) {
        return offers.stream()
                .filter(this::accepts)
                .sorted((one, other) -> Double.compare(weight(other), weight(one)))
                .toList();
    }

    private double weight(String coding) {
        String name = canonical(coding.toLowerCase(Locale.ROOT));
        Integer named = weights.get(name);
        if (named == null) {
            named = weights.get("*");
        }
        if (named != null) {
            return named;
        }
        return name.equals(IDENTITY) ? UNMENTIONED : 0;
    }

    /** The old names that section 8.4.1 wants to be taken for the new ones. */
    private static String canonical(String coding) {
        return coding.equals("x-gzip") || coding.equals("x-compress") ? coding.substring(2) : coding;
    }
}

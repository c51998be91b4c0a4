package dev.scalableapi.auth;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The rules for a token's header that depend on who issues the tokens. Independent of them, {@code crit}, {@code b64},
 * {@code enc} and {@code zip} are always rejected.
 *
 * @param types the accepted values of {@code typ} (RFC 7515 section 4.1.9), without regard to case and to the prefix
 *     {@code application/}; the empty string stands for an absent {@code typ}
 * @param rejectsKeyMembers whether a header with {@code jku}, {@code x5u}, {@code x5c} or {@code jwk} is rejected;
 *     otherwise these members are ignored. No key is ever taken from them
 */
record HeaderRules(Set<String> types, boolean rejectsKeyMembers) {
    /** Only {@code at+jwt} (RFC 9068 section 4), and no member that brings a key. */
    static final HeaderRules RFC9068 = new HeaderRules(Set.of(AccessTokenVerifier.TYPE), true);

    private static final String PREFIX = "application/";

    HeaderRules {
        Set<String> normalized = new HashSet<>();
        for (String type : types) {
            normalized.add(normalized(type));
        }
        types = Set.copyOf(normalized);
    }

    /** Whether the value of {@code typ} is accepted; an absent one is the empty string. */
    boolean accepts(String type) {
        return types.contains(normalized(type));
    }

    private static String normalized(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        return lower.startsWith(PREFIX) && lower.length() > PREFIX.length() ? lower.substring(PREFIX.length()) : lower;
    }
}

package dev.scalableapi.auth;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Scopes as one string, separated by spaces (RFC 6749 section 3.3). */
final class Scopes {
    private Scopes() {}

    /** Refuses what is no scope-token: a scope with a space in it would come back as two. */
    static String join(Collection<String> scopes) {
        for (String scope : scopes) {
            if (!isToken(scope)) {
                throw new IllegalArgumentException(
                        "A scope must be printable ASCII without spaces, quotes and backslashes");
            }
        }
        return String.join(" ", new TreeSet<>(scopes));
    }

    private static boolean isToken(String scope) {
        return !scope.isEmpty() && scope.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '\\');
    }

    static Set<String> split(String scopes) {
        return Set.copyOf(words(scopes));
    }

    /** The parts between spaces, in their order. */
    static List<String> words(String scopes) {
        List<String> tokens = new ArrayList<>(8);
        for (int start = 0; start < scopes.length(); ) {
            int space = scopes.indexOf(' ', start);
            int end = space < 0 ? scopes.length() : space;
            if (end > start) {
                tokens.add(scopes.substring(start, end));
            }
            start = end + 1;
        }
        return tokens;
    }
}

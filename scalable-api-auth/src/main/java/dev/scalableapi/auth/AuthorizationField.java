package dev.scalableapi.auth;

/** Parses one value of {@code Authorization}. */
final class AuthorizationField {
    private static final String SCHEME_PUNCTUATION = "!#$%&'*+-.^_`|~";
    private static final String TOKEN_PUNCTUATION = "-._~+/";

    private AuthorizationField() {}

    static BearerToken parse(String value) {
        int space = value.indexOf(' ');
        String scheme = space < 0 ? value : value.substring(0, space);
        if (!isScheme(scheme)) {
            return new BearerToken.Malformed();
        }
        if (!scheme.equalsIgnoreCase("Bearer")) {
            return new BearerToken.Absent();
        }
        String token = value.substring(scheme.length());
        int start = 0;
        while (start < token.length() && token.charAt(start) == ' ') {
            start++;
        }
        token = token.substring(start);
        return isToken(token) ? new BearerToken.Present(token) : new BearerToken.Malformed();
    }

    private static boolean isScheme(String text) {
        return !text.isEmpty() && consistsOf(text, text.length(), SCHEME_PUNCTUATION);
    }

    /** The b64token of RFC 6750: at least one character, then any number of equals signs. */
    static boolean isToken(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '=') {
            end--;
        }
        return end > 0 && consistsOf(text, end, TOKEN_PUNCTUATION);
    }

    private static boolean consistsOf(String text, int end, String punctuation) {
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (!isAlphanumeric(c) && punctuation.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAlphanumeric(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}

package dev.scalableapi.auth;

import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Makes the values of {@code WWW-Authenticate} by RFC 6750 section 3. Whatever the realm and the scopes hold, the value
 * is one challenge in printable ASCII: quotes and backslashes are escaped, and a character that a field can't carry
 * becomes a question mark. Immutable and thread-safe.
 *
 * @param realm names what is protected, if that is to be told
 */
public record BearerChallenge(Optional<String> realm) {
    private static final BearerChallenge PLAIN = new BearerChallenge(Optional.empty());

    /** {@return challenges that name no realm} */
    public static BearerChallenge create() {
        return PLAIN;
    }

    /**
     * {@return challenges that name this realm}
     *
     * @param realm what is protected
     */
    public static BearerChallenge ofRealm(String realm) {
        return new BearerChallenge(Optional.of(realm));
    }

    /** {@return the challenge for a request without credentials, with 401: it names no error} */
    public String unauthenticated() {
        return realm.map(name -> "Bearer realm=" + quoted(name)).orElse("Bearer");
    }

    /** {@return the challenge for a malformed request, with 400} */
    public String invalidRequest() {
        return withError("invalid_request");
    }

    /** {@return the challenge for a token that is not accepted, with 401} */
    public String invalidToken() {
        return withError("invalid_token");
    }

    /**
     * {@return the challenge for a token that does not permit enough, with 403}
     *
     * @param scopes the scopes that are asked for, all of them
     */
    public String insufficientScope(Collection<String> scopes) {
        return withError("insufficient_scope") + ", scope=" + quoted(String.join(" ", new TreeSet<>(scopes)));
    }

    private String withError(String error) {
        return unauthenticated() + (realm.isPresent() ? ", " : " ") + "error=\"" + error + '"';
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\');
            }
            quoted.append(c >= ' ' && c < 0x7f ? (char) c : '?');
        });
        return quoted.append('"').toString();
    }
}

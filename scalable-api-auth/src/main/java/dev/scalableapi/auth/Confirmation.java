package dev.scalableapi.auth;

/**
 * How the holder of a token has to prove that it is theirs: its claim {@code cnf} (RFC 7800 section 3.1). Immutable.
 *
 * @param method such as {@code jkt} (DPoP, RFC 9449 section 6.1) or {@code x5t#S256} (mutual TLS, RFC 8705 section 3.1);
 *     empty where the token names none, several, or one in a form that is not known
 * @param value what the method compares, such as a key's thumbprint
 */
public record Confirmation(String method, String value) {
    static final Confirmation UNKNOWN = new Confirmation("", "");
}

package dev.scalableapi.auth;

import java.time.Duration;
import java.time.Instant;

/**
 * A signed access token. Immutable.
 *
 * @param value the token itself: a secret
 * @param id the token's own id, its claim {@code jti}
 * @param issuedAt when it was issued, in whole seconds
 * @param expiresAt from when on it is not accepted
 */
public record IssuedToken(String value, String id, Instant issuedAt, Instant expiresAt) {
    /** {@return how long it is valid, counted from its issue: in seconds, the {@code expires_in} of RFC 6749 section 5.1} */
    public Duration lifetime() {
        return Duration.between(issuedAt, expiresAt);
    }

    /** {@return id and expiry, without the token} */
    @Override
    public String toString() {
        return "IssuedToken[" + id + ", expires " + expiresAt + "]";
    }
}

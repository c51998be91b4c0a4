package dev.scalableapi.auth.refresh;

import java.time.Instant;

/**
 * A refresh token. Immutable.
 *
 * @param value the token itself, at most 128 characters of the URL-safe alphabet and dots: a secret
 * @param family the login that it belongs to, 22 characters; no secret: an access token can carry it as {@code sid}, so
 *     that a logout can end the family
 * @param expiresAt from when on it is not accepted, by the store's clock
 */
public record IssuedRefreshToken(String value, String family, Instant expiresAt) {
    /** {@return family and expiry, without the token} */
    @Override
    public String toString() {
        return "IssuedRefreshToken[" + family + ", expires " + expiresAt + "]";
    }
}

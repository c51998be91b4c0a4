package dev.scalableapi.auth;

import dev.scalableapi.auth.Verification.Reason;
import dev.scalableapi.auth.Verification.Verified;
import dev.scalableapi.core.http.Caller;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What the claims of an access token must say (RFC 9068 section 4). Immutable and thread-safe. */
final class ClaimRules {
    private final String issuer;
    private final String audience;
    private final long skewMillis;

    ClaimRules(String issuer, String audience, Duration skew) {
        this.issuer = issuer;
        this.audience = audience;
        skewMillis = skew.toMillis();
    }

    Verified check(Claims claims, long nowMillis) throws RejectionException {
        if (!Claims.required(claims.issuer).equals(issuer)) {
            throw new RejectionException(Reason.WRONG_ISSUER);
        }
        if (claims.audience == null) {
            throw new RejectionException(Reason.MISSING_CLAIM);
        }
        if (!claims.audience.contains(audience)) {
            throw new RejectionException(Reason.WRONG_AUDIENCE);
        }
        checkTime(claims, nowMillis);
        return new Verified(
                caller(claims),
                Claims.required(claims.tokenId),
                Optional.ofNullable(claims.sessionId),
                Instant.ofEpochSecond(Claims.required(claims.issuedAt)),
                Instant.ofEpochSecond(Claims.required(claims.expiresAt)),
                Optional.ofNullable(claims.confirmation));
    }

    private void checkTime(Claims claims, long nowMillis) throws RejectionException {
        long issuedAt = Claims.required(claims.issuedAt);
        long expiresAt = Claims.required(claims.expiresAt);
        long notBefore = claims.notBefore == null ? issuedAt : claims.notBefore;
        if (nowMillis >= expiresAt * 1000 + skewMillis) {
            throw new RejectionException(Reason.EXPIRED);
        }
        if (Math.max(notBefore, issuedAt) * 1000 > nowMillis + skewMillis) {
            throw new RejectionException(Reason.NOT_YET_VALID);
        }
    }

    /** From when on the token is no longer accepted. */
    long endMillis(Verified verified) {
        return verified.expiresAt().toEpochMilli() + skewMillis;
    }

    private static Caller caller(Claims claims) throws RejectionException {
        return new Caller(
                Claims.required(claims.subject),
                Optional.ofNullable(claims.tenant),
                Optional.ofNullable(claims.clientId),
                claims.roles,
                claims.permissions,
                claims.scopes);
    }
}

package dev.scalableapi.auth;

import dev.scalableapi.auth.Verification.Reason;
import dev.scalableapi.core.http.Caller;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * Verifies access tokens: signed JWTs in the shape of RFC 9068, following RFC 8725. A token is accepted if it is a
 * compact JWS in canonical base64url with strict JSON; its key is in the set, and its algorithm is that key's own; its
 * signature is right; its type is {@code at+jwt}; it names the expected issuer and audience; it has {@code sub},
 * {@code iat}, {@code exp} and {@code jti}; and it is valid now. The payload is not looked at before the signature.
 *
 * <p>Immutable and thread-safe; does not block.
 */
public final class AccessTokenVerifier {
    static final String TYPE = "at+jwt";

    private final JwsReader reader;
    private final String issuer;
    private final String audience;
    private final Duration skew;
    private final Clock clock;

    private AccessTokenVerifier(Builder builder) {
        reader = new JwsReader(builder.keys);
        issuer = builder.issuer;
        audience = builder.audience;
        skew = builder.skew;
        clock = builder.clock;
    }

    /**
     * {@return a builder of verifiers}
     *
     * @param keys whose tokens are accepted
     * @param issuer what the claim {@code iss} must be, exactly
     * @param audience what must be among the claim {@code aud}, exactly
     * @throws IllegalArgumentException if issuer or audience is blank
     */
    public static Builder builder(VerificationKeySet keys, String issuer, String audience) {
        return new Builder(keys, issuer, audience);
    }

    /**
     * Verifies a token. Whatever the string, the answer is a result and never an exception.
     *
     * @param token as the client sent it
     * @return the caller, or why the token is not accepted
     */
    public Verification verify(String token) {
        try {
            JwsReader.Jws jws = reader.read(token);
            checkType(jws.header());
            return verified(jws.claims());
        } catch (RejectionException rejection) {
            return new Verification.Rejected(rejection.reason());
        }
    }

    /** Keeps other tokens of the same issuer out, such as ID tokens (RFC 9068 section 4; RFC 8725 section 3.11). */
    private static void checkType(Claims header) throws RejectionException {
        String type = header.text("typ").orElse("");
        if (!type.equalsIgnoreCase(TYPE) && !type.equalsIgnoreCase("application/" + TYPE)) {
            throw new RejectionException(Reason.WRONG_TYPE);
        }
    }

    private Verification.Verified verified(Claims claims) throws RejectionException {
        if (!claims.requiredText("iss").equals(issuer)) {
            throw new RejectionException(Reason.WRONG_ISSUER);
        }
        if (!claims.audience().contains(audience)) {
            throw new RejectionException(Reason.WRONG_AUDIENCE);
        }
        Instant issuedAt = claims.requiredDate("iat");
        Instant expiresAt = claims.requiredDate("exp");
        checkTime(claims.date("nbf").orElse(issuedAt), issuedAt, expiresAt);
        return new Verification.Verified(
                caller(claims), claims.requiredText("jti"), claims.text(Claims.CLIENT_ID), issuedAt, expiresAt);
    }

    private void checkTime(Instant notBefore, Instant issuedAt, Instant expiresAt) throws RejectionException {
        Instant now = clock.instant();
        if (!now.isBefore(expiresAt.plus(skew))) {
            throw new RejectionException(Reason.EXPIRED);
        }
        Instant latestStart = now.plus(skew);
        if (notBefore.isAfter(latestStart) || issuedAt.isAfter(latestStart)) {
            throw new RejectionException(Reason.NOT_YET_VALID);
        }
    }

    private static Caller caller(Claims claims) throws RejectionException {
        return new Caller(
                claims.requiredText("sub"),
                claims.text(Claims.TENANT),
                Set.copyOf(claims.texts(Claims.ROLES)),
                claims.scopes());
    }

    /** Collects a verifier's settings. Not thread-safe. */
    public static final class Builder {
        private static final Duration MAX_SKEW = Duration.ofMinutes(5);

        private final VerificationKeySet keys;
        private final String issuer;
        private final String audience;
        private Duration skew = Duration.ofSeconds(30);
        private Clock clock = Clock.systemUTC();

        private Builder(VerificationKeySet keys, String issuer, String audience) {
            if (issuer.isBlank() || audience.isBlank()) {
                throw new IllegalArgumentException("issuer and audience must not be blank");
            }
            this.keys = keys;
            this.issuer = issuer;
            this.audience = audience;
        }

        /**
         * Sets by how much the issuer's clock may differ from ours; 30 seconds unless set.
         *
         * @param skew from zero to five minutes
         * @return this
         * @throws IllegalArgumentException if the skew is outside
         */
        public Builder skew(Duration skew) {
            if (skew.isNegative() || skew.compareTo(MAX_SKEW) > 0) {
                throw new IllegalArgumentException("skew must be from zero to 5 minutes");
            }
            this.skew = skew;
            return this;
        }

        /**
         * Sets the clock; the system's unless set.
         *
         * @param clock tells whether a token is valid now
         * @return this
         */
        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /** {@return the verifier} */
        public AccessTokenVerifier build() {
            return new AccessTokenVerifier(this);
        }
    }
}

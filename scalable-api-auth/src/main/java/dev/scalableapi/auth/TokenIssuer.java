package dev.scalableapi.auth;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTCreator;
import com.auth0.jwt.exceptions.JWTCreationException;
import dev.scalableapi.core.http.Caller;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Signs access tokens: JWTs in the shape of RFC 9068, with the type {@code at+jwt}, the claims {@code iss}, {@code sub},
 * {@code aud}, {@code iat}, {@code exp}, {@code jti}, {@code client_id} and {@code tenant} where there is one,
 * {@code scope}, {@code roles} and {@code permissions} unless empty, {@code sid} if asked for, and the additional claims of
 * the {@link AccessTokenRequest}.
 *
 * <p>Immutable and thread-safe, also while the keys of its {@link SigningKeyRing} change: each token is made with one key
 * throughout. Does not block beyond the time of one signature.
 */
public final class TokenIssuer {
    private static final int ID_BYTES = 16;

    private final SecureRandom random = new SecureRandom();
    private final SigningKeyRing keys;
    private final String issuer;
    private final String audience;
    private final Duration lifetime;
    private final Clock clock;

    private TokenIssuer(Builder builder) {
        keys = builder.keys;
        issuer = builder.issuer;
        audience = builder.audience;
        lifetime = builder.lifetime;
        clock = builder.clock;
    }

    /**
     * {@return a builder of issuers}
     *
     * @param key signs the tokens
     * @param issuer the claim {@code iss}, usually a URL of the issuer
     * @param audience the claim {@code aud}, usually the URL of the API that accepts the tokens
     * @throws IllegalArgumentException if issuer or audience is blank
     */
    public static Builder builder(SigningKey key, String issuer, String audience) {
        return builder(SigningKeyRing.of(key), issuer, audience);
    }

    /**
     * {@return a builder of issuers}
     *
     * @param keys of which the active one signs
     * @param issuer the claim {@code iss}, usually a URL of the issuer
     * @param audience the claim {@code aud}, usually the URL of the API that accepts the tokens
     * @throws IllegalArgumentException if issuer or audience is blank
     */
    public static Builder builder(SigningKeyRing keys, String issuer, String audience) {
        return new Builder(keys, issuer, audience);
    }

    /**
     * {@return a new token for this caller}
     *
     * @param caller the subject of the token
     * @throws IllegalArgumentException as {@link #issue(AccessTokenRequest)} does
     */
    public IssuedToken issue(Caller caller) {
        return issue(AccessTokenRequest.of(caller));
    }

    /**
     * {@return a new token}
     *
     * @param request its content
     * @throws IllegalArgumentException if a scope has a character that RFC 6749 section 3.3 does not allow, a text is
     *     not well-formed Unicode, or the token would exceed the 8,192 characters that a verifier takes
     */
    public IssuedToken issue(AccessTokenRequest request) {
        Instant issuedAt = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        String id = newId();
        Instant expiresAt = issuedAt.plus(lifetime);
        String token = sign(claims(request).withJWTId(id).withIssuedAt(issuedAt).withExpiresAt(expiresAt));
        if (token.length() > JwsReader.MAX_LENGTH) {
            throw new IllegalArgumentException("The token would be longer than verifiers accept");
        }
        return new IssuedToken(token, id, issuedAt, expiresAt);
    }

    private JWTCreator.Builder claims(AccessTokenRequest request) {
        Caller caller = request.caller();
        JWTCreator.Builder claims = JWT.create()
                .withIssuer(issuer)
                .withAudience(audience)
                .withSubject(IssuedClaims.wellFormed(caller.id()));
        caller.tenant().ifPresent(tenant -> claims.withClaim(Claims.TENANT, IssuedClaims.wellFormed(tenant)));
        caller.client().ifPresent(client -> claims.withClaim(Claims.CLIENT_ID, IssuedClaims.wellFormed(client)));
        request.sessionId().ifPresent(session -> claims.withClaim(Claims.SESSION, IssuedClaims.wellFormed(session)));
        if (!caller.scopes().isEmpty()) {
            claims.withClaim(Claims.SCOPE, Scopes.join(caller.scopes()));
        }
        addTexts(claims, Claims.ROLES, caller.roles());
        addTexts(claims, Claims.PERMISSIONS, caller.permissions());
        claims.withPayload(request.claims());
        return claims;
    }

    private static void addTexts(JWTCreator.Builder claims, String name, Set<String> texts) {
        if (!texts.isEmpty()) {
            claims.withArrayClaim(
                    name,
                    new TreeSet<>(texts).stream().map(IssuedClaims::wellFormed).toArray(String[]::new));
        }
    }

    private String sign(JWTCreator.Builder claims) {
        SigningKey key = keys.signing();
        try {
            return claims.withHeader(Map.of("typ", AccessTokenVerifier.TYPE, "kid", key.kid()))
                    .sign(new JcaAlgorithm(key));
        } catch (JWTCreationException e) {
            throw new IllegalStateException("A token could not be signed", e);
        }
    }

    private String newId() {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return Base64Url.encode(id);
    }

    /** {@return the lifetime of its tokens} */
    public Duration lifetime() {
        return lifetime;
    }

    /** Collects an issuer's settings. Not thread-safe. */
    public static final class Builder {
        private static final Duration MAX_LIFETIME = Duration.ofDays(1);

        private final SigningKeyRing keys;
        private final String issuer;
        private final String audience;
        private Duration lifetime = Duration.ofMinutes(5);
        private Clock clock = Clock.systemUTC();

        private Builder(SigningKeyRing keys, String issuer, String audience) {
            if (issuer.isBlank() || audience.isBlank()) {
                throw new IllegalArgumentException("issuer and audience must not be blank");
            }
            this.keys = keys;
            this.issuer = IssuedClaims.wellFormed(issuer);
            this.audience = IssuedClaims.wellFormed(audience);
        }

        /**
         * Sets how long a token is valid; five minutes unless set. A token can't be taken back without a revocation
         * list, so keep it short.
         *
         * @param lifetime whole seconds, from one second to one day
         * @return this
         * @throws IllegalArgumentException if the lifetime is outside
         */
        public Builder lifetime(Duration lifetime) {
            if (lifetime.getSeconds() < 1 || lifetime.getNano() != 0 || lifetime.compareTo(MAX_LIFETIME) > 0) {
                throw new IllegalArgumentException("lifetime must be whole seconds, from 1 second to 1 day");
            }
            this.lifetime = lifetime;
            return this;
        }

        /**
         * Sets the clock; the system's unless set.
         *
         * @param clock the time at which tokens are issued
         * @return this
         */
        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /** {@return the issuer} */
        public TokenIssuer build() {
            return new TokenIssuer(this);
        }
    }
}

package dev.scalableapi.auth;

import dev.scalableapi.core.http.Caller;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The content of an access token that {@link TokenIssuer} issues. Immutable. */
public final class AccessTokenRequest {
    private final Caller caller;
    private final Optional<String> sessionId;
    private final Map<String, Object> claims;

    private AccessTokenRequest(Caller caller, Optional<String> sessionId, Map<String, Object> claims) {
        this.caller = caller;
        this.sessionId = sessionId;
        this.claims = claims;
    }

    /**
     * {@return a request for a token of this caller}
     *
     * @param caller the subject of the token, with its tenant, client, scopes, roles and permissions
     */
    public static AccessTokenRequest of(Caller caller) {
        return new AccessTokenRequest(caller, Optional.empty(), Map.of());
    }

    /**
     * {@return the same request with the id of the login that the token comes from}
     *
     * @param sessionId becomes the claim {@code sid}, for example the family of a refresh token: a logout that receives only
     *     the access token can then end the login
     * @throws IllegalArgumentException if the id is blank
     */
    public AccessTokenRequest withSessionId(String sessionId) {
        if (sessionId.isBlank()) {
            throw new IllegalArgumentException("A session's id must not be blank");
        }
        return new AccessTokenRequest(caller, Optional.of(sessionId), claims);
    }

    /**
     * {@return the same request with an additional claim} A verifier gives access to it by
     * {@link Verification.Verified#claims()}. The claims of a token are readable by everyone who receives it.
     *
     * @param name any name that the token does not have anyway, such as {@code email}; a claim of this name that was added
     *     before is replaced
     * @param value a {@code String}, {@code Boolean}, {@code Integer}, {@code Long} or finite {@code Double}; an
     *     {@code Instant}, which becomes a NumericDate in whole seconds; a collection of such values, or a map of them with
     *     string keys; copied
     * @throws IllegalArgumentException if the name is blank, or one of {@code iss}, {@code sub}, {@code aud}, {@code iat},
     *     {@code nbf}, {@code exp}, {@code jti}, {@code client_id}, {@code tenant}, {@code sid}, {@code scope},
     *     {@code roles}, {@code permissions}; if the value is of another type or contains null; if a text is not
     *     well-formed Unicode; or if it is nested more than 16 levels deep
     */
    public AccessTokenRequest withClaim(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(claims);
        more.put(IssuedClaims.name(name), IssuedClaims.value(value));
        return new AccessTokenRequest(caller, sessionId, Collections.unmodifiableMap(more));
    }

    /** {@return the subject of the token} */
    public Caller caller() {
        return caller;
    }

    /** {@return the login that the token comes from} */
    public Optional<String> sessionId() {
        return sessionId;
    }

    /** {@return the additional claims, by name, in the order in which they were added} */
    public Map<String, Object> claims() {
        return claims;
    }
}

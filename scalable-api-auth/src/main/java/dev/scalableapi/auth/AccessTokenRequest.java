package dev.scalableapi.auth;

import dev.scalableapi.core.http.Caller;
import java.util.Optional;

/** What an access token is to say. Immutable. */
public final class AccessTokenRequest {
    private final Caller caller;
    private final Optional<String> sessionId;

    private AccessTokenRequest(Caller caller, Optional<String> sessionId) {
        this.caller = caller;
        this.sessionId = sessionId;
    }

    /**
     * {@return a request for a token of this caller}
     *
     * @param caller whom the token is to speak for, with the scopes and roles that it is to carry
     */
    public static AccessTokenRequest of(Caller caller) {
        return new AccessTokenRequest(caller, Optional.empty());
    }

    /**
     * {@return the same request, naming the login that the token comes from}
     *
     * @param sessionId becomes the claim {@code sid}: such as the family of a refresh token, so that a logout that has
     *     the access token alone can end it
     * @throws IllegalArgumentException if the id is blank
     */
    public AccessTokenRequest withSessionId(String sessionId) {
        if (sessionId.isBlank()) {
            throw new IllegalArgumentException("A session's id must not be blank");
        }
        return new AccessTokenRequest(caller, Optional.of(sessionId));
    }

    /** {@return whom the token is to speak for} */
    public Caller caller() {
        return caller;
    }

    /** {@return the login that the token comes from} */
    public Optional<String> sessionId() {
        return sessionId;
    }
}

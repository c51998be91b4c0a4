package dev.scalableapi.auth;

import dev.scalableapi.core.http.Caller;
import java.util.Optional;

/** What an access token is to say. Immutable. */
public final class AccessTokenRequest {
    private final Caller caller;
    private final Optional<String> clientId;

    private AccessTokenRequest(Caller caller, Optional<String> clientId) {
        this.caller = caller;
        this.clientId = clientId;
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
     * {@return the same request, naming the application that the token is given to}
     *
     * @param clientId becomes the claim {@code client_id} (RFC 8693 section 4.3)
     * @throws IllegalArgumentException if the id is blank
     */
    public AccessTokenRequest withClientId(String clientId) {
        if (clientId.isBlank()) {
            throw new IllegalArgumentException("A client's id must not be blank");
        }
        return new AccessTokenRequest(caller, Optional.of(clientId));
    }

    /** {@return whom the token is to speak for} */
    public Caller caller() {
        return caller;
    }

    /** {@return the application that the token is given to} */
    public Optional<String> clientId() {
        return clientId;
    }
}

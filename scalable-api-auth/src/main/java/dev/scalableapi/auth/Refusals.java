package dev.scalableapi.auth;

import dev.scalableapi.core.http.ApiException;
import java.util.Collection;

/** The failures of authentication and authorization, each with its challenge. */
record Refusals(BearerChallenge challenge) {
    private static final String CHALLENGE = "WWW-Authenticate";

    ApiException invalidRequest() {
        return ApiException.of(400, "INVALID_REQUEST", "The Authorization header is malformed.")
                .withParameter("Authorization")
                .withHeader(CHALLENGE, challenge.invalidRequest());
    }

    ApiException unauthenticated() {
        return ApiException.of(401, "UNAUTHENTICATED", "This needs an access token.")
                .withHeader(CHALLENGE, challenge.unauthenticated());
    }

    /** Only an expired token is told apart: its holder knows what to do. The rest would help who guesses. */
    ApiException invalidToken(Verification.Reason reason) {
        String message = reason == Verification.Reason.EXPIRED
                ? "The access token has expired."
                : "The access token is not valid.";
        return ApiException.of(401, "INVALID_TOKEN", message).withHeader(CHALLENGE, challenge.invalidToken());
    }

    ApiException insufficientScope(Collection<String> scopes) {
        return ApiException.of(403, "INSUFFICIENT_SCOPE", "The access token does not permit this.")
                .withHeader(CHALLENGE, challenge.insufficientScope(scopes));
    }
}

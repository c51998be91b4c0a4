package dev.scalableapi.auth;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.Violation;
import java.time.Duration;
import java.util.Collection;

/** The failures of authentication and authorization, each with its challenge. */
record Refusals(BearerChallenge challenge) {
    private static final String CHALLENGE = "WWW-Authenticate";

    ApiException invalidRequest() {
        String message = "The Authorization header is malformed.";
        Violation violation = Violation.header("Authorization", message).withKey("authorization.malformed");
        return ApiException.of(400, "INVALID_REQUEST", violation)
                .withHeader(CHALLENGE, challenge.invalidRequest());
    }

    ApiException unauthenticated() {
        return ApiException.of(401, "UNAUTHENTICATED", "This needs an access token.")
                .withHeader(CHALLENGE, challenge.unauthenticated());
    }

    /** Only an expired token is told apart: its holder knows what to do. The rest would help who guesses. */
    ApiException invalidToken(Verification.Reason reason) {
        if (reason == Verification.Reason.REVOCATION_UNKNOWN) {
            return ApiException.of(503, "UNAVAILABLE", "Access tokens can't be checked now. Try again later.")
                    .withRetryAfter(Duration.ofSeconds(1));
        }
        String message = reason == Verification.Reason.EXPIRED
                ? "The access token has expired."
                : "The access token is not valid.";
        return ApiException.of(401, "INVALID_TOKEN", message).withHeader(CHALLENGE, challenge.invalidToken());
    }

    /** Names the scopes that would help; where none would, there is nothing to ask for. */
    ApiException forbidden(Collection<String> scopes) {
        return scopes.isEmpty()
                ? ApiException.of(403, "FORBIDDEN", "The caller may not do this.")
                : ApiException.of(403, "INSUFFICIENT_SCOPE", "The access token does not permit this.")
                        .withHeader(CHALLENGE, challenge.insufficientScope(scopes));
    }
}

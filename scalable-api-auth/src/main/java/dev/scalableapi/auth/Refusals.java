package dev.scalableapi.auth;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.Violation;
import java.time.Duration;
import java.util.Collection;

/** The failures of authentication and authorization, each with its challenge. */
record Refusals(BearerChallenge challenge) {
    private static final String CHALLENGE = "WWW-Authenticate";

    /** Less than the usual interval between two attempts to fetch the keys, so that few clients wait for long. */
    static final Duration KEYS_RETRY = Duration.ofSeconds(10);

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

    /**
     * 503 if the token cannot be judged at present, so that the client keeps it; otherwise 401. Only expiry is named in the
     * message: other reasons would help an attacker.
     */
    ApiException invalidToken(Verification.Reason reason) {
        if (reason == Verification.Reason.REVOCATION_UNKNOWN) {
            return unavailable(Duration.ofSeconds(1));
        }
        if (reason == Verification.Reason.KEYS_UNAVAILABLE) {
            return unavailable(KEYS_RETRY);
        }
        String message = reason == Verification.Reason.EXPIRED
                ? "The access token has expired."
                : "The access token is not valid.";
        return ApiException.of(401, "INVALID_TOKEN", message).withHeader(CHALLENGE, challenge.invalidToken());
    }

    private static ApiException unavailable(Duration retryAfter) {
        return ApiException.of(503, "UNAVAILABLE", "Access tokens can't be checked now. Try again later.")
                .withRetryAfter(retryAfter);
    }

    /** Names the scopes that would help; where none would, there is nothing to ask for. */
    ApiException forbidden(Collection<String> scopes) {
        return scopes.isEmpty()
                ? ApiException.of(403, "FORBIDDEN", "The caller may not do this.")
                : ApiException.of(403, "INSUFFICIENT_SCOPE", "The access token does not permit this.")
                        .withHeader(CHALLENGE, challenge.insufficientScope(scopes));
    }
}

package dev.scalableapi.auth;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.Violation;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The failures of authentication and authorization, each with its challenge. */
record Refusals(BearerChallenge challenge) {
    private static final String CHALLENGE = "WWW-Authenticate";

    /** Less than the usual interval between two attempts to fetch the keys, so that few clients wait for long. */
    static final Duration KEYS_RETRY = Duration.ofSeconds(10);

    ApiException invalidRequest() {
        String message = "The Authorization header is malformed.";
        Violation violation = Violation.header("Authorization", message).withKey("authorization.malformed");
        return ApiException.of(400, "INVALID_REQUEST", violation).withHeader(CHALLENGE, challenge.invalidRequest());
    }

    ApiException unauthenticated() {
        return unauthenticated(List.of(challenge.unauthenticated()));
    }

    static ApiException unauthenticated(List<String> challenges) {
        ApiException failure = ApiException.of(401, "UNAUTHENTICATED", "This needs an access token.");
        for (String one : challenges) {
            failure = failure.withHeader(CHALLENGE, one);
        }
        return failure;
    }

    /** When a client may send the token again, if it cannot be judged at present; null if it is rejected. */
    static @Nullable Duration retryAfter(Verification.Reason reason) {
        return switch (reason) {
            case REVOCATION_UNKNOWN, INTROSPECTION_UNAVAILABLE -> Duration.ofSeconds(1);
            case KEYS_UNAVAILABLE -> KEYS_RETRY;
            default -> null;
        };
    }

    /** The client keeps its credential. */
    static ApiException unavailable(Duration retryAfter) {
        return ApiException.of(503, "UNAVAILABLE", "Credentials can't be verified now. Try again later.")
                .withRetryAfter(retryAfter);
    }

    /** Only expiry is named in the message: other reasons would help an attacker. */
    ApiException invalidToken(Verification.Reason reason) {
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

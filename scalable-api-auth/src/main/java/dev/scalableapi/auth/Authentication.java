package dev.scalableapi.auth;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.Caller;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The result of an {@link Authenticator}. Immutable. */
public sealed interface Authentication {
    /**
     * The request has a valid credential.
     *
     * @param caller the caller that the credential proves
     * @param token the facts of the verified token, if the credential is a token; they are left in the exchange under
     *     {@link Verification.Verified#KEY}
     */
    record Authenticated(Caller caller, Optional<Verification.Verified> token) implements Authentication {
        /**
         * {@return the result for a credential that is not a token}
         *
         * @param caller the caller that the credential proves
         */
        public static Authenticated of(Caller caller) {
            return new Authenticated(caller, Optional.empty());
        }
    }

    /**
     * The request has no credential of this kind. It is answered 401 {@code UNAUTHENTICATED}, unless the route permits
     * requests without a caller or another authenticator finds a credential.
     *
     * @param challenges the values of {@code WWW-Authenticate} that ask for such a credential (RFC 9110 section 11.6.1); at
     *     least one
     */
    record Absent(List<String> challenges) implements Authentication {
        /**
         * Copies the list.
         *
         * @param challenges at least one
         * @throws IllegalArgumentException if there is no challenge
         */
        public Absent {
            challenges = List.copyOf(challenges);
            if (challenges.isEmpty()) {
                throw new IllegalArgumentException("A response with the status 401 needs a challenge");
            }
        }

        /**
         * {@return the result with one challenge}
         *
         * @param challenge such as {@code Bearer}
         */
        public static Absent of(String challenge) {
            return new Absent(List.of(challenge));
        }
    }

    /**
     * The request has a credential that is not valid.
     *
     * @param failure the response: a status from 400 to 499; with 401 it has the field {@code WWW-Authenticate}
     */
    record Rejected(ApiException failure) implements Authentication {
        /**
         * Checks the response.
         *
         * @param failure the response
         * @throws IllegalArgumentException if it has another status, or 401 without a challenge
         */
        public Rejected {
            if (failure.status() >= 500) {
                throw new IllegalArgumentException("Use Unavailable if the credential cannot be verified");
            }
            if (failure.status() == 401 && !failure.headers().contains("WWW-Authenticate")) {
                throw new IllegalArgumentException("A response with the status 401 needs the field WWW-Authenticate");
            }
        }
    }

    /**
     * The credential cannot be verified at present, because a service that this takes is not available. The request is
     * answered 503 {@code UNAVAILABLE}, so that the client keeps its credential.
     *
     * @param retryAfter when the client may try again
     */
    record Unavailable(Duration retryAfter) implements Authentication {}
}

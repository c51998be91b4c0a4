package dev.scalableapi.auth;

import dev.scalableapi.core.http.AttributeKey;
import dev.scalableapi.core.http.Caller;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** What came of looking at a token. */
public sealed interface Verification permits Verification.Verified, Verification.Rejected {
    /**
     * The token is genuine, for this API, and valid now. Immutable.
     *
     * @param caller whom the token speaks for
     * @param tokenId the token's own id (its claim {@code jti}): what a revocation names
     * @param sessionId the login that it comes from (its claim {@code sid}), if it says so
     * @param issuedAt when it was issued
     * @param expiresAt from when on it is not accepted, but for the permitted clock skew
     * @param confirmation what its holder had to prove, and has; empty for a bearer token
     */
    record Verified(
            Caller caller,
            String tokenId,
            Optional<String> sessionId,
            Instant issuedAt,
            Instant expiresAt,
            Optional<Confirmation> confirmation)
            implements Verification {
        /** Where {@link AuthenticationFilter} leaves this in the exchange, beside the caller. */
        public static final AttributeKey<Verified> KEY = AttributeKey.create("verified-token");
    }

    /**
     * The token is not accepted. Immutable.
     *
     * @param reason why, for logs and metrics; holds nothing of the token
     */
    record Rejected(Reason reason) implements Verification {}

    /** Why a token is not accepted, in the order of the checks. */
    enum Reason {
        /** It is longer than permitted. */
        TOO_LARGE,
        /** It is not a compact JWS of strict base64url and strict JSON, or a member has a type that it must not have. */
        MALFORMED,
        /** Its header has a member that asks for what this library does not do, such as {@code crit} or {@code jwk}. */
        UNSUPPORTED_HEADER,
        /** Its header names a key that is not in the set. */
        UNKNOWN_KEY,
        /** Its key is unknown, and the keys cannot be fetched at present: the token may be valid. */
        KEYS_UNAVAILABLE,
        /** Its header names another algorithm than the key's own, or that is not permitted. */
        WRONG_ALGORITHM,
        /** Its signature is not the key's. */
        BAD_SIGNATURE,
        /** Its type is not {@code at+jwt}: it is not an access token. */
        WRONG_TYPE,
        /** A claim is missing that every access token has. */
        MISSING_CLAIM,
        /** Another party issued it. */
        WRONG_ISSUER,
        /** It is meant for another API. */
        WRONG_AUDIENCE,
        /** It has expired. */
        EXPIRED,
        /** It is not valid yet, or was issued in the future. */
        NOT_YET_VALID,
        /** It has been revoked. */
        REVOKED,
        /** Nobody can say whether it has been revoked, and the service has chosen to refuse then. */
        REVOCATION_UNKNOWN,
        /** It is bound to a key (claim {@code cnf}), and the request does not prove that the sender has it. */
        PROOF_REQUIRED;

        /** {@return the name in lower case, as in metrics and audit events} */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}

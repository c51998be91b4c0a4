package dev.scalableapi.auth;

import dev.scalableapi.core.http.AttributeKey;
import dev.scalableapi.core.http.Caller;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The result of verifying a token. */
public sealed interface Verification permits Verification.Verified, Verification.Rejected {
    /**
     * The token is genuine, for this API, and valid now. Immutable.
     *
     * @param caller the subject of the token, with its tenant, client, scopes, roles and permissions
     * @param tokenId the token's own id (claim {@code jti}, or the claim that the {@link TokenProfile} names), by which it
     *     is revoked; the empty string if the profile does not require one and the token has none
     * @param sessionId the login that the token comes from (claim {@code sid}, or the claim that the profile names)
     * @param issuedAt when it was issued; {@link Instant#EPOCH} if the profile does not require {@code iat} and the token
     *     has none
     * @param expiresAt when it expires; until the permitted clock skew has passed, it is still accepted
     * @param confirmation what its holder had to prove, and has; empty for a bearer token
     * @param claims all claims of the token. They do not take part in {@code equals}
     */
    record Verified(
            Caller caller,
            String tokenId,
            Optional<String> sessionId,
            Instant issuedAt,
            Instant expiresAt,
            Optional<Confirmation> confirmation,
            TokenClaims claims)
            implements Verification {
        /** Where {@link AuthenticationFilter} leaves this in the exchange, beside the caller. */
        public static final AttributeKey<Verified> KEY = AttributeKey.create("verified-token");

        /**
         * A result without claims, for tests and for credentials that are not JWTs.
         *
         * @param caller the subject of the token
         * @param tokenId the token's own id, or the empty string
         * @param sessionId the login that the token comes from
         * @param issuedAt when it was issued
         * @param expiresAt when it expires
         * @param confirmation what its holder had to prove, and has
         */
        public Verified(
                Caller caller,
                String tokenId,
                Optional<String> sessionId,
                Instant issuedAt,
                Instant expiresAt,
                Optional<Confirmation> confirmation) {
            this(caller, tokenId, sessionId, issuedAt, expiresAt, confirmation, TokenClaims.EMPTY);
        }

        /** Compares everything but the claims, which are read only if they are used. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Verified that
                    && caller.equals(that.caller)
                    && tokenId.equals(that.tokenId)
                    && sessionId.equals(that.sessionId)
                    && issuedAt.equals(that.issuedAt)
                    && expiresAt.equals(that.expiresAt)
                    && confirmation.equals(that.confirmation);
        }

        @Override
        public int hashCode() {
            return Objects.hash(caller, tokenId, sessionId, issuedAt, expiresAt, confirmation);
        }
    }

    /**
     * The token is not accepted. Immutable. Contains no value of the token.
     *
     * @param reason why, for logs and metrics
     * @param claim the claim at fault, such as {@code aud} or {@code realm_access.roles}, if the reason is about a claim:
     *     always one that the verifier reads, so the number of different names is limited. It does not take part in
     *     {@code equals}
     */
    record Rejected(Reason reason, Optional<String> claim) implements Verification {
        /**
         * A rejection that names no claim.
         *
         * @param reason why
         */
        public Rejected(Reason reason) {
            this(reason, Optional.empty());
        }

        /** Compares the reasons only. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Rejected that && reason == that.reason;
        }

        @Override
        public int hashCode() {
            return reason.hashCode();
        }
    }

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
        /** Its type ({@code typ} in the header) is not accepted: it is not an access token. */
        WRONG_TYPE,
        /** A claim is missing that the {@link TokenProfile} requires. */
        MISSING_CLAIM,
        /** Another party issued it. */
        WRONG_ISSUER,
        /** It is meant for another API. */
        WRONG_AUDIENCE,
        /** A claim has a value that the {@link TokenProfile} rejects, such as {@code token_use} of an ID token. */
        WRONG_CLAIM,
        /** It has expired. */
        EXPIRED,
        /** It is not valid yet, or was issued in the future. */
        NOT_YET_VALID,
        /** The application's mapping from claims to a caller failed or returned no caller. */
        NO_CALLER,
        /** The authorization server, which was asked about it (RFC 7662), does not accept it. */
        INACTIVE,
        /** The authorization server cannot be asked about it at present: it may be valid. */
        INTROSPECTION_UNAVAILABLE,
        /** It has been revoked. */
        REVOKED,
        /** Its revocation is unknown, and the service is configured to reject tokens in this case. */
        REVOCATION_UNKNOWN,
        /** It is bound to a key (claim {@code cnf}), and the request does not prove that the sender has it. */
        PROOF_REQUIRED;

        /** {@return the name in lower case, as in metrics and audit events} */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}

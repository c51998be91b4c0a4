package dev.scalableapi.auth.audit;

import java.time.Instant;
import java.util.Optional;

/**
 * Something that an audit trail should hold. Immutable; holds no token, password or key, but names people and addresses.
 */
public sealed interface AuthEvent {
    /**
     * A password was right.
     *
     * @param account the prepared form of the name, else as the client spelled it
     * @param address where the client is, if that is known
     */
    record LoginSucceeded(String account, Optional<String> address) implements AuthEvent {}

    /**
     * A password was wrong, or there is no such account.
     *
     * @param account the prepared form of the name, else at most 256 characters of what the client sent
     * @param address where the client is, if that is known
     */
    record LoginFailed(String account, Optional<String> address) implements AuthEvent {}

    /**
     * A login was refused without a look at the password, after too many had failed.
     *
     * @param account the prepared form of the name, else at most 256 characters of what the client sent
     * @param address where the client is, if that is known
     */
    record LoginThrottled(String account, Optional<String> address) implements AuthEvent {}

    /**
     * An access token was not accepted.
     *
     * @param reason why, as a word
     */
    record TokenRejected(String reason) implements AuthEvent {}

    /**
     * An API key was not accepted.
     *
     * @param reason why, as a word
     */
    record ApiKeyRejected(String reason) implements AuthEvent {}

    /**
     * A refresh token was used again after its successor: somebody else may have it. Its family has been revoked.
     *
     * @param family the family of the token: one login
     * @param subject whose it is
     */
    record RefreshTokenReused(String family, String subject) implements AuthEvent {}

    /**
     * A family of refresh tokens has been revoked, as by a logout.
     *
     * @param family the family: one login
     */
    record FamilyRevoked(String family) implements AuthEvent {}

    /**
     * An access token has been revoked before its time.
     *
     * @param tokenId its claim {@code jti}
     */
    record TokenRevoked(String tokenId) implements AuthEvent {}

    /**
     * All access tokens of a subject that were issued before have been revoked.
     *
     * @param subject whose
     * @param notBefore tokens from then on are accepted
     */
    record SubjectRevoked(String subject, Instant notBefore) implements AuthEvent {}
}

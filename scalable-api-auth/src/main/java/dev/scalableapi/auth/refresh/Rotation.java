package dev.scalableapi.auth.refresh;

import java.time.Instant;

/** What became of the use of a token in a {@link RefreshTokenStore}. Immutable. */
public sealed interface Rotation {
    /**
     * The token was good; a successor is the current token now, or was already.
     *
     * @param successor which one of those offered, from 0
     * @param grant as the family was created with
     * @param expiresAt from when on the successor is not accepted
     */
    record Rotated(int successor, String grant, Instant expiresAt) implements Rotation {}

    /**
     * The token was used too late or too often, and this call has revoked its family. Exactly one call for each family
     * gets this answer.
     *
     * @param grant as the family was created with
     */
    record Reused(String grant) implements Rotation {}

    /**
     * The token is not accepted.
     *
     * @param cause why
     */
    record Refused(Cause cause) implements Rotation {}

    /** Why a token is not accepted. */
    enum Cause {
        /** There is no such family, or its time is over. */
        UNKNOWN,
        /** The store knows less than the token proves. */
        LOST,
        /** The family was revoked before, by a {@link Reused}. */
        REUSED,
        /** The family was revoked before, by {@link RefreshTokenStore#revoke}. */
        REVOKED
    }
}

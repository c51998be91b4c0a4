package dev.scalableapi.auth.refresh;

/** What came of the use of a refresh token. */
public sealed interface RefreshResult permits RefreshResult.Refreshed, RefreshResult.Refused {
    /**
     * The token was good, and this is its successor. Immutable.
     *
     * @param grant what the login has granted
     * @param token replaces the one that was used
     */
    record Refreshed(RefreshGrant grant, IssuedRefreshToken token) implements RefreshResult {}

    /**
     * The token is not accepted, and the user has to log in: {@code invalid_grant} of RFC 6749 section 5.2, whatever the
     * reason. Immutable.
     *
     * @param reason why, for logs and metrics; holds nothing of the token
     */
    record Refused(Reason reason) implements RefreshResult {}

    /** Why a refresh token is not accepted. */
    enum Reason {
        /** It does not have the form of our tokens. */
        MALFORMED,
        /** It has the form, but none of our keys made it: it is invented, or older than the oldest key. */
        FOREIGN,
        /** There is no such family: its time is over, or the store has lost it, as an in-memory one does in a restart. */
        UNKNOWN,
        /**
         * The store and the token, which is genuine, do not go together: a failover has lost a write, or a key is gone. No
         * sign of theft.
         */
        LOST,
        /** It has been used before, or another of its family has: somebody may have stolen it. The family is revoked. */
        REUSED,
        /** The family was revoked, as by a logout. */
        REVOKED
    }
}

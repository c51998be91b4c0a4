package dev.scalableapi.auth.revocation;

/** What is known of a token's revocation. */
public enum RevocationStatus {
    /** Nothing speaks against it. */
    NOT_REVOKED,

    /** It must not be accepted. */
    REVOKED,

    /** It may have been revoked without this node's knowledge, and must not be accepted for now. */
    UNKNOWN
}

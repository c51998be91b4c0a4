package dev.scalableapi.auth;

/** TEMPORARY seam until the revocation room lands. */
interface RevocationCheck {
    RevocationCheck NONE = verified -> Status.NOT_REVOKED;

    Status status(Verification.Verified verified);

    enum Status {
        NOT_REVOKED,
        REVOKED,
        UNKNOWN
    }
}

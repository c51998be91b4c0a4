package dev.scalableapi.auth;

/** Leaves the checks of a token at the first that fails; never leaves this package. Costs no stack trace. */
final class RejectionException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Verification.Reason reason;

    RejectionException(Verification.Reason reason) {
        super(reason.name(), null, false, false);
        this.reason = reason;
    }

    Verification.Rejected rejected() {
        return new Verification.Rejected(reason);
    }
}

package dev.scalableapi.auth;

import dev.scalableapi.auth.Verification.Reason;
import dev.scalableapi.auth.Verification.Rejected;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Leaves the checks of a token at the first that fails; never leaves this package. Costs no stack trace. */
final class RejectionException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final @Nullable String claim;

    RejectionException(Reason reason) {
        this(reason, null);
    }

    /** Because of this claim, which must be one that the verifier reads: the sender must not choose the name. */
    RejectionException(Reason reason, @Nullable String claim) {
        super(reason.name(), null, false, false);
        this.reason = reason;
        this.claim = claim;
    }

    /** The same reason, in the value of this claim. */
    RejectionException in(String claim) {
        return new RejectionException(reason, claim);
    }

    Rejected rejected() {
        return new Rejected(reason, Optional.ofNullable(claim));
    }
}

package dev.scalableapi.core.ratelimit;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.AttributeKey;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The permit that a request without a caller costs its address. {@link RateLimitFilter#byAddress} leaves it in the
 * exchange.
 *
 * <p>Authentication takes the permit before it verifies a credential, and gives it back if the credential proves a caller.
 * So an address whose permits are used up cannot have credentials verified. A request that leaves authentication without
 * a caller is charged by the filter itself. However often the permit is taken, the address is charged once. Thread-safe.
 */
public final class AddressPermit {
    /** Where the permit is left in the exchange. */
    public static final AttributeKey<AddressPermit> KEY = AttributeKey.create("address permit");

    private final Charge charge;

    /** The permit of a filter further out, with another limiter. */
    private final @Nullable AddressPermit outer;

    AddressPermit(Charge charge, @Nullable AddressPermit outer) {
        this.charge = charge;
        this.outer = outer;
    }

    /**
     * Takes the permit, unless it is taken already.
     *
     * @return completes when the request may go on; fails with an {@link ApiException} of status 429 if the address has
     *     no permit left
     */
    public CompletionStage<Void> take() {
        return outer == null ? charge.take() : outer.take().thenCompose(taken -> charge.take());
    }

    /** Gives the permit back, because the request has a caller. Does nothing if it is not taken. */
    public void refund() {
        charge.refund();
        if (outer != null) {
            outer.refund();
        }
    }
}

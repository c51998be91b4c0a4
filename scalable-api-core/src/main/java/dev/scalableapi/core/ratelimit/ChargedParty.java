package dev.scalableapi.core.ratelimit;

import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.Stage;
import java.util.Optional;

/** Who pays for a request. */
enum ChargedParty {
    /** The authenticated caller; requests without one are free. */
    CALLER("caller", Stage.PRINCIPAL_RATE_LIMIT) {
        @Override
        boolean isIn(ApiRequest request) {
            return request.caller().isPresent();
        }

        @Override
        Optional<String> key(ApiRequest request) {
            return request.caller().map(LimitKeys::of);
        }
    },
    /** The peer's address; requests with a caller, or of an unknown peer, are free. */
    ADDRESS("address", Stage.ADDRESS_RATE_LIMIT) {
        @Override
        boolean isIn(ApiRequest request) {
            return request.caller().isEmpty() && request.peer().isPresent();
        }

        @Override
        Optional<String> key(ApiRequest request) {
            return request.caller().isPresent()
                    ? Optional.empty()
                    : request.peer().map(LimitKeys::of);
        }
    };

    private final String policy;
    private final Stage stage;

    ChargedParty(String policy, Stage stage) {
        this.policy = policy;
        this.stage = stage;
    }

    /** The policy's name in response fields. */
    String policy() {
        return policy;
    }

    /** The stage of the filter. */
    Stage stage() {
        return stage;
    }

    /** Whether the request has such a party. */
    abstract boolean isIn(ApiRequest request);

    /** The limiter's key; empty if the request is free. */
    abstract Optional<String> key(ApiRequest request);
}

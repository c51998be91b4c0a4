package dev.scalableapi.auth;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A source of the keys that verify tokens: a {@link VerificationKeySet}, which never changes, a {@link SigningKeyRing}, whose
 * keys change, a {@link RemoteJwkSet}, which fetches them, or an {@link Issuer}, which finds out where to fetch them.
 * Implementations are thread-safe.
 */
public interface VerificationKeySource {
    /**
     * {@return the present keys} Never blocks. Returns the same object until the keys change, and an unchanged key in a
     * changed set is the same object too, so that what is prepared for a key is kept.
     */
    VerificationKeySet current();

    /**
     * Asks for newer keys, because a token names an unknown one.
     *
     * @return completes with the keys after the request; at once if there is nobody to ask. Never fails
     */
    default CompletionStage<VerificationKeySet> refreshed() {
        return CompletableFuture.completedFuture(current());
    }

    /**
     * {@return whether keys may be missing because they cannot be fetched at present} A token with an unknown key is then
     * not rejected as invalid, since it cannot be judged. False if keys are not fetched.
     */
    default boolean isStale() {
        return false;
    }
}

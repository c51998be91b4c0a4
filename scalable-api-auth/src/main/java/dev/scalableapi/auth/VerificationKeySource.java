package dev.scalableapi.auth;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Knows which keys tokens are accepted from, now: a {@link VerificationKeySet} that stays as it is, a
 * {@link SigningKeyRing} whose keys change, or a {@link RemoteJwkSet}. Implementations are thread-safe.
 */
public interface VerificationKeySource {
    /**
     * {@return the keys as of now} Never blocks. The same object until they change, and an unchanged key in a changed set
     * is the same object too, so that what is prepared for it need not be made anew.
     */
    VerificationKeySet current();

    /**
     * Looks whether there are newer keys, since a token names one that is unknown.
     *
     * @return completes with the keys then; at once where there is nothing to ask. Never fails
     */
    default CompletionStage<VerificationKeySet> refreshed() {
        return CompletableFuture.completedFuture(current());
    }
}

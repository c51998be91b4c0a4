package dev.scalableapi.auth;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Where an application keeps its API keys, such as a table with an index on the hash. A key that is deleted there is
 * rejected once {@link ApiKeyAuthenticator.Builder#cacheFor} has passed. Implementations are thread-safe and do not block.
 */
@FunctionalInterface
public interface ApiKeyStore {
    /**
     * Looks up a key.
     *
     * @param hash the SHA-256 of the key in lower-case hexadecimal, 64 characters
     * @return completes with the key; empty if there is none. A failure of the stage is a 503 for the client
     */
    CompletionStage<Optional<StoredApiKey>> find(String hash);
}

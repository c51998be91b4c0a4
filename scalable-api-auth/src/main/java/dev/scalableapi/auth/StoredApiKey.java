package dev.scalableapi.auth;

import dev.scalableapi.core.http.Caller;
import java.time.Instant;
import java.util.Optional;

/**
 * What an application stores of an API key. The key itself is not stored: it is random, so its plain hash identifies it
 * and cannot be reversed. Immutable.
 *
 * @param hash the SHA-256 of the key in lower-case hexadecimal: {@link ApiKeyAuthenticator#hash}
 * @param caller the caller that the key proves, with its tenant, client, roles, permissions and scopes
 * @param expiresAt from when on the key is rejected; empty if it does not expire
 */
public record StoredApiKey(String hash, Caller caller, Optional<Instant> expiresAt) {
    /**
     * A key that does not expire.
     *
     * @param hash the SHA-256 of the key in lower-case hexadecimal
     * @param caller the caller that the key proves
     */
    public StoredApiKey(String hash, Caller caller) {
        this(hash, caller, Optional.empty());
    }

    /** {@return the id of the caller, and nothing of the key} */
    @Override
    public String toString() {
        return "StoredApiKey[caller=" + caller.id() + "]";
    }
}

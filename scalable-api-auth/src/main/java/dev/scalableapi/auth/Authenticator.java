package dev.scalableapi.auth;

import dev.scalableapi.core.http.ApiRequest;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Finds the caller of a request by one kind of credential: {@link BearerAuthenticator} by bearer tokens,
 * {@link ApiKeyAuthenticator} by API keys. An {@link AuthenticationFilter} runs one or several of them. Implementations
 * are thread-safe and do not block.
 */
@FunctionalInterface
public interface Authenticator {
    /**
     * Verifies the credential of a request.
     *
     * @param request whose headers contain the credential
     * @return completes with the result. A failure of the stage is a 500
     */
    CompletionStage<Authentication> authenticate(ApiRequest request);

    /**
     * {@return the result, if it is known without verification} That is {@link Authentication.Absent} if there is no
     * credential, {@link Authentication.Rejected} if its form is wrong, and {@link Authentication.Authenticated} if the
     * credential was accepted before and is still valid. Empty if {@link #authenticate} must be called, which is the
     * default: a request with such a credential is charged to its address first (see
     * {@link dev.scalableapi.core.ratelimit.AddressPermit}).
     *
     * @param request whose headers contain the credential
     */
    default Optional<Authentication> remembered(ApiRequest request) {
        return Optional.empty();
    }
}

package dev.scalableapi.auth;

import dev.scalableapi.auth.Verification.Verified;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * Verifies bearer tokens: {@link AccessTokenVerifier} for the JWTs of one issuer, {@link TrustedIssuers} for those of
 * several, {@link TokenIntrospector} for opaque tokens. Implementations are thread-safe and do not block.
 */
@FunctionalInterface
public interface TokenVerifier {
    /**
     * Verifies a token.
     *
     * @param token as the client sent it; any string
     * @param proof asked last, if the token is bound to a key: whether the request proves that the sender has the key
     * @return completes with the result; never fails
     */
    CompletionStage<Verification> verifyAsync(String token, Predicate<Confirmation> proof);

    /**
     * Verifies a token from memory only, without cryptography on the token and without a request to another service. By
     * default nothing is remembered.
     *
     * @param token as the client sent it; any string
     * @param proof as above
     * @return the caller; empty if the token is not remembered or is no longer accepted
     */
    default Optional<Verified> verifyCached(String token, Predicate<Confirmation> proof) {
        return Optional.empty();
    }
}

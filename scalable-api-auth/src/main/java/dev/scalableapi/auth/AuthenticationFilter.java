package dev.scalableapi.auth;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.core.http.Exchange;
import dev.scalableapi.core.http.RouteMatch;
import dev.scalableapi.core.http.Stage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Turns a request's bearer token into its {@link Caller}, which it leaves in the exchange under {@link Caller#KEY}, with
 * the token's facts under {@link Verification.Verified#KEY}.
 *
 * <p>Fails with an {@link ApiException} that carries the challenge of RFC 6750: 401 {@code UNAUTHENTICATED} without
 * credentials, unless the route is open to all; 400 {@code INVALID_REQUEST} for a malformed or repeated
 * {@code Authorization} field; 401 {@code INVALID_TOKEN} for a token that is not accepted, on open routes too; 503 with
 * {@code Retry-After} if the token cannot be judged at present, because the keys cannot be fetched or revocations cannot be
 * read. A request without a route needs a token. A token that is bound to a key is
 * accepted only with a proof.
 *
 * <p>Immutable and thread-safe; completes on the calling thread, unless the token names a key that has to be fetched.
 */
public final class AuthenticationFilter implements ApiFilter {
    private final AccessTokenVerifier verifier;
    private final Refusals refusals;
    private final ProofOfPossession proof;

    private AuthenticationFilter(AccessTokenVerifier verifier, Refusals refusals, ProofOfPossession proof) {
        this.verifier = verifier;
        this.refusals = refusals;
        this.proof = proof;
    }

    /**
     * {@return a filter whose challenges name no realm}
     *
     * @param verifier decides about tokens
     */
    public static AuthenticationFilter of(AccessTokenVerifier verifier) {
        return of(verifier, BearerChallenge.create());
    }

    /**
     * {@return a filter}
     *
     * @param verifier decides about tokens
     * @param challenge what a refused client is told
     */
    public static AuthenticationFilter of(AccessTokenVerifier verifier, BearerChallenge challenge) {
        return new AuthenticationFilter(verifier, new Refusals(challenge), ProofOfPossession.none());
    }

    /**
     * {@return the same filter, which takes tokens that are bound to a key, too}
     *
     * @param proof decides whether a request proves that it has the key
     */
    public AuthenticationFilter withProof(ProofOfPossession proof) {
        return new AuthenticationFilter(verifier, refusals, proof);
    }

    @Override
    public Stage stage() {
        return Stage.AUTHENTICATION;
    }

    @Override
    public CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next) {
        BearerToken token = BearerToken.of(request.headers());
        if (token instanceof BearerToken.Present present) {
            return authenticate(present, request, next);
        }
        if (token instanceof BearerToken.Malformed) {
            return CompletableFuture.failedFuture(refusals.invalidRequest());
        }
        return isOpen(request) ? next.handle(request) : CompletableFuture.failedFuture(refusals.unauthenticated());
    }

    private CompletionStage<ApiResponse> authenticate(BearerToken.Present token, ApiRequest request, ApiHandler next) {
        return verifier.verifyAsync(token.value(), confirmation -> proof.isProven(request, confirmation))
                .thenCompose(verification -> answer(verification, request, next));
    }

    private CompletionStage<ApiResponse> answer(Verification verification, ApiRequest request, ApiHandler next) {
        if (verification instanceof Verification.Verified verified) {
            Exchange exchange = request.exchange();
            exchange.put(Caller.KEY, verified.caller());
            exchange.put(Verification.Verified.KEY, verified);
            return next.handle(request);
        }
        return CompletableFuture.failedFuture(refusals.invalidToken(((Verification.Rejected) verification).reason()));
    }

    private static boolean isOpen(ApiRequest request) {
        return request.route()
                .map(RouteMatch::access)
                .filter(access -> access.anonymous())
                .isPresent();
    }
}

package dev.scalableapi.auth;

import dev.scalableapi.auth.Verification.Rejected;
import dev.scalableapi.auth.Verification.Verified;
import dev.scalableapi.core.http.ApiRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Finds the caller by the bearer token in the field {@code Authorization} (RFC 6750). A malformed or repeated field is 400
 * {@code INVALID_REQUEST}; a token that is not accepted is 401 {@code INVALID_TOKEN}; both have the challenge of RFC 6750.
 * Credentials of another scheme count as absent. A token that is bound to a key is accepted only with a proof.
 *
 * <p>Immutable and thread-safe; each method returns a changed copy.
 */
public final class BearerAuthenticator implements Authenticator {
    private final TokenVerifier verifier;
    private final Refusals refusals;
    private final ProofOfPossession proof;
    private final Optional<Authentication> absent;

    private BearerAuthenticator(TokenVerifier verifier, Refusals refusals, ProofOfPossession proof) {
        this.verifier = verifier;
        this.refusals = refusals;
        this.proof = proof;
        absent = Optional.of(Authentication.Absent.of(refusals.challenge().unauthenticated()));
    }

    /**
     * {@return an authenticator whose challenges name no realm}
     *
     * @param verifier decides about tokens
     */
    public static BearerAuthenticator of(TokenVerifier verifier) {
        return new BearerAuthenticator(verifier, new Refusals(BearerChallenge.create()), ProofOfPossession.none());
    }

    /**
     * {@return this authenticator with other challenges}
     *
     * @param challenge makes the values of {@code WWW-Authenticate}
     */
    public BearerAuthenticator withChallenge(BearerChallenge challenge) {
        return new BearerAuthenticator(verifier, new Refusals(challenge), proof);
    }

    /**
     * {@return this authenticator, which accepts tokens that are bound to a key, too}
     *
     * @param proof decides whether a request proves that its sender has the key
     */
    public BearerAuthenticator withProof(ProofOfPossession proof) {
        return new BearerAuthenticator(verifier, refusals, proof);
    }

    @Override
    public Optional<Authentication> remembered(ApiRequest request) {
        BearerToken token = BearerToken.of(request.headers());
        if (token instanceof BearerToken.Present present) {
            Optional<Verified> verified =
                    verifier.verifyCached(present.value(), confirmation -> proof.isProven(request, confirmation));
            return verified.isEmpty() ? Optional.empty() : Optional.of(result(verified.get()));
        }
        return token instanceof BearerToken.Malformed ? Optional.of(malformed()) : absent;
    }

    @Override
    public CompletionStage<Authentication> authenticate(ApiRequest request) {
        BearerToken token = BearerToken.of(request.headers());
        if (token instanceof BearerToken.Present present) {
            return verifier.verifyAsync(present.value(), confirmation -> proof.isProven(request, confirmation))
                    .thenApply(this::result);
        }
        return CompletableFuture.completedFuture(
                token instanceof BearerToken.Malformed ? malformed() : absent.orElseThrow());
    }

    private Authentication malformed() {
        return new Authentication.Rejected(refusals.invalidRequest());
    }

    private Authentication result(Verification verification) {
        if (verification instanceof Verified verified) {
            return new Authentication.Authenticated(verified.caller(), Optional.of(verified));
        }
        Verification.Reason reason = ((Rejected) verification).reason();
        Duration retryAfter = Refusals.retryAfter(reason);
        return retryAfter == null
                ? new Authentication.Rejected(refusals.invalidToken(reason))
                : new Authentication.Unavailable(retryAfter);
    }
}

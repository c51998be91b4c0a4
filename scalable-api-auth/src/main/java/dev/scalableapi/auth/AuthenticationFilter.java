package dev.scalableapi.auth;

import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.AttributeKey;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.core.http.Exchange;
import dev.scalableapi.core.http.RouteMatch;
import dev.scalableapi.core.http.Stage;
import dev.scalableapi.core.http.Wiring;
import dev.scalableapi.core.ratelimit.AddressPermit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * Finds the {@link Caller} of a request by its credential, and leaves the caller in the exchange under {@link Caller#KEY},
 * with the facts of a token under {@link Verification.Verified#KEY}.
 *
 * <p>What happens depends on the access policy of the route. {@link Access#open()}: credentials are not looked at.
 * {@link Access#optional()}: credentials that are sent are verified. Otherwise, and without a route, a valid credential is
 * required. The request fails with an {@link ApiException}: 401 {@code UNAUTHENTICATED} if the required credential is
 * missing; the authenticator's own, such as 401 {@code INVALID_TOKEN}, if the credential is rejected; 503
 * {@code UNAVAILABLE} with {@code Retry-After} if it cannot be verified at present, because keys or revocations cannot be
 * fetched or the authorization server cannot be asked.
 *
 * <p>If the pipeline limits requests by address
 * ({@link dev.scalableapi.core.ratelimit.RateLimitFilter#byAddress}), a credential that is not remembered is verified only
 * after the address has paid for it; the address gets the permit back if the credential proves a caller.
 *
 * <p>Immutable and thread-safe; completes on the calling thread, unless an authenticator needs another service.
 */
public final class AuthenticationFilter implements ApiFilter {
    private final Authenticator authenticator;

    private AuthenticationFilter(Authenticator authenticator) {
        this.authenticator = authenticator;
    }

    /**
     * {@return a filter for bearer tokens, whose challenges name no realm}
     *
     * @param verifier decides about tokens
     */
    public static AuthenticationFilter of(TokenVerifier verifier) {
        return of(BearerAuthenticator.of(verifier));
    }

    /**
     * {@return a filter for bearer tokens}
     *
     * @param verifier decides about tokens
     * @param challenge makes the values of {@code WWW-Authenticate}
     */
    public static AuthenticationFilter of(TokenVerifier verifier, BearerChallenge challenge) {
        return of(BearerAuthenticator.of(verifier).withChallenge(challenge));
    }

    /**
     * {@return a filter for several kinds of credentials} The first authenticator that finds a credential decides about the
     * request, whatever other credentials it has. A 401 without a credential contains the challenges of all.
     *
     * @param first is asked first
     * @param more are asked in this order
     */
    public static AuthenticationFilter of(Authenticator first, Authenticator... more) {
        List<Authenticator> all =
                Stream.concat(Stream.of(first), Arrays.stream(more)).toList();
        return new AuthenticationFilter(all.size() == 1 ? first : new AuthenticatorChain(all));
    }

    @Override
    public Stage stage() {
        return Stage.AUTHENTICATION;
    }

    @Override
    public Set<AttributeKey<?>> provides() {
        return Set.of(Caller.KEY);
    }

    @Override
    public void check(Wiring wiring) {
        wiring.requireOrder(
                RouteMatch.KEY,
                "AuthenticationFilter runs before the route is found, so it does not know which routes are open. Let it"
                        + " run at AUTHENTICATION.");
    }

    @Override
    public CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next) {
        Optional<RouteMatch> route = request.route();
        if (route.isPresent() && route.get().access().isOpen()) {
            return next.handle(request);
        }
        Optional<Authentication> remembered = authenticator.remembered(request);
        if (remembered.isPresent()) {
            return answer(remembered.get(), request, next);
        }
        Optional<AddressPermit> permit = request.exchange().get(AddressPermit.KEY);
        CompletionStage<Authentication> result =
                permit.isEmpty() ? authenticator.authenticate(request) : verifyWith(permit.get(), request);
        return result.thenCompose(authentication -> answer(authentication, request, next));
    }

    private CompletionStage<Authentication> verifyWith(AddressPermit permit, ApiRequest request) {
        return permit.take()
                .thenCompose(taken -> authenticator.authenticate(request))
                .thenApply(result -> {
                    if (result instanceof Authentication.Authenticated) {
                        permit.refund();
                    }
                    return result;
                });
    }

    private static CompletionStage<ApiResponse> answer(Authentication result, ApiRequest request, ApiHandler next) {
        if (result instanceof Authentication.Authenticated authenticated) {
            Exchange exchange = request.exchange();
            exchange.put(Caller.KEY, authenticated.caller());
            authenticated.token().ifPresent(token -> exchange.put(Verification.Verified.KEY, token));
            return next.handle(request);
        }
        if (result instanceof Authentication.Absent absent) {
            return permitsAnonymous(request)
                    ? next.handle(request)
                    : CompletableFuture.failedFuture(Refusals.unauthenticated(absent.challenges()));
        }
        return CompletableFuture.failedFuture(
                result instanceof Authentication.Rejected rejected
                        ? rejected.failure()
                        : Refusals.unavailable(((Authentication.Unavailable) result).retryAfter()));
    }

    private static boolean permitsAnonymous(ApiRequest request) {
        Optional<RouteMatch> route = request.route();
        return route.isPresent() && route.get().access().anonymous();
    }
}

package dev.scalableapi.auth;

import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.AttributeKey;
import dev.scalableapi.core.http.Authorization;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.core.http.RouteMatch;
import dev.scalableapi.core.http.Stage;
import dev.scalableapi.core.http.Wiring;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Enforces the access policy of the route: a request passes if the route's
 * {@link dev.scalableapi.core.http.Authorizer} grants access to the caller. The policy that was granted is left in the
 * exchange under {@link Access#GRANTED}, without which the route is not served.
 *
 * <p>Fails with an {@link ApiException}: 403 {@code INSUFFICIENT_SCOPE} with the challenge of RFC 6750 that names the
 * missing scopes; 403 {@code FORBIDDEN} if no scope would help; 401 {@code UNAUTHENTICATED} if there is no caller. A
 * request without a route requires a caller. Immutable and thread-safe; completes on the calling thread.
 */
public final class AuthorizationFilter implements ApiFilter {
    private final Refusals refusals;

    private AuthorizationFilter(Refusals refusals) {
        this.refusals = refusals;
    }

    /** {@return a filter whose challenges name no realm} */
    public static AuthorizationFilter create() {
        return of(BearerChallenge.create());
    }

    /**
     * {@return a filter}
     *
     * @param challenge makes the values of {@code WWW-Authenticate}
     */
    public static AuthorizationFilter of(BearerChallenge challenge) {
        return new AuthorizationFilter(new Refusals(challenge));
    }

    @Override
    public Stage stage() {
        return Stage.AUTHORIZATION;
    }

    @Override
    public Set<AttributeKey<?>> provides() {
        return Set.of(Access.GRANTED);
    }

    @Override
    public void check(Wiring wiring) {
        wiring.require(
                Caller.KEY,
                "AuthorizationFilter finds no caller, because no filter before it authenticates. Add"
                        + " AuthenticationFilter.of(verifier), or a filter of your own with providing(Caller.KEY).");
        wiring.requireOrder(
                RouteMatch.KEY,
                "AuthorizationFilter runs before the route is found, so it does not know the access policy. Let it run"
                        + " at AUTHORIZATION.");
    }

    @Override
    public CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next) {
        Access access = request.route().map(RouteMatch::access).orElseGet(Access::authenticated);
        if (access.anonymous()) {
            return next.handle(request);
        }
        Optional<Caller> caller = request.caller();
        if (caller.isEmpty()) {
            return CompletableFuture.failedFuture(refusals.unauthenticated());
        }
        if (access.authorizer().authorize(caller.get(), request) instanceof Authorization.Denied denied) {
            return CompletableFuture.failedFuture(refusals.forbidden(denied.scopes()));
        }
        request.exchange().put(Access.GRANTED, access);
        return next.handle(request);
    }
}

package dev.scalableapi.auth;

import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Authorization;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.core.http.RouteMatch;
import dev.scalableapi.core.http.Stage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Lets a request pass if its route's {@link dev.scalableapi.core.http.Authorizer} grants it to the caller.
 *
 * <p>Fails with an {@link ApiException}: 403 {@code INSUFFICIENT_SCOPE} with the challenge of RFC 6750 that names the
 * scopes that would help, 403 {@code FORBIDDEN} where none would, or 401 {@code UNAUTHENTICATED} where there is no caller
 * at all, even if no {@link AuthenticationFilter} stands before it. A request without a route needs a caller. Immutable
 * and thread-safe; completes on the calling thread.
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
     * @param challenge what a refused client is told
     */
    public static AuthorizationFilter of(BearerChallenge challenge) {
        return new AuthorizationFilter(new Refusals(challenge));
    }

    @Override
    public Stage stage() {
        return Stage.AUTHORIZATION;
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
        return access.authorizer().authorize(caller.get(), request) instanceof Authorization.Denied denied
                ? CompletableFuture.failedFuture(refusals.forbidden(denied.scopes()))
                : next.handle(request);
    }
}

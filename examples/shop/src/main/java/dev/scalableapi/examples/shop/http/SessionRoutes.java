package dev.scalableapi.examples.shop.http;

import dev.scalableapi.auth.Verification;
import dev.scalableapi.auth.login.LoginResult;
import dev.scalableapi.auth.login.PasswordLogin;
import dev.scalableapi.auth.refresh.RefreshResult;
import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.core.http.Routes;
import dev.scalableapi.examples.shop.user.Account;
import dev.scalableapi.examples.shop.user.Role;
import dev.scalableapi.examples.shop.user.User;
import dev.scalableapi.examples.shop.user.UserRepository;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The calls that begin a login, make it last and end it. */
final class SessionRoutes {
    private final Json json;
    private final UserRepository users;
    private final Sessions sessions;
    private final PasswordLogin<Account> logins;
    private final Executor blocking;

    SessionRoutes(
            Json json, UserRepository users, Sessions sessions, PasswordLogin<Account> logins, Executor blocking) {
        this.json = json;
        this.users = users;
        this.sessions = sessions;
        this.logins = logins;
        this.blocking = blocking;
    }

    void addTo(Routes.Builder routes) {
        routes.add("POST", "/login", Access.open(), Credentials.from(json, this::login))
                .add(
                        "POST",
                        "/token/refresh",
                        Access.open(),
                        ApiHandler.jsonAsync(json, RefreshRequest.class, this::refresh))
                .add("POST", "/logout", this::logout)
                .add("GET", "/.well-known/jwks.json", Access.open(), sessions.publisher());
    }

    private CompletionStage<ApiResponse> login(ApiRequest request, Credentials credentials) {
        return logins.attempt(
                        credentials.username(),
                        credentials.password(),
                        request.peer().map(InetSocketAddress::getAddress))
                .thenCompose(this::answer);
    }

    private CompletionStage<ApiResponse> answer(LoginResult<Account> result) {
        if (result instanceof LoginResult.Succeeded<Account> succeeded) {
            return available(sessions.begin(succeeded.account().user())).thenApply(this::answer);
        }
        if (result instanceof LoginResult.Throttled<Account> throttled) {
            throw ApiException.of(429, "RATE_LIMITED", "Too many logins have failed. Try again later.")
                    .withRetryAfter(throttled.retryAfter());
        }
        throw ShopError.INVALID_CREDENTIALS.exception();
    }

    private CompletionStage<ApiResponse> refresh(ApiRequest request, RefreshRequest sent) {
        String token = Credentials.required("refreshToken", sent.refreshToken);
        return available(sessions.refresh(token)).thenCompose(result -> {
            if (result instanceof RefreshResult.Refreshed refreshed) {
                return ApiHandler.blocking(blocking, ignored -> renewed(refreshed))
                        .handle(request);
            }
            throw refused(((RefreshResult.Refused) result).reason());
        });
    }

    /** Of the user as it is now: roles may have changed since the login. */
    private ApiResponse renewed(RefreshResult.Refreshed refreshed) {
        Optional<User> user = users.find(Long.parseLong(refreshed.grant().subject()));
        return user.map(known -> answer(sessions.session(known, refreshed.token())))
                .orElseThrow(() -> refused(RefreshResult.Reason.UNKNOWN));
    }

    private static ApiException refused(RefreshResult.Reason reason) {
        return reason == RefreshResult.Reason.REUSED
                ? ShopError.TOKEN_REUSED.exception()
                : ApiException.of(401, "INVALID_TOKEN", "The refresh token is not valid. Log in again.");
    }

    private CompletionStage<ApiResponse> logout(ApiRequest request) {
        Verification.Verified token =
                request.exchange().get(Verification.Verified.KEY).orElseThrow();
        return available(sessions.end(token)).thenApply(done -> ApiResponse.of(204));
    }

    /** Logins last in a store: while it is down, none can be begun, made to last or ended. */
    private static <T extends @Nullable Object> CompletionStage<T> available(CompletionStage<T> stage) {
        return stage.exceptionallyCompose(failure -> {
            Throwable cause = ApiPipeline.cause(failure);
            return CompletableFuture.failedFuture(
                    cause instanceof ApiException
                            ? cause
                            : ApiException.unavailable(
                                            "Logins are not available now. Try again later.", Duration.ofSeconds(1))
                                    .withCause(cause));
        });
    }

    private ApiResponse answer(Sessions.Session session) {
        return json.response(200, TokenAnswer.of(session)).secret();
    }

    /** What a client sends; its text form does not show it. */
    private record RefreshRequest(@Nullable String refreshToken) {
        @Override
        public String toString() {
            return "RefreshRequest";
        }
    }

    /** RFC 6749 section 5.1, in the names of this API; its text form hides the tokens. */
    private record TokenAnswer(
            String accessToken, String tokenType, long expiresIn, String refreshToken, String scope) {
        private static TokenAnswer of(Sessions.Session session) {
            return new TokenAnswer(
                    session.access().value(),
                    "Bearer",
                    session.access().lifetime().toSeconds(),
                    session.refresh().value(),
                    String.join(" ", Role.scopesOf(session.user().roles())));
        }

        @Override
        public String toString() {
            return "TokenAnswer";
        }
    }
}

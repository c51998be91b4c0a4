package dev.scalableapi.examples.shop.http;

import dev.scalableapi.auth.IssuedToken;
import dev.scalableapi.auth.TokenIssuer;
import dev.scalableapi.auth.login.LoginResult;
import dev.scalableapi.auth.login.PasswordLogin;
import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.core.http.Routes;
import dev.scalableapi.core.page.Page;
import dev.scalableapi.core.page.PageRequest;
import dev.scalableapi.examples.shop.user.Account;
import dev.scalableapi.examples.shop.user.Registration;
import dev.scalableapi.examples.shop.user.Role;
import dev.scalableapi.examples.shop.user.User;
import dev.scalableapi.examples.shop.user.UserRepository;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The accounts' calls: registration, login, the caller's own profile, all users. */
final class AccountRoutes {
    private static final int MIN_PASSWORD = 8;
    private static final int MAX_PASSWORD = 1024;

    private final Json json;
    private final UserRepository users;
    private final TokenIssuer tokens;
    private final PasswordLogin<Account> logins;
    private final Executor blocking;

    AccountRoutes(
            Json json, UserRepository users, TokenIssuer tokens, PasswordLogin<Account> logins, Executor blocking) {
        this.json = json;
        this.users = users;
        this.tokens = tokens;
        this.logins = logins;
        this.blocking = blocking;
    }

    void addTo(Routes.Builder routes) {
        routes.add("POST", "/register", Access.open(), withCredentials(this::register))
                .add("POST", "/login", Access.open(), withCredentials(this::login))
                .add("GET", "/profile", ApiHandler.blocking(blocking, this::profile))
                .add("GET", "/users", Access.scopes("users:read"), ApiHandler.blocking(blocking, this::page));
    }

    /** The body may have come on another thread: the request's context is made current again. */
    private ApiHandler withCredentials(Answer answer) {
        return request -> json.read(request, Credentials.class)
                .thenCompose(credentials -> request.exchange()
                        .context()
                        .wrapSupplier(() -> answer.to(request, credentials))
                        .get());
    }

    private CompletionStage<ApiResponse> register(ApiRequest request, Credentials credentials) {
        String username = required("username", credentials.username);
        String password = required("password", credentials.password);
        if (username.codePointCount(0, username.length()) > UserRepository.MAX_NAME
                || username.chars().anyMatch(c -> c <= ' ' || Character.isISOControl(c))) {
            throw invalid(
                    "username", "must have 1 to " + UserRepository.MAX_NAME + " characters, none of them a space.");
        }
        if (password.length() < MIN_PASSWORD) {
            throw unfitPassword();
        }
        return logins.hash(password)
                .exceptionally(failure -> {
                    throw ApiPipeline.cause(failure) instanceof IllegalArgumentException
                            ? unfitPassword()
                            : new CompletionException(failure);
                })
                .thenCompose(hash -> ApiHandler.blocking(blocking, ignored -> create(username, hash))
                        .handle(request));
    }

    private ApiResponse create(String username, String hash) {
        Registration registration = users.create(username, hash, Set.of(Role.CUSTOMER));
        if (registration instanceof Registration.Created created) {
            return json.response(201, Profile.of(created.user()));
        }
        throw ApiException.of(409, "USERNAME_TAKEN", "This username is taken.").withParameter("username");
    }

    private CompletionStage<ApiResponse> login(ApiRequest request, Credentials credentials) {
        String username = required("username", credentials.username);
        String password = required("password", credentials.password);
        return logins.attempt(username, password, request.peer().map(InetSocketAddress::getAddress))
                .thenApply(this::answer);
    }

    private ApiResponse answer(LoginResult<Account> result) {
        if (result instanceof LoginResult.Succeeded<Account> succeeded) {
            User user = succeeded.account().user();
            return json.response(200, LoginAnswer.of(tokens.issue(caller(user)), user));
        }
        if (result instanceof LoginResult.Throttled<Account> throttled) {
            throw ApiException.of(429, "RATE_LIMITED", "Too many logins have failed. Try again later.")
                    .withHeader(
                            "Retry-After", Long.toString(throttled.retryAfter().toSeconds() + 1));
        }
        throw ApiException.of(401, "INVALID_CREDENTIALS", "Username or password is wrong.");
    }

    private static Caller caller(User user) {
        return new Caller(
                Long.toString(user.id()),
                Optional.empty(),
                Optional.empty(),
                user.roles().stream().map(Role::label).collect(Collectors.toUnmodifiableSet()),
                Set.of(),
                Role.scopesOf(user.roles()));
    }

    private ApiResponse profile(ApiRequest request) {
        String id = request.caller().orElseThrow().id();
        return users.find(Long.parseLong(id))
                .map(user -> json.response(200, Profile.of(user)))
                .orElseThrow(() -> ApiException.of(404, "RESOURCE_NOT_FOUND", "This account is gone."));
    }

    private ApiResponse page(ApiRequest request) {
        PageRequest asked = Pages.requested(request);
        Page<User> page = Page.of(users.page(asked.offset(), asked.limit()), asked, users.count());
        return Pages.response(json, json.mapper().writer(), request, asked, page);
    }

    private static String required(String member, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            throw invalid(member, "must not be empty.");
        }
        return value;
    }

    private static ApiException unfitPassword() {
        return invalid("password", "must have " + MIN_PASSWORD + " to " + MAX_PASSWORD + " characters.");
    }

    private static ApiException invalid(String member, String requirement) {
        return ApiException.of(400, "INVALID_PARAMETER", "The member " + member + " " + requirement)
                .withParameter(member);
    }

    private interface Answer {
        CompletionStage<ApiResponse> to(ApiRequest request, Credentials credentials);
    }

    /** What a client sends; its text form shows neither. */
    private record Credentials(
            @Nullable String username, @Nullable String password) {
        @Override
        public String toString() {
            return "Credentials";
        }
    }

    private record Profile(long userId, String username, Set<Role> roles, String scope) {
        private static Profile of(User user) {
            return new Profile(user.id(), user.username(), user.roles(), String.join(" ", Role.scopesOf(user.roles())));
        }
    }

    /** RFC 6749 section 5.1, in the names of this API; its text form hides the token. */
    private record LoginAnswer(String accessToken, String tokenType, long expiresIn, String scope) {
        private static LoginAnswer of(IssuedToken token, User user) {
            return new LoginAnswer(
                    token.value(),
                    "Bearer",
                    token.lifetime().toSeconds(),
                    String.join(" ", Role.scopesOf(user.roles())));
        }

        @Override
        public String toString() {
            return "LoginAnswer";
        }
    }
}

package dev.scalableapi.examples.shop.http;

import dev.scalableapi.auth.IssuedToken;
import dev.scalableapi.auth.PasswordHasher;
import dev.scalableapi.auth.TokenIssuer;
import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiHandler;
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
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
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
    private final PasswordHasher hasher;
    private final LoginThrottle throttle;
    private final Executor blocking;
    private final Executor hashing;

    /** What an unknown name is checked against, so that the answer takes as long as for a known one. */
    private final String decoy;

    /** Queries run on the one executor, hashing on the other, so that logins can't starve other requests. */
    AccountRoutes(
            Json json,
            Clock clock,
            UserRepository users,
            TokenIssuer tokens,
            PasswordHasher hasher,
            Executor blocking,
            Executor hashing) {
        this.json = json;
        this.users = users;
        this.tokens = tokens;
        this.hasher = hasher;
        this.throttle = new LoginThrottle(clock);
        this.blocking = blocking;
        this.hashing = hashing;
        this.decoy = hasher.decoy();
    }

    void addTo(Routes.Builder routes) {
        routes.add(
                        "POST",
                        "/register",
                        Access.open(),
                        request -> json.read(request, Credentials.class)
                                .thenCompose(credentials -> onHashing(request, () -> register(credentials))))
                .add(
                        "POST",
                        "/login",
                        Access.open(),
                        request -> json.read(request, Credentials.class)
                                .thenCompose(credentials -> onHashing(request, () -> login(request, credentials))))
                .add("GET", "/profile", ApiHandler.blocking(blocking, this::profile))
                .add("GET", "/users", Access.scopes("users:read"), ApiHandler.blocking(blocking, this::page));
    }

    private CompletionStage<ApiResponse> onHashing(ApiRequest request, Answer answer) {
        return ApiHandler.blocking(hashing, ignored -> answer.get()).handle(request);
    }

    private ApiResponse register(Credentials credentials) {
        String username = required("username", credentials.username);
        String password = required("password", credentials.password);
        if (username.codePointCount(0, username.length()) > UserRepository.MAX_NAME
                || username.chars().anyMatch(c -> c <= ' ' || Character.isISOControl(c))) {
            throw invalid(
                    "username", "must have 1 to " + UserRepository.MAX_NAME + " characters, none of them a space.");
        }
        Registration registration = users.create(username, hash(password), Set.of(Role.CUSTOMER));
        if (registration instanceof Registration.Created created) {
            return json.response(201, Profile.of(created.user()));
        }
        throw ApiException.of(409, "USERNAME_TAKEN", "This username is taken.").withParameter("username");
    }

    private String hash(String password) {
        if (password.length() >= MIN_PASSWORD) {
            try {
                return hasher.hash(password);
            } catch (IllegalArgumentException tooLongOrNoText) {
                // falls through to the one refusal
            }
        }
        throw invalid("password", "must have " + MIN_PASSWORD + " to " + MAX_PASSWORD + " characters.");
    }

    private ApiResponse login(ApiRequest request, Credentials credentials) {
        String username = required("username", credentials.username);
        String password = required("password", credentials.password);
        String key = username.toLowerCase(Locale.ROOT) + " from "
                + request.peer().map(InetSocketAddress::getAddress).orElse(null);
        Duration wait = throttle.begin(key);
        if (!wait.isZero()) {
            throw ApiException.of(429, "RATE_LIMITED", "Too many logins have failed. Try again later.")
                    .withHeader("Retry-After", Long.toString(wait.toSeconds() + 1));
        }
        Optional<Account> account = users.findByName(username);
        String hash = account.map(Account::passwordHash).orElse(decoy);
        if (!hasher.verify(password, hash) || account.isEmpty()) {
            throw ApiException.of(401, "INVALID_CREDENTIALS", "Username or password is wrong.");
        }
        throttle.succeeded(key);
        return json.response(
                200,
                LoginAnswer.of(
                        tokens.issue(caller(account.get().user())),
                        account.get().user()));
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

    private static ApiException invalid(String member, String requirement) {
        return ApiException.of(400, "INVALID_PARAMETER", "The member " + member + " " + requirement)
                .withParameter(member);
    }

    private interface Answer {
        ApiResponse get();
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

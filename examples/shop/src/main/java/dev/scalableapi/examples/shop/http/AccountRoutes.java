package dev.scalableapi.examples.shop.http;

import dev.scalableapi.auth.login.PasswordLogin;
import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.core.http.Routes;
import dev.scalableapi.core.http.Violation;
import dev.scalableapi.core.page.Page;
import dev.scalableapi.core.page.PageRequest;
import dev.scalableapi.examples.shop.user.Account;
import dev.scalableapi.examples.shop.user.Registration;
import dev.scalableapi.examples.shop.user.Role;
import dev.scalableapi.examples.shop.user.User;
import dev.scalableapi.examples.shop.user.UserRepository;
import java.text.Normalizer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** The accounts' calls: registration, the caller's own profile, all users. */
final class AccountRoutes {
    private static final int MIN_PASSWORD = 8;
    private static final int MAX_PASSWORD = 1024;

    private final Json json;
    private final UserRepository users;
    private final PasswordLogin<Account> logins;
    private final Executor blocking;

    AccountRoutes(Json json, UserRepository users, PasswordLogin<Account> logins, Executor blocking) {
        this.json = json;
        this.users = users;
        this.logins = logins;
        this.blocking = blocking;
    }

    void addTo(Routes.Builder routes) {
        routes.add("POST", "/register", Access.open(), Credentials.from(json, this::register))
                .add("GET", "/profile", ApiHandler.blocking(blocking, this::profile))
                .add("GET", "/users", Access.scopes("users:read"), ApiHandler.blocking(blocking, this::page));
    }

    private CompletionStage<ApiResponse> register(ApiRequest request, Credentials credentials) {
        String username = credentials.username();
        String password = credentials.password();
        if (users.usernames().prepare(username).isEmpty()) {
            throw Credentials.invalid(
                    "username",
                    "must have 1 to " + UserRepository.MAX_NAME
                            + " characters: letters and digits of one script, or ASCII punctuation, without spaces.",
                    "username.form",
                    Map.of("min", 1, "max", UserRepository.MAX_NAME));
        }
        if (characters(password) < MIN_PASSWORD) {
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

    /** An accented letter is one character, whether it arrives composed or not. */
    private static int characters(String password) {
        String composed = Normalizer.normalize(password, Normalizer.Form.NFC);
        return composed.codePointCount(0, composed.length());
    }

    private ApiResponse create(String username, String hash) {
        Registration registration = users.create(username, hash, Set.of(Role.CUSTOMER));
        if (registration instanceof Registration.Created created) {
            return json.response(201, Profile.of(created.user()));
        }
        throw ShopError.USERNAME_TAKEN
                .exception()
                .withViolation(Violation.body("/username", ShopError.USERNAME_TAKEN.message())
                        .withKey("username.taken"));
    }

    private ApiResponse profile(ApiRequest request) {
        String id = request.caller().orElseThrow().id();
        return users.find(Long.parseLong(id))
                .map(user -> json.response(200, Profile.of(user)))
                .orElseThrow(() -> ApiException.notFound("This account is gone."));
    }

    private ApiResponse page(ApiRequest request) {
        PageRequest asked = Pages.requested(request);
        Page<User> page = Page.of(users.page(asked.offset(), asked.limit()), asked, users.count());
        return Pages.response(json, json.mapper().writer(), request, asked, page);
    }

    private static ApiException unfitPassword() {
        return Credentials.invalid(
                "password",
                "must have " + MIN_PASSWORD + " to " + MAX_PASSWORD
                        + " characters, none of them invisible or a control character.",
                "password.form",
                Map.of("min", MIN_PASSWORD, "max", MAX_PASSWORD));
    }

    private record Profile(long userId, String username, Set<Role> roles, String scope) {
        private static Profile of(User user) {
            return new Profile(user.id(), user.username(), user.roles(), String.join(" ", Role.scopesOf(user.roles())));
        }
    }
}

package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Authorizer;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.core.http.Routes;
import dev.scalableapi.core.http.Stage;
import dev.scalableapi.core.http.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both filters in a pipeline with routes. */
class FiltersTest {
    private static final String VALID =
            Fixtures.issuer(Fixtures.EC).issue(Fixtures.ALICE).value();

    private final List<ApiException> failures = new ArrayList<>();
    private final ApiHandler handler = ApiHandler.direct(
            request -> ApiResponse.text(200, request.caller().map(Caller::id).orElse("nobody")));
    private final ApiFilter recorder = ((ApiFilter) (request, next) -> next.handle(request)
                    .whenComplete((r, failure) -> {
                        if (failure != null && ApiPipeline.cause(failure) instanceof ApiException expected) {
                            failures.add(expected);
                        }
                    }))
            .at(Stage.ERRORS);
    private final ApiFilter authentication = AuthenticationFilter.of(Fixtures.verifier(Fixtures.EC));
    private final ApiPipeline pipeline = ApiPipeline.of(
            Routes.builder()
                    .add("GET", "/open", Access.open(), handler)
                    .add("GET", "/optional", Access.optional(), handler)
                    .add("GET", "/mine", handler)
                    .add("GET", "/users", Access.scopes("users:read"), handler)
                    .add("GET", "/clerks", Access.of(Authorizer.anyRole("clerk")), handler)
                    .add(
                            "GET",
                            "/either",
                            Access.of(Authorizer.anyRole("clerk").or(Authorizer.anyRole("staff"))),
                            handler)
                    .add("GET", "/both", Access.scopes("users:read", "users:write"), handler)
                    .build(),
            AuthorizationFilter.create(),
            authentication,
            recorder);

    private ApiResponse get(String path, String... authorization) {
        ApiRequest.Builder request = ApiRequest.builder("GET", path);
        for (String value : authorization) {
            request.header("Authorization", value);
        }
        return pipeline.handle(request.build()).toCompletableFuture().join();
    }

    private void assertRefused(ApiResponse response, int status, String code, String challenge) {
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.headers().all("WWW-Authenticate")).containsExactly(challenge);
        assertThat(failures).singleElement().satisfies(failure -> {
            assertThat(failure.code()).isEqualTo(code);
            assertThat(failure.getStackTrace()).isEmpty();
        });
    }

    private static String body(ApiResponse response) {
        byte[] bytes = response.body().bytes(1000).toCompletableFuture().join();
        return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
    }

    @Test
    void validTokenBecomesTheCaller() {
        assertThat(body(get("/mine", "Bearer " + VALID))).isEqualTo("alice");
        assertThat(body(get("/users", "Bearer " + VALID))).isEqualTo("alice");
        assertThat(body(get("/optional", "Bearer " + VALID))).isEqualTo("alice");
    }

    @Test
    void verifiedTokenIsLeftInTheExchange() {
        ApiRequest request = ApiRequest.builder("GET", "/mine")
                .header("Authorization", "Bearer " + VALID)
                .build();
        pipeline.handle(request).toCompletableFuture().join();
        assertThat(request.exchange().get(Verification.Verified.KEY))
                .hasValueSatisfying(token -> assertThat(token.tokenId()).isNotBlank());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic YTpi", "Bearer", "Bearer x", "Bearer a.b.c", "\u00e9", "VALID", "two"})
    void openRouteDoesNotLookAtCredentials(String authorization) {
        String[] fields = authorization.isEmpty()
                ? new String[0]
                : authorization.equals("two")
                        ? new String[] {"Bearer x", "Bearer x"}
                        : new String[] {authorization.replace("VALID", "Bearer " + VALID)};
        ApiResponse response = get("/open", fields);

        assertThat(response.status()).isEqualTo(200);
        assertThat(body(response)).isEqualTo("nobody");
    }

    @Test
    void optionalCallerIsAnonymousWithoutAToken() {
        assertThat(body(get("/optional"))).isEqualTo("nobody");
        assertThat(body(get("/optional", "Basic YTpi"))).isEqualTo("nobody");
    }

    @Test
    void optionalCallerWithAnInvalidTokenIsRefused() {
        assertRefused(get("/optional", "Bearer x"), 401, "INVALID_TOKEN", "Bearer error=\"invalid_token\"");
        failures.clear();
        assertRefused(get("/optional", "Bearer"), 400, "INVALID_REQUEST", "Bearer error=\"invalid_request\"");
    }

    @Test
    void missingCredentialsAreChallengedWithoutAnError() {
        assertRefused(get("/mine"), 401, "UNAUTHENTICATED", "Bearer");
    }

    @Test
    void credentialsOfAnotherSchemeCountAsMissing() {
        assertRefused(get("/mine", "Basic YTpi"), 401, "UNAUTHENTICATED", "Bearer");
    }

    @Test
    void malformedFieldIsABadRequest() {
        assertRefused(get("/mine", "Bearer"), 400, "INVALID_REQUEST", "Bearer error=\"invalid_request\"");
        assertThat(failures.get(0).violations())
                .containsExactly(Violation.header("Authorization", "The Authorization header is malformed.")
                        .withKey("authorization.malformed"));
    }

    @Test
    void twoFieldsAreABadRequest() {
        ApiResponse response = get("/mine", "Bearer " + VALID, "Bearer " + VALID);
        assertRefused(response, 400, "INVALID_REQUEST", "Bearer error=\"invalid_request\"");
    }

    @Test
    void alteredTokenIsRefusedWithoutRepeatingIt() {
        String altered = VALID.substring(0, VALID.length() - 2) + "AA";
        assertRefused(get("/mine", "Bearer " + altered), 401, "INVALID_TOKEN", "Bearer error=\"invalid_token\"");
        assertThat(failures.get(0))
                .hasToString("dev.scalableapi.core.http.ApiException: The access token is not valid.");
    }

    @Test
    void expiredTokenIsToldApart() {
        var late = Fixtures.builder(Fixtures.EC).clock(Fixtures.at(Fixtures.NOW.plusSeconds(1000)));
        ApiHandler alone = ApiPipeline.of(handler, AuthenticationFilter.of(late.build()), recorder);
        ApiRequest request = ApiRequest.builder("GET", "/")
                .header("Authorization", "Bearer " + VALID)
                .build();
        ApiResponse response = alone.handle(request).toCompletableFuture().join();
        assertRefused(response, 401, "INVALID_TOKEN", "Bearer error=\"invalid_token\"");
        assertThat(failures.get(0).message()).isEqualTo("The access token has expired.");
    }

    @Test
    void missingScopeIsForbiddenAndNamed() {
        assertRefused(
                get("/both", "Bearer " + VALID),
                403,
                "INSUFFICIENT_SCOPE",
                "Bearer error=\"insufficient_scope\", scope=\"users:read users:write\"");
    }

    @Test
    void callerWhomNoScopeWouldHelpIsForbiddenWithoutAChallenge() {
        ApiResponse response = get("/clerks", "Bearer " + VALID);
        assertThat(response.status()).isEqualTo(403);
        assertThat(response.header("WWW-Authenticate")).isEmpty();
        assertThat(failures)
                .singleElement()
                .satisfies(failure -> assertThat(failure.code()).isEqualTo("FORBIDDEN"));
        assertThat(get("/either", "Bearer " + VALID).status()).isEqualTo(200);
    }

    @Test
    void boundTokenIsNoBearerTokenButPassesWithItsProof() {
        String bound = Fixtures.token(
                Fixtures.EC, Fixtures.header(Fixtures.EC), Fixtures.claims(",\"cnf\":{\"jkt\":\"thumb\"}"));
        assertRefused(get("/mine", "Bearer " + bound), 401, "INVALID_TOKEN", "Bearer error=\"invalid_token\"");

        ApiFilter proving = AuthenticationFilter.of(BearerAuthenticator.of(Fixtures.verifier(Fixtures.EC))
                .withProof(
                        (request, confirmation) -> request.header("Proof").equals(Optional.of(confirmation.value()))));
        ApiHandler alone = ApiPipeline.of(handler, proving);
        ApiRequest.Builder request = ApiRequest.builder("GET", "/").header("Authorization", "Bearer " + bound);
        assertThat(status(alone, request.build())).isEqualTo(401);
        assertThat(status(alone, request.header("Proof", "thumb").build())).isEqualTo(200);
    }

    @Test
    void whereRevocationIsUnknownTheAnswerIs503() {
        Verification unknown = new Verification.Rejected(Verification.Reason.REVOCATION_UNKNOWN);
        ApiHandler alone = ApiPipeline.of(
                handler, AuthenticationFilter.of((token, proof) -> CompletableFuture.completedFuture(unknown)));
        ApiResponse response = alone.handle(ApiRequest.builder("GET", "/")
                        .header("Authorization", "Bearer x")
                        .build())
                .toCompletableFuture()
                .join();
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.header("Retry-After")).hasValue("1");
        assertThat(response.header("WWW-Authenticate")).isEmpty();
    }

    private static int status(ApiHandler handler, ApiRequest request) {
        return handler.handle(request).toCompletableFuture().join().status();
    }

    @Test
    void roleIsNoScope() {
        Caller role = new Caller(
                "eve",
                Optional.empty(),
                Optional.empty(),
                Set.of("users:read"),
                Set.of(),
                Set.of("users:READ", "users"));
        String token = Fixtures.issuer(Fixtures.EC).issue(role).value();
        assertThat(get("/users", "Bearer " + token).status()).isEqualTo(403);
    }

    @Test
    void unknownPathIsNotFoundBeforeAnyCredentialIsLookedAt() {
        assertThat(get("/nowhere", "Bearer").status()).isEqualTo(404);
    }

    @Test
    void requestWithoutRouteNeedsACaller() {
        ApiFilter nobody = ((ApiFilter) (request, next) -> next.handle(request))
                .at(Stage.AUTHENTICATION)
                .providing(Caller.KEY);
        for (ApiFilter filter : List.of(authentication, AuthorizationFilter.create())) {
            ApiHandler alone = ApiPipeline.of(handler, nobody, filter);
            ApiRequest request = ApiRequest.builder("GET", "/").build();
            assertThat(alone.handle(request).toCompletableFuture().join().status())
                    .isEqualTo(401);
        }
    }

    @Test
    void authorizationWithoutAuthenticationFailsAtStart() {
        Routes routes = Routes.builder()
                .add("GET", "/users", Access.scopes("users:read"), handler)
                .build();

        for (Stage stage : new Stage[] {Stage.APPLICATION, Stage.AUTHORIZATION}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ApiPipeline.of(routes, AuthorizationFilter.create(), authentication.at(stage)))
                    .as(stage.name())
                    .withMessageContaining("AuthorizationFilter finds no caller")
                    .withMessageContaining("AuthenticationFilter.of(verifier)");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiPipeline.of(routes, AuthorizationFilter.create()))
                .withMessageContaining("AuthenticationFilter.of(verifier)");
    }

    @Test
    void filtersThatRunBeforeTheRouteIsFoundFailAtStart() {
        Routes routes = Routes.builder().add("GET", "/mine", handler).build();

        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> ApiPipeline.of(routes, authentication.at(Stage.FORWARDED), AuthorizationFilter.create()))
                .withMessageContaining("AuthenticationFilter runs before the route is found");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiPipeline.of(
                        routes,
                        ((ApiFilter) (request, next) -> next.handle(request))
                                .at(Stage.FORWARDED)
                                .providing(Caller.KEY),
                        AuthorizationFilter.create().at(Stage.FORWARDED)))
                .withMessageContaining("AuthorizationFilter runs before the route is found");
    }

    @Test
    void routeWithAPolicyAndNoAuthorizationFailsAtStart() {
        Routes routes = Routes.builder()
                .add("GET", "/users", Access.scopes("users:read"), handler)
                .build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiPipeline.of(routes, authentication))
                .withMessageContaining("GET /users")
                .withMessageContaining("AuthorizationFilter.create()");
    }

    @Test
    void callerWithoutAuthenticationIsChallengedByAuthorization() {
        ApiFilter nobody = ((ApiFilter) (request, next) -> next.handle(request))
                .at(Stage.AUTHENTICATION)
                .providing(Caller.KEY);
        ApiPipeline unauthenticated = ApiPipeline.of(
                Routes.builder()
                        .add("GET", "/users", Access.scopes("users:read"), handler)
                        .build(),
                nobody,
                AuthorizationFilter.of(BearerChallenge.ofRealm("shop")));
        ApiResponse response = unauthenticated
                .handle(ApiRequest.builder("GET", "/users").build())
                .toCompletableFuture()
                .join();
        assertThat(response.status()).isEqualTo(401);
        assertThat(response.header("WWW-Authenticate")).contains("Bearer realm=\"shop\"");
    }

    @Test
    void filtersAnswerByTheStageAndDoNotThrow() {
        ApiRequest request = ApiRequest.builder("GET", "/").build();
        assertThat(authentication.filter(request, handler).toCompletableFuture())
                .isCompletedExceptionally();
        assertThat(authentication.stage()).isEqualTo(Stage.AUTHENTICATION);
        assertThat(AuthorizationFilter.create().stage()).isEqualTo(Stage.AUTHORIZATION);
    }
}

package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;

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
        assertThat(body(get("/open", "Bearer " + VALID))).isEqualTo("alice");
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

    @Test
    void openRoutePassesWithoutCredentials() {
        assertThat(body(get("/open"))).isEqualTo("nobody");
        assertThat(body(get("/open", "Basic YTpi"))).isEqualTo("nobody");
    }

    @Test
    void openRouteStillChecksCredentials() {
        assertRefused(get("/open", "Bearer x"), 401, "INVALID_TOKEN", "Bearer error=\"invalid_token\"");
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
                .containsExactly(Violation.header("Authorization", "The Authorization header is malformed."));
    }

    @Test
    void twoFieldsAreABadRequest() {
        ApiResponse response = get("/open", "Bearer " + VALID, "Bearer " + VALID);
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

        ApiFilter proving = AuthenticationFilter.of(Fixtures.verifier(Fixtures.EC))
                .withProof((request, confirmation) ->
                        request.header("Proof").equals(java.util.Optional.of(confirmation.value())));
        ApiHandler alone = ApiPipeline.of(handler, proving);
        ApiRequest.Builder request = ApiRequest.builder("GET", "/").header("Authorization", "Bearer " + bound);
        assertThat(status(alone, request.build())).isEqualTo(401);
        assertThat(status(alone, request.header("Proof", "thumb").build())).isEqualTo(200);
    }

    @Test
    void whereRevocationIsUnknownTheAnswerIs503() {
        ApiException refusal =
                new Refusals(BearerChallenge.create()).invalidToken(Verification.Reason.REVOCATION_UNKNOWN);
        assertThat(refusal.status()).isEqualTo(503);
        assertThat(refusal.headers().first("Retry-After")).isPresent();
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
        for (ApiFilter filter : List.of(authentication, AuthorizationFilter.create())) {
            ApiHandler alone = ApiPipeline.of(handler, filter);
            ApiRequest request = ApiRequest.builder("GET", "/").build();
            assertThat(alone.handle(request).toCompletableFuture().join().status())
                    .isEqualTo(401);
        }
    }

    @Test
    void authorizationAloneDoesNotLetTheUnknownPass() {
        ApiPipeline unauthenticated = ApiPipeline.of(
                Routes.builder()
                        .add("GET", "/users", Access.scopes("users:read"), handler)
                        .build(),
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

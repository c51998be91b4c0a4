package dev.scalableapi.cache;

import static dev.scalableapi.cache.ResponseCacheFixture.as;
import static dev.scalableapi.cache.ResponseCacheFixture.counting;
import static dev.scalableapi.cache.ResponseCacheFixture.request;
import static dev.scalableapi.cache.ResponseCacheFixture.status;
import static dev.scalableapi.cache.ResponseCacheFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Caller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That nobody gets what was made for another. */
class ResponseCacheIsolationTest {
    private static final Caller ALICE = Caller.of("alice");
    private static final Caller BOB = Caller.of("bob");

    /** Answers with what it was asked by; a wrong hit shows at once. */
    private static final ApiHandler ECHO = ApiHandler.direct(ResponseCacheIsolationTest::echo);

    private static ApiResponse echo(ApiRequest request) {
        return ApiResponse.text(
                200, request.caller().map(ResponseCacheIsolationTest::name).orElse("nobody"));
    }

    private static String name(Caller caller) {
        return caller.tenant().orElse("") + "/" + caller.id() + caller.scopes();
    }

    @Test
    void callersAndTenantsNeverShareAPrivateResponse() {
        ResponseCacheFixture node = node(route -> route, ECHO);
        List<Caller> callers =
                List.of(ALICE, BOB, ALICE.withTenant("a"), ALICE.withTenant("b"), ALICE.withScopes(Set.of("admin")));
        for (int round = 0; round < 2; round++) {
            for (Caller caller : callers) {
                assertThat(text(ask(node, caller))).isEqualTo(name(caller));
            }
        }
        assertThat(node.calls).hasValue(callers.size());
    }

    @Test
    void nothingIsStoredForNobodyOnAPrivateRoute() {
        ResponseCacheFixture node = node(route -> route, counting());

        assertThat(status(node.anonymously("/things", "Cookie", "session=alice")))
                .isEqualTo("shop;fwd=bypass");
        assertThat(text(node.anonymously("/things", "Cookie", "session=bob"))).isEqualTo("v2");
    }

    @Test
    void sharedRouteIsSharedByAllCallers() {
        ResponseCacheFixture node = node(CachedRoute::shared, counting());
        ask(node, ALICE);

        assertThat(text(ask(node, BOB))).isEqualTo("v1");
        assertThat(text(node.anonymously("/things"))).isEqualTo("v1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"private", "private, max-age=60", "private=\"x-user\""})
    void privateResponseOfASharedRouteIsStoredForItsCallerAlone(String cacheControl) {
        ResponseCacheFixture node = node(
                CachedRoute::shared,
                request ->
                        ECHO.handle(request).thenApply(response -> response.withHeader("Cache-Control", cacheControl)));
        for (int round = 0; round < 4; round++) {
            assertThat(text(ask(node, ALICE))).isEqualTo("/alice[]");
            assertThat(text(ask(node, BOB))).isEqualTo("/bob[]");
            assertThat(text(node.anonymously("/things"))).isEqualTo("nobody");
        }
        assertThat(status(ask(node, ALICE))).contains("hit");
        assertThat(status(ask(node, BOB))).contains("hit");
        assertThat(status(node.anonymously("/things"))).isEqualTo("shop;fwd=bypass");
    }

    @Test
    void nobodyWhoIsFirstDoesNotKeepCallersFromTheirOwn() {
        ResponseCacheFixture node = node(CachedRoute::shared, counting("Cache-Control", "private"));
        node.anonymously("/things");
        ask(node, ALICE);
        node.anonymously("/things");

        assertThat(text(ask(node, ALICE))).isEqualTo("v2");
    }

    @Test
    void requestWithAuthorizationSharesOnlyWhatIsSaidToBePublic() {
        ResponseCacheFixture secret = node(CachedRoute::shared, ECHO);
        ResponseCacheFixture open = node(CachedRoute::shared, counting("Cache-Control", "public, max-age=60"));
        for (Caller caller : List.of(ALICE, BOB, ALICE, BOB)) {
            ApiRequest request = as(caller, "GET", "/things", "Authorization", "Bearer " + caller.id());
            assertThat(text(secret.ask(request).join())).isEqualTo(name(caller));
            assertThat(text(open.ask(as(caller, "GET", "/things", "Authorization", "Bearer x"))
                            .join()))
                    .isEqualTo("v1");
        }
    }

    @Test
    void thoseWhoWaitDoNotGetAResponseThatMayNotBeStored() {
        List<CompletableFuture<ApiResponse>> answers = new ArrayList<>();
        ResponseCacheFixture node = node(CachedRoute::shared, request -> {
            CompletableFuture<ApiResponse> answer = new CompletableFuture<>();
            answers.add(answer);
            return answer.thenApply(ready ->
                    echo(request).withHeader("Set-Cookie", name(request.caller().orElseThrow())));
        });
        CompletableFuture<ApiResponse> first = node.ask(as(ALICE, "GET", "/things"));
        CompletableFuture<ApiResponse> waiting = node.ask(as(BOB, "GET", "/things"));
        assertThat(answers).hasSize(1);

        answers.get(0).complete(ApiResponse.of(200));
        assertThat(answers).hasSize(2);
        answers.get(1).complete(ApiResponse.of(200));

        assertThat(text(first.join())).isEqualTo("/alice[]");
        assertThat(text(waiting.join())).isEqualTo("/bob[]");
        assertThat(waiting.join().header("Set-Cookie")).contains("/bob[]");
    }

    @Test
    void thoseWhoWaitDoNotGetARenderedErrorOfAnother() {
        CompletableFuture<ApiResponse> gate = new CompletableFuture<>();
        ResponseCacheFixture node = node(
                CachedRoute::shared,
                request -> gate.thenApply(open ->
                        ApiResponse.text(500, "trace " + request.exchange().traceId())));
        ApiRequest bob = as(BOB, "GET", "/things");
        CompletableFuture<ApiResponse> first = node.ask(as(ALICE, "GET", "/things"));
        CompletableFuture<ApiResponse> waiting = node.ask(bob);
        gate.complete(ApiResponse.of(200));

        assertThat(first.join().status()).isEqualTo(500);
        assertThat(text(waiting.join())).isEqualTo("trace " + bob.exchange().traceId());
    }

    @Test
    void hostOfTheRequestCannotPoisonTheResponsesOfAnother() {
        ResponseCacheFixture node = node(
                CachedRoute::shared,
                ApiHandler.direct(request -> ApiResponse.text(200, "https://" + request.authority())));
        ApiRequest evil =
                request("GET", "/things").toBuilder().authority("evil.test").build();
        node.ask(evil).join();

        assertThat(text(node.anonymously("/things"))).isEqualTo("https://shop.test");
    }

    private static ApiResponse ask(ResponseCacheFixture node, Caller caller) {
        return node.ask(as(caller, "GET", "/things")).join();
    }

    private static ResponseCacheFixture node(Function<CachedRoute, CachedRoute> route, ApiHandler handler) {
        return new ResponseCacheFixture(
                ResponseCacheFilter.builder("shop", Duration.ofMinutes(10))
                        .route(route.apply(CachedRoute.of("/things")))
                        .build(),
                handler);
    }
}

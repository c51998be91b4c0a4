package dev.scalableapi.cache;

import static dev.scalableapi.cache.ResponseCacheFixture.after;
import static dev.scalableapi.cache.ResponseCacheFixture.as;
import static dev.scalableapi.cache.ResponseCacheFixture.counting;
import static dev.scalableapi.cache.ResponseCacheFixture.status;
import static dev.scalableapi.cache.ResponseCacheFixture.text;
import static dev.scalableapi.cache.ResponseCacheFixture.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.core.http.ConditionalFilter;
import dev.scalableapi.core.http.Routes;
import dev.scalableapi.core.http.Stage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseCacheFilterTest {
    private static final Caller ALICE = Caller.of("alice");

    private final ManualClock clock = new ManualClock();
    private final ResponseCacheFilter filter = builder().build();
    private final ResponseCacheFixture node = new ResponseCacheFixture(filter, counting());

    @Test
    void secondRequestIsAnsweredFromWhatTheFirstHasStored() {
        node.handler = counting("ETag", "\"1\"", "Date", "Thu, 01 Jan 2026 00:00:00 GMT");
        ApiResponse first = node.get("/things");
        clock.advance(Duration.ofSeconds(7));
        ApiResponse second = node.get("/things");

        assertThat(text(first)).isEqualTo("v1");
        assertThat(first.header("Age")).isEmpty();
        assertThat(status(first)).matches("shop;fwd=uri-miss;stored;ttl=5\\d\\d");
        assertThat(text(second)).isEqualTo("v1");
        assertThat(second.status()).isEqualTo(200);
        assertThat(second.header("Age")).contains("7");
        assertThat(second.header("ETag")).contains("\"1\"");
        assertThat(second.header("Date")).contains("Thu, 01 Jan 2026 00:00:00 GMT");
        assertThat(second.header("Content-Type")).isEqualTo(first.header("Content-Type"));
        assertThat(status(second)).matches("shop;hit;ttl=5\\d\\d");
        assertThat(node.calls).hasValue(1);
    }

    @Test
    void responseIsLoadedAnewAfterItsTime() {
        node.get("/things");
        clock.advance(Duration.ofMinutes(10));

        assertThat(text(node.get("/things"))).isEqualTo("v2");
    }

    @Test
    void handlersTimeIsBoundedByTheFilters() {
        node.handler = counting("Cache-Control", "max-age=86400");
        node.get("/things");
        clock.advance(Duration.ofMinutes(10));

        assertThat(text(node.get("/things"))).isEqualTo("v2");
    }

    @Test
    void routeThatWasNotNamedIsLeftAlone() {
        assertThat(status(node.get("/other"))).isEmpty();
        assertThat(text(node.get("/other"))).isEqualTo("v2");
    }

    @Test
    void unknownParameterGoesToTheHandlerAndIsNotStored() {
        node.get("/things");

        assertThat(status(node.get("/things?x=1"))).isEqualTo("shop;fwd=bypass");
        assertThat(text(node.get("/things?x=1"))).isEqualTo("v3");
        assertThat(text(node.get("/things"))).isEqualTo("v1");
        assertThat(filter.statistics().loads()).isEqualTo(1);
    }

    @Test
    void malformedQueryIsTheHandlersAffair() {
        assertThat(text(node.get("/things?page=%"))).isEqualTo("v1");
    }

    @Test
    void namedParametersTellResponsesApart() {
        assertThat(text(node.get("/things?page=1&limit=2"))).isEqualTo("v1");
        assertThat(text(node.get("/things?page=2&limit=1"))).isEqualTo("v2");
        assertThat(text(node.get("/things?limit=2&page=1"))).isEqualTo("v1");
        assertThat(text(node.get("/things?page=1&page=1&limit=2"))).isEqualTo("v3");
    }

    @Test
    void headIsAnsweredFromAStoredGetAndStoresNothing() {
        ApiResponse before = node.ask(as(ALICE, "HEAD", "/things")).join();
        assertThat(status(before)).isEqualTo("shop;fwd=uri-miss");
        assertThat(node.calls).hasValue(1);
        assertThat(text(node.get("/things"))).isEqualTo("v2");

        ApiResponse head = node.ask(as(ALICE, "HEAD", "/things")).join();

        assertThat(status(head)).matches("shop;hit;ttl=5\\d\\d");
        assertThat(head.body()).isEqualTo(Body.empty());
        assertThat(head.header("Content-Length")).contains("2");
        assertThat(node.calls).hasValue(2);
    }

    @Test
    void conditionalFilterOutsideMakes304OfAStoredResponse() {
        ResponseCacheFixture conditional =
                new ResponseCacheFixture(filter, counting("ETag", "\"1\""), ConditionalFilter.create());

        ApiResponse first = conditional.get("/things", "If-None-Match", "\"1\"");
        ApiResponse second = conditional.get("/things", "If-None-Match", "\"1\"");

        assertThat(first.status()).isEqualTo(304);
        assertThat(second.status()).isEqualTo(304);
        assertThat(status(second)).contains("hit");
        assertThat(text(conditional.get("/things"))).isEqualTo("v1");
    }

    @Test
    void handlerOfALoadDoesNotSeeWhatWouldLetItAnswerInPart() {
        List<String> seen = new CopyOnWriteArrayList<>();
        node.handler = ApiHandler.direct(request -> {
            request.headers().forEach((name, value) -> seen.add(name));
            return ApiResponse.text(200, "all");
        });
        node.get("/things", "Range", "bytes=0-1", "if-none-match", "\"1\"", "If-Modified-Since", "x", "X-Other", "y");

        assertThat(seen).containsExactly("X-Other");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-cache", "no-store", "max-age=0", "only-if-cached"})
    void clientCannotForceALoad(String wish) {
        node.get("/things");

        assertThat(status(node.get("/things", "Cache-Control", wish, "Pragma", "no-cache")))
                .contains("hit");
        assertThat(node.get("/things/1", "Cache-Control", wish).status()).isEqualTo(200);
    }

    @Test
    void requestIsFollowedWhereThatIsSet() {
        ResponseCacheFixture obliging =
                new ResponseCacheFixture(builder().honourRequests().build(), counting());

        assertThat(obliging.get("/things", "Cache-Control", "only-if-cached").status())
                .isEqualTo(504);
        assertThat(obliging.calls).hasValue(0);
        obliging.get("/things");
        assertThat(text(obliging.get("/things", "Cache-Control", "only-if-cached")))
                .isEqualTo("v1");
        assertThat(status(obliging.get("/things", "Cache-Control", "no-cache"))).isEqualTo("shop;fwd=request");
        assertThat(text(obliging.get("/things", "Cache-Control", "no-store"))).isEqualTo("v3");
        assertThat(text(obliging.get("/things", "Cache-Control", "max-age=0"))).isEqualTo("v4");
        assertThat(text(obliging.get("/things", "Cache-Control", "max-age=9"))).isEqualTo("v1");
    }

    @Test
    void largeAndStreamingContentPassesUnstored() {
        node.handler = ApiHandler.direct(request -> ApiResponse.of(200).withBody(Body.of(new byte[1001])));
        assertThat(node.get("/things").body().length()).isEqualTo(1001);
        assertThat(status(node.get("/things"))).isEqualTo("shop;fwd=miss");

        node.handler = ApiHandler.direct(request -> ApiResponse.of(200).withBody(Body.streaming(subscriber -> {
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {}

                @Override
                public void cancel() {}
            });
            subscriber.onComplete();
        })));
        assertThat(node.get("/things/1").body())
                .isInstanceOfSatisfying(
                        Body.Streaming.class,
                        stream -> assertThat(
                                        stream.bytes(10).toCompletableFuture().join())
                                .isEmpty());
        assertThat(node.get("/things/1").body()).isInstanceOf(Body.Streaming.class);
        assertThat(node.calls).hasValue(4);
    }

    @Test
    void responseThatSetsACookieIsNobodyElses() {
        node.handler = counting("Set-Cookie", "session=1");
        node.get("/things");

        assertThat(text(node.get("/things"))).isEqualTo("v2");
    }

    @Test
    void whatIsOfOneExchangeIsNotStored() {
        ResponseCacheFixture tracing = new ResponseCacheFixture(
                builder().omit("X-Mine").build(),
                counting("X-Request-Id", "1", "traceparent", "00-1", "Server-Timing", "db;dur=1", "X-Kept", "k"),
                after(
                        Stage.APPLICATION,
                        response -> with(response, "X-Mine", "m", "Connection", "X-Hop", "X-Hop", "h")));
        ApiResponse first = tracing.get("/things");
        ApiResponse second = tracing.get("/things");

        assertThat(first.headers().all("X-Request-Id")).containsExactly("1");
        for (String name :
                new String[] {"X-Request-Id", "traceparent", "Server-Timing", "X-Mine", "X-Hop", "Connection"}) {
            assertThat(first.headers().contains(name)).as(name).isTrue();
            assertThat(second.headers().contains(name)).as(name).isFalse();
        }
        assertThat(second.header("X-Kept")).contains("k");
    }

    @Test
    void filtersOutsideAddToEachAnswer() {
        ResponseCacheFixture outer =
                new ResponseCacheFixture(filter, counting(), after(Stage.CORS, r -> with(r, "X-Outer", "o")));
        outer.get("/things");

        assertThat(outer.get("/things").headers().all("X-Outer")).containsExactly("o");
    }

    @Test
    void authorizationIsAskedForEachAnswer() {
        ApiFilter onlyAlice = ((ApiFilter) (request, next) -> {
                    if (!request.caller().map(Caller::id).equals(Optional.of("alice"))) {
                        throw ApiException.of(403, "FORBIDDEN", "No.");
                    }
                    return next.handle(request);
                })
                .at(Stage.AUTHORIZATION);
        ResponseCacheFixture guarded =
                new ResponseCacheFixture(shared("/things"), counting("Cache-Control", "public"), onlyAlice);
        guarded.get("/things");

        assertThat(guarded.ask(as(Caller.of("bob"), "GET", "/things")).join().status())
                .isEqualTo(403);
        assertThat(guarded.anonymously("/things").status()).isEqualTo(403);
        assertThat(status(guarded.get("/things"))).contains("hit");
    }

    @Test
    void routeThatDoesNotExistFailsAtStart() {
        Routes routes = Routes.builder()
                .add("GET", "/things", Access.open(), counting())
                .add("POST", "/orders", Access.open(), counting())
                .build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiPipeline.of(routes, shared("/thing")))
                .withMessage(
                        "ResponseCacheFilter names a route that does not exist: GET /thing. There is GET /things.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiPipeline.of(routes, shared("/orders")))
                .withMessageContaining("GET /orders. There is POST /orders.");
    }

    @Test
    void cacheThatAnswersBeforeAuthorizationFailsAtStart() {
        Routes routes = Routes.builder().add("GET", "/things", counting()).build();
        ApiFilter authorization = ((ApiFilter) (request, next) -> next.handle(request))
                .at(Stage.AUTHORIZATION)
                .providing(Access.GRANTED);

        assertThatCode(() -> ApiPipeline.of(routes, authorization, shared("/things")))
                .doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        ApiPipeline.of(routes, authorization, shared("/things").at(Stage.CONDITIONAL)))
                .withMessageContaining("ResponseCacheFilter can answer GET /things before a filter enforces access");
    }

    @Test
    void notFoundThatSaysHowLongIsStored() {
        node.handler =
                ApiHandler.direct(request -> ApiResponse.text(404, "no").withHeader("Cache-Control", "max-age=30"));
        node.get("/things/1");
        ApiResponse second = node.get("/things/1");

        assertThat(second.status()).isEqualTo(404);
        assertThat(status(second)).contains("hit");
    }

    @Test
    void keyIsShownWhereThatIsSet() {
        ResponseCacheFixture showing =
                new ResponseCacheFixture(builder().showKeys().build(), counting());
        String stored = status(showing.get("/things"));

        assertThat(stored).matches("shop;fwd=uri-miss;stored;ttl=\\d+;key=\"[A-Za-z0-9_-]{32}\"");
        assertThat(status(showing.get("/things"))).endsWith(stored.substring(stored.indexOf(";key")));
    }

    @Test
    void memberOfTheHandlersOwnCacheStaysInFront() {
        node.handler = counting("Cache-Status", "origin;hit");
        node.get("/things");

        assertThat(status(node.get("/things"))).startsWith("origin;hit, shop;hit;ttl=");
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> builder().route("/things"));
        assertThatIllegalArgumentException().isThrownBy(() -> CachedRoute.of("things"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CachedRoute.of("/things").vary("*"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().maximumBodyBytes(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().maximumVariants(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().nearBytes(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().staleIfError(Duration.ofDays(8)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().staleWhileRevalidate(Duration.ofDays(-1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ResponseCacheFilter.builder("a name", Duration.ofMinutes(1)));
    }

    private ResponseCacheFilter shared(String template) {
        return ResponseCacheFilter.builder("shop", Duration.ofMinutes(10))
                .clock(clock)
                .route(CachedRoute.of(template).shared())
                .build();
    }

    private ResponseCacheBuilder builder() {
        return ResponseCacheFilter.builder("shop", Duration.ofMinutes(10))
                .clock(clock)
                .maximumBodyBytes(1000)
                .route(CachedRoute.of("/things").parameters("page", "limit").tags(request -> List.of("things")))
                .route("/things/{id}");
    }
}

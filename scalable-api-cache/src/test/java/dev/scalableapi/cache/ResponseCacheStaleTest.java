package dev.scalableapi.cache;

import static dev.scalableapi.cache.ResponseCacheFixture.as;
import static dev.scalableapi.cache.ResponseCacheFixture.counting;
import static dev.scalableapi.cache.ResponseCacheFixture.status;
import static dev.scalableapi.cache.ResponseCacheFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.core.http.RouteMatch;
import dev.scalableapi.testkit.TestRun;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stale answers (RFC 5861), and failures of the handler. */
class ResponseCacheStaleTest {
    private final ApiException down = ApiException.of(503, "DOWN", "The database is down.");

    private final ManualClock clock = new ManualClock();
    private final ResponseCacheFilter filter =
            builder().staleIfError(Duration.ofMinutes(5)).build();
    private final ResponseCacheFixture node = new ResponseCacheFixture(filter, counting());

    @Test
    void staleResponseIsServedAtOnceWhileANewOneIsMade() {
        node.handler = counting("Cache-Control", "max-age=10, stale-while-revalidate=30");
        node.get("/things");
        clock.advance(Duration.ofSeconds(15));
        CompletableFuture<ApiResponse> refreshed = new CompletableFuture<>();
        node.handler = request -> refreshed;

        ApiResponse stale = node.ask(as(Caller.of("alice"), "GET", "/things")).getNow(ApiResponse.of(599));

        assertThat(text(stale)).isEqualTo("v1");
        assertThat(status(stale)).matches("shop;hit;ttl=-[56]");
        assertThat(stale.header("Age")).contains("15");
        assertThat(node.calls).hasValue(2);
        refreshed.complete(ApiResponse.text(200, "new"));
        ApiResponse fresh = node.get("/things");
        assertThat(text(fresh)).isEqualTo("new");
        assertThat(status(fresh)).contains("hit;ttl=5");
        assertThat(node.calls).hasValue(2);
    }

    @Test
    void staleResponseIsNotServedBeyondItsTimeNorWhereItMustBeRevalidated() {
        node.handler = counting("Cache-Control", "max-age=10, stale-while-revalidate=30");
        node.get("/things");
        clock.advance(Duration.ofSeconds(41));
        assertThat(text(node.get("/things"))).isEqualTo("v2");

        node.handler = counting("Cache-Control", "max-age=10, must-revalidate");
        node.get("/things/1");
        clock.advance(Duration.ofSeconds(11));
        node.handler = failing(down);
        assertThat(node.get("/things/1").status()).isEqualTo(503);
    }

    @Test
    void staleResponseIsServedWhereTheHandlerThrows() {
        node.get("/things");
        clock.advance(Duration.ofMinutes(11));
        node.handler = failing(down);
        ApiResponse stale = node.get("/things");

        assertThat(text(stale)).isEqualTo("v1");
        assertThat(status(stale)).matches("shop;fwd=stale;fwd-status=503;ttl=-\\d+");
        assertThat(status(node.get("/things"))).matches("shop;hit;ttl=-\\d+");
        assertThat(node.calls).as("no more than one try in a while").hasValue(2);
    }

    @Test
    void staleResponseIsServedWhereTheHandlerAnswersWith5xx() {
        node.get("/things");
        clock.advance(Duration.ofMinutes(11));
        node.handler = ApiHandler.direct(request -> ApiResponse.of(502));

        assertThat(status(node.get("/things"))).contains("fwd=stale;fwd-status=502");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 410, 429})
    void staleResponseIsNotServedInPlaceOfARefusal(int refusal) {
        node.get("/things");
        clock.advance(Duration.ofMinutes(11));
        node.handler = failing(ApiException.of(refusal, "REFUSED", "No."));
        assertThat(node.get("/things").status()).isEqualTo(refusal);
        node.handler = failing(down);
        assertThat(node.get("/things").status()).as("the former one is gone").isEqualTo(503);
    }

    @Test
    void streamThatNobodyWillReadIsCancelled() {
        node.handler = counting("Cache-Control", "max-age=10, stale-while-revalidate=60");
        node.get("/things");
        clock.advance(Duration.ofSeconds(15));
        AtomicInteger cancelled = new AtomicInteger();
        node.handler = ApiHandler.direct(request -> ApiResponse.of(200)
                .withBody(Body.streaming(subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
                    @Override
                    public void request(long n) {}

                    @Override
                    public void cancel() {
                        cancelled.incrementAndGet();
                    }
                }))));

        assertThat(text(node.get("/things"))).isEqualTo("v1");
        assertThat(cancelled).hasValue(1);
    }

    @Test
    void responseThatMayNoLongerBeStoredReplacesTheStoredOne() {
        node.handler = counting("Cache-Control", "max-age=10, stale-while-revalidate=60");
        node.get("/things");
        clock.advance(Duration.ofSeconds(15));
        node.handler =
                ApiHandler.direct(request -> ApiResponse.text(200, "secret").withHeader("Cache-Control", "no-store"));
        assertThat(text(node.get("/things"))).isEqualTo("v1");

        assertThat(text(node.get("/things"))).isEqualTo("secret");
        assertThat(text(node.get("/things"))).isEqualTo("secret");
    }

    @Test
    void failureOfTheHandlerPassesAsItIs() {
        for (Exception failure : new Exception[] {down, new IllegalStateException("x"), refused()}) {
            CompletionStage<ApiResponse> answer = filter.filter(matched(), failing(failure));

            assertThatThrownBy(answer.toCompletableFuture()::join)
                    .hasCause(failure)
                    .cause()
                    .isSameAs(failure);
        }
    }

    @Test
    void handlerThatThrowsAtOnceIsNoOtherThanOneThatFails() {
        CompletionStage<ApiResponse> answer = filter.filter(matched(), request -> {
            throw down;
        });

        assertThatThrownBy(answer.toCompletableFuture()::join).cause().isSameAs(down);
    }

    @Test
    void failureOfTheHandlerIsThatOfAllWhoHaveWaitedForIt() {
        CompletableFuture<ApiResponse> gate = new CompletableFuture<>();
        CompletionStage<ApiResponse> first = filter.filter(matched(), request -> gate);
        CompletionStage<ApiResponse> waiting = filter.filter(matched(), request -> new CompletableFuture<>());
        gate.completeExceptionally(down);

        assertThatThrownBy(first.toCompletableFuture()::join).cause().isSameAs(down);
        assertThatThrownBy(waiting.toCompletableFuture()::join).cause().isSameAs(down);
    }

    @Test
    void refusalOfOneIsNotThatOfThoseWhoHaveWaited() {
        CompletableFuture<ApiResponse> gate = new CompletableFuture<>();
        CompletionStage<ApiResponse> first = filter.filter(matched(), request -> gate);
        CompletionStage<ApiResponse> waiting = filter.filter(matched(), counting());
        gate.completeExceptionally(refused());

        assertThatThrownBy(first.toCompletableFuture()::join).hasCauseInstanceOf(ApiException.class);
        assertThat(text(waiting.toCompletableFuture().join())).isEqualTo("v1");
    }

    @Test
    void requestThatIsCancelledCancelsNoOther() {
        CompletableFuture<ApiResponse> gate = new CompletableFuture<>();
        node.handler = request -> gate;
        CompletableFuture<ApiResponse> first = node.ask(as(Caller.of("alice"), "GET", "/things"));
        CompletableFuture<ApiResponse> second = node.ask(as(Caller.of("alice"), "GET", "/things"));
        CompletableFuture<ApiResponse> third = node.ask(as(Caller.of("alice"), "GET", "/things"));
        first.cancel(true);
        second.cancel(true);
        gate.complete(ApiResponse.text(200, "v1"));

        assertThat(text(third.join())).isEqualTo("v1");
        assertThat(status(third.join())).startsWith("shop;fwd=uri-miss;collapsed;ttl=");
        assertThat(status(node.get("/things"))).contains("hit");
        assertThat(node.calls).hasValue(1);
    }

    @Test
    void handlerThatTakesLongerThanOthersWaitAnswersItsOwnRequest() throws Exception {
        ResponseCacheFixture slow = new ResponseCacheFixture(
                builder().loadTimeout(Duration.ofMillis(50)).build(), counting());
        CompletableFuture<ApiResponse> gate = new CompletableFuture<>();
        slow.handler = request -> gate;
        CompletableFuture<ApiResponse> first = slow.ask(as(Caller.of("alice"), "GET", "/things"));
        slow.handler = counting();
        CompletableFuture<ApiResponse> waiting = slow.ask(as(Caller.of("alice"), "GET", "/things"));

        assertThat(text(waiting.get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS)))
                .isEqualTo("v1");
        assertThat(first).isNotDone();
        gate.complete(ApiResponse.text(200, "late"));
        assertThat(text(first.get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS)))
                .isEqualTo("late");
    }

    private static ApiException refused() {
        return ApiException.of(403, "FORBIDDEN", "No.");
    }

    private static ApiHandler failing(Exception failure) {
        return request -> CompletableFuture.failedFuture(failure);
    }

    private static ApiRequest matched() {
        ApiRequest request = as(Caller.of("alice"), "GET", "/things");
        request.exchange().put(RouteMatch.KEY, new RouteMatch("/things", Access.open(), Map.of()));
        return request;
    }

    private ResponseCacheBuilder builder() {
        return ResponseCacheFilter.builder("shop", Duration.ofMinutes(10))
                .clock(clock)
                .route("/things")
                .route("/things/{id}");
    }
}

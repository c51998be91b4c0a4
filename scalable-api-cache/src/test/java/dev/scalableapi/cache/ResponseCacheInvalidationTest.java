package dev.scalableapi.cache;

import static dev.scalableapi.cache.ResponseCacheFixture.as;
import static dev.scalableapi.cache.ResponseCacheFixture.counting;
import static dev.scalableapi.cache.ResponseCacheFixture.status;
import static dev.scalableapi.cache.ResponseCacheFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Caller;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Writes (RFC 9111 section 4.4), tags and clear. */
class ResponseCacheInvalidationTest {
    private static final Caller ALICE = Caller.of("alice");

    private final ResponseCacheFilter filter = ResponseCacheFilter.builder("shop", Duration.ofMinutes(10))
            .route(CachedRoute.of("/things").tags(request -> List.of("things")))
            .route("/things/{id}")
            .build();
    private final ResponseCacheFixture node = new ResponseCacheFixture(filter, counting());

    @Test
    void writeEndsWhatIsStoredForItsPathAndNothingElse() {
        node.get("/things/1");
        node.get("/things/2");
        node.ask(as(Caller.of("bob"), "PUT", "/things/%31")).join();

        assertThat(status(node.get("/things/2"))).contains("hit");
        assertThat(status(node.get("/things/1"))).contains("uri-miss");
    }

    @Test
    void writeThatIsRefusedEndsNothingAndOneThatFailsMayHaveBeenOne() {
        node.get("/things/1");
        node.handler = ApiHandler.direct(request -> {
            throw ApiException.of(412, "PRECONDITION_FAILED", "No.");
        });
        assertThat(node.ask(as(ALICE, "PUT", "/things/1")).join().status()).isEqualTo(412);
        assertThat(status(node.get("/things/1"))).contains("hit");

        node.handler = ApiHandler.direct(request -> {
            throw new IllegalStateException("the answer of the database was lost");
        });
        assertThat(node.ask(as(ALICE, "PUT", "/things/1")).join().status()).isEqualTo(500);
        node.handler = counting();
        assertThat(status(node.get("/things/1"))).contains("uri-miss");
    }

    @Test
    void tagsOfTheRouteAndOfTheHandlerEndResponses() {
        node.handler = request -> {
            ResponseCacheFilter.tag(request.exchange(), "handler:" + request.path());
            return counting().handle(request);
        };
        node.get("/things");
        node.get("/things/1");
        filter.invalidateTag("handler:/things/1").toCompletableFuture().join();
        assertThat(status(node.get("/things"))).contains("hit");
        assertThat(status(node.get("/things/1"))).contains("uri-miss");

        filter.invalidateTag("things").toCompletableFuture().join();
        assertThat(status(node.get("/things"))).contains("uri-miss");
        assertThat(status(node.get("/things/1"))).contains("hit");

        filter.clear().toCompletableFuture().join();
        assertThat(status(node.get("/things/1"))).contains("uri-miss");
    }

    @Test
    void tagsThatFailKeepTheResponseOutOfTheCacheAlone() {
        ResponseCacheFixture broken = new ResponseCacheFixture(
                ResponseCacheFilter.builder("shop", Duration.ofMinutes(1))
                        .route(CachedRoute.of("/things").tags(request -> List.of("")))
                        .build(),
                counting());

        assertThat(text(broken.get("/things"))).isEqualTo("v1");
        assertThat(text(broken.get("/things"))).isEqualTo("v2");
    }

    @Test
    void taggingWithoutAResponseCacheDoesNothing() {
        ResponseCacheFilter.tag(as(ALICE, "GET", "/x").exchange(), "a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ResponseCacheFilter.tag(as(ALICE, "GET", "/x").exchange(), ""));
    }

    @Test
    void responseThatWasMadeBeforeAChangeIsNotStored() {
        CompletableFuture<ApiResponse> gate = new CompletableFuture<>();
        node.handler = request -> gate;
        CompletableFuture<ApiResponse> reader = node.ask(as(Caller.of("alice"), "GET", "/things"));
        node.handler = counting();
        node.ask(as(Caller.of("bob"), "POST", "/things")).join();
        gate.complete(ApiResponse.text(200, "old"));

        assertThat(text(reader.join())).isEqualTo("old");
        assertThat(text(node.get("/things"))).isEqualTo("v2");
    }
}

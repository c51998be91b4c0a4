package dev.scalableapi.cache;

import static dev.scalableapi.cache.ResponseCacheFixture.counting;
import static dev.scalableapi.cache.ResponseCacheFixture.status;
import static dev.scalableapi.cache.ResponseCacheFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses that vary with fields of the request (RFC 9111 section 4.1). */
class ResponseCacheVaryTest {
    /** A load takes half of the time for which it is known on what responses depend, so that this is refreshed early. */
    @Test
    void handlerRunsOnceForARequestThoughBothOfItsLooksLoad() {
        ManualClock clock = new ManualClock();
        ResponseCacheFixture node = new ResponseCacheFixture(
                ResponseCacheFilter.builder("shop", Duration.ofMinutes(10))
                        .clock(clock)
                        .route(CachedRoute.of("/things/{id}").shared())
                        .build(),
                ApiHandler.direct(request -> {
                    clock.advance(Duration.ofMinutes(30));
                    return ApiResponse.text(200, "x").withHeader("Vary", "X-A");
                }));
        int refreshed = 0;
        for (int id = 0; id < 200; id++) {
            node.anonymously("/things/" + id);
            int before = node.calls.get();
            ApiResponse second = node.anonymously("/things/" + id);

            assertThat(text(second)).isEqualTo("x");
            assertThat(node.calls).hasValue(before + 1);
            refreshed += status(second).contains("stored") ? 0 : 1;
        }
        assertThat(refreshed).as("requests whose first look has loaded").isPositive();
    }

    @Test
    void responseIsFoundAgainByTheFieldsThatItVariesWith() {
        ResponseCacheFixture node = node(CachedRoute::shared, varying("Accept-Language", "Accept-Language"));
        for (int round = 0; round < 3; round++) {
            for (String language : List.of("en", "de", "fr, en")) {
                assertThat(text(node.anonymously("/things", "Accept-Language", language)))
                        .isEqualTo(language);
            }
            assertThat(text(node.anonymously("/things"))).isEmpty();
        }
        // One for each language and for none, and the one that showed on what they depend.
        assertThat(node.calls).hasValue(5);
        assertThat(status(node.anonymously("/things", "accept-language", "fr ,en")))
                .contains("hit");
        assertThat(status(node.anonymously("/things", "Accept-Language", "es")))
                .startsWith("shop;fwd=vary-miss;stored");
    }

    @Test
    void fieldsThatTheRouteNamesTakeOneLoadEach() {
        ResponseCacheFixture node =
                node(route -> route.shared().vary("ACCEPT-language"), varying("Accept-Language", "Accept-Language"));
        for (int round = 0; round < 2; round++) {
            assertThat(text(node.anonymously("/things", "Accept-Language", "en")))
                    .isEqualTo("en");
            assertThat(text(node.anonymously("/things", "Accept-Language", "de")))
                    .isEqualTo("de");
        }
        assertThat(node.calls).hasValue(2);
    }

    @Test
    void responseThatVariesWithMoreThanIsKnownIsLookedForByAllOfIt() {
        ResponseCacheFixture node = node(CachedRoute::shared, varying("X-A", "X-A"));
        node.anonymously("/things", "X-A", "1");
        node.anonymously("/things", "X-A", "1");
        node.handler = varying("X-A, X-B", "X-B");
        for (int round = 0; round < 3; round++) {
            assertThat(text(node.anonymously("/things", "X-A", "2", "X-B", "b1")))
                    .isEqualTo("b1");
            assertThat(text(node.anonymously("/things", "X-A", "2", "X-B", "b2")))
                    .isEqualTo("b2");
        }
        assertThat(status(node.anonymously("/things", "X-A", "2", "X-B", "b1"))).contains("hit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "Accept, *", "a,b,c,d,e,f,g,h,i", "\"x"})
    void responseWhoseRequestsCannotBeToldApartIsNotStored(String vary) {
        ResponseCacheFixture node = node(CachedRoute::shared, counting("Vary", vary));
        node.anonymously("/things");

        assertThat(text(node.anonymously("/things"))).isEqualTo("v2");
        assertThat(status(node.anonymously("/things"))).isEqualTo("shop;fwd=miss");
    }

    @Test
    void strangersFillTheCacheWithNoMoreThanSoManyVariants() {
        ResponseCacheFixture node = node(route -> route.shared().vary("X-A"), varying("X-A", "X-A"));
        for (int i = 0; i < 100; i++) {
            node.anonymously("/things", "X-A", "a" + i);
        }
        int stored = 0;
        for (int i = 0; i < 100; i++) {
            ApiResponse response = node.anonymously("/things", "X-A", "a" + i);
            assertThat(text(response)).isEqualTo("a" + i);
            stored += status(response).contains("hit") ? 1 : 0;
        }
        assertThat(stored).isEqualTo(16);
        assertThat(status(node.anonymously("/things", "X-A", "x".repeat(300)))).isEqualTo("shop;fwd=bypass");
    }

    private static ApiHandler varying(String vary, String shown) {
        return ApiHandler.direct(request -> ApiResponse.text(
                        200, request.headers().combined(shown).orElse(""))
                .withHeader("Vary", vary));
    }

    private static ResponseCacheFixture node(Function<CachedRoute, CachedRoute> route, ApiHandler handler) {
        return new ResponseCacheFixture(
                ResponseCacheFilter.builder("shop", Duration.ofMinutes(10))
                        .route(route.apply(CachedRoute.of("/things")))
                        .build(),
                handler);
    }
}

package dev.scalableapi.core.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.http.Stage;
import dev.scalableapi.testkit.TestRun;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitHeadersTest {
    private static final Decision DECISION = new Decision(true, 50, 100, Duration.ZERO, Duration.ofMillis(29_001));
    private static final Optional<RateLimit> NO_LIMIT = Optional.empty();
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.500Z");

    @Test
    void newestDraftIsStructured() {
        assertThat(RateLimitHeaders.DRAFT_10.fields("caller", NO_LIMIT, DECISION, NOW))
                .isEqualTo(fields("RateLimit-Policy", "\"caller\";q=100", "RateLimit", "\"caller\";r=50;t=30"));
    }

    @ParameterizedTest
    @CsvSource({
        "100, PT1M,       100,        60",
        "100, PT1M,       50,         30",
        "3,   PT1S,       6,          2",
        "3,   PT1S,       1,          1",
        "1,   PT0.1S,     1,          1",
        "7,   PT24H,      7,          86400",
        "1,   PT240000H,  1,          864000000",
        "1000000000000000, PT240000H, 1000000000000000, 864000000"
    })
    void windowIsTheTimeInWhichTheQuotaComesBack(long permits, Duration window, long burst, long seconds) {
        Optional<RateLimit> limit = Optional.of(new RateLimit(permits, window, burst));
        Decision rested = new Decision(true, burst, burst, Duration.ZERO, Duration.ZERO);
        assertThat(RateLimitHeaders.DRAFT_10
                        .fields("caller", limit, rested, NOW)
                        .first("RateLimit-Policy"))
                .hasValue("\"caller\";q=" + Math.min(burst, 999_999_999_999_999L) + ";w=" + seconds);
    }

    @Test
    void limiterOfThisLibraryTellsItsWindow() {
        RateLimitFilter filter =
                RateLimitFilter.byCaller(RateLimiter.inMemory(RateLimit.of(9, Duration.ofMinutes(1)), 10));
        ApiHandler handler = request -> CompletableFuture.completedFuture(ApiResponse.of(200));
        assertThat(answer(handler, true, filter).header("RateLimit-Policy")).hasValue("\"caller\";q=9;w=60");
    }

    @Test
    void numberThatAStructuredFieldCannotSpellIsTheLargestItCan() {
        Decision endless =
                new Decision(true, Long.MAX_VALUE, Long.MAX_VALUE, Duration.ZERO, ChronoUnit.FOREVER.getDuration());
        assertThat(RateLimitHeaders.DRAFT_10.fields("a", NO_LIMIT, endless, NOW).first("RateLimit"))
                .hasValue("\"a\";r=999999999999999;t=999999999999999");
        assertThat(RateLimitHeaders.DRAFT_03.fields("a", NO_LIMIT, endless, NOW).first("RateLimit-Reset"))
                .hasValue("999999999999999");
        assertThat(RateLimitHeaders.LEGACY_EPOCH
                        .fields("a", NO_LIMIT, endless, NOW)
                        .first("X-RateLimit-Reset"))
                .hasValue(Long.toString(NOW.getEpochSecond() + 1_000_000_000_000_000L));
    }

    @Test
    void nothingLessThanNothingIsLeft() {
        Decision overdrawn = new Decision(false, -1, 0, Duration.ZERO, Duration.ofSeconds(-1));
        assertThat(RateLimitHeaders.DRAFT_10.fields("a", NO_LIMIT, overdrawn, NOW))
                .isEqualTo(fields("RateLimit-Policy", "\"a\";q=0", "RateLimit", "\"a\";r=0;t=0"));
    }

    @Test
    void olderFormsHaveThreeFields() {
        assertThat(RateLimitHeaders.DRAFT_03.fields("caller", NO_LIMIT, DECISION, NOW))
                .isEqualTo(fields("RateLimit-Limit", "100", "RateLimit-Remaining", "50", "RateLimit-Reset", "30"));
        assertThat(RateLimitHeaders.LEGACY_DELTA.fields("caller", NO_LIMIT, DECISION, NOW))
                .isEqualTo(
                        fields("X-RateLimit-Limit", "100", "X-RateLimit-Remaining", "50", "X-RateLimit-Reset", "30"));
        assertThat(RateLimitHeaders.LEGACY_EPOCH
                        .fields("caller", NO_LIMIT, DECISION, NOW)
                        .first("X-RateLimit-Reset"))
                .hasValue(Long.toString(NOW.getEpochSecond() + 30));
        Decision full = new Decision(true, 1, 1, Duration.ZERO, Duration.ofMillis(500));
        assertThat(RateLimitHeaders.LEGACY_EPOCH
                        .fields("caller", NO_LIMIT, full, NOW)
                        .first("X-RateLimit-Reset"))
                .hasValue(Long.toString(NOW.getEpochSecond() + 1));
        assertThat(RateLimitHeaders.NONE.fields("caller", NO_LIMIT, DECISION, NOW))
                .isEqualTo(Headers.empty());
    }

    @Test
    void everyCountedAnswerHasTheNewestDraftUnlessToldOtherwise() {
        RateLimiter limiter = key -> CompletableFuture.completedFuture(DECISION);
        ApiHandler handler = request -> CompletableFuture.completedFuture(ApiResponse.of(200));
        ApiHandler failing = request -> CompletableFuture.failedFuture(ApiException.of(404, "NONE", "None."));
        RateLimitFilter filter = RateLimitFilter.byCaller(limiter);

        assertThat(answer(handler, true, filter).header("RateLimit")).hasValue("\"caller\";r=50;t=30");
        assertThat(answer(failing, true, filter).header("RateLimit-Policy")).hasValue("\"caller\";q=100");
        assertThat(answer(handler, false, filter).headers()).isEqualTo(Headers.empty());
        assertThat(answer(handler, true, filter.withHeaders(RateLimitHeaders.NONE))
                        .headers())
                .isEqualTo(Headers.empty());
        assertThat(answer(handler, true, filter.withHeaders(RateLimitHeaders.DRAFT_03))
                        .header("RateLimit-Limit"))
                .hasValue("100");
    }

    @Test
    void refusalSaysWhatIsLeftToo() {
        Decision none = new Decision(false, 0, 100, Duration.ofSeconds(3), Duration.ofSeconds(60));
        RateLimitFilter filter = RateLimitFilter.byCaller(key -> CompletableFuture.completedFuture(none));
        ApiResponse refused = answer(request -> CompletableFuture.completedFuture(ApiResponse.of(200)), true, filter);

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("Retry-After")).hasValue("3");
        assertThat(refused.header("RateLimit")).hasValue("\"caller\";r=0;t=60");
    }

    @Test
    void ofTwoFiltersEachHasItsMemberAndInOlderFormsTheInnerOneCounts() {
        RateLimiter minute = key -> CompletableFuture.completedFuture(DECISION);
        RateLimiter second = key ->
                CompletableFuture.completedFuture(new Decision(true, 7, 9, Duration.ZERO, Duration.ofSeconds(1)));
        ApiHandler handler = request -> CompletableFuture.completedFuture(ApiResponse.of(200));
        ApiHandler failing = request -> CompletableFuture.failedFuture(ApiException.of(404, "NONE", "None."));
        RateLimitFilter inner = RateLimitFilter.byCaller(minute);
        RateLimitFilter outer = RateLimitFilter.byCaller(second);
        for (ApiHandler each : new ApiHandler[] {handler, failing}) {
            assertThat(answer(each, true, outer, inner).headers().all("RateLimit"))
                    .containsExactly("\"caller\";r=50;t=30", "\"caller\";r=7;t=1");
            assertThat(answer(
                                    each,
                                    true,
                                    outer.withHeaders(RateLimitHeaders.DRAFT_03),
                                    inner.withHeaders(RateLimitHeaders.DRAFT_03))
                            .headers()
                            .all("RateLimit-Limit"))
                    .containsExactly("100");
        }
    }

    @Test
    void unexpectedFailureStaysWhatItIs() {
        IllegalStateException own = new IllegalStateException("own");
        RateLimitFilter filter = RateLimitFilter.byCaller(key -> CompletableFuture.completedFuture(DECISION));

        CompletableFuture<ApiResponse> answer = filter.filter(
                        request(true), request -> CompletableFuture.failedFuture(own))
                .toCompletableFuture();
        assertThat(answer)
                .failsWithin(TestRun.PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isSameAs(own);
    }

    private static ApiResponse answer(ApiHandler handler, boolean known, RateLimitFilter... filters) {
        ApiFilter[] all = Arrays.copyOf(filters, filters.length + 1, ApiFilter[].class);
        all[filters.length] = ((ApiFilter) (request, next) -> next.handle(request))
                .at(Stage.AUTHENTICATION)
                .providing(Caller.KEY);
        return ApiPipeline.of(handler, all)
                .handle(request(known))
                .toCompletableFuture()
                .join();
    }

    private static ApiRequest request(boolean known) {
        ApiRequest request = ApiRequest.builder("GET", "/")
                .peer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1))
                .build();
        if (known) {
            request.exchange().put(Caller.KEY, Caller.of("a"));
        }
        return request;
    }

    private static Headers fields(String... namesAndValues) {
        Headers.Builder headers = Headers.builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers.build();
    }
}

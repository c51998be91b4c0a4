package dev.scalableapi.core.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.core.LogOf;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.core.http.Stage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RateLimitFilterTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final AtomicInteger handled = new AtomicInteger();
    private final ApiHandler handler = request -> {
        handled.incrementAndGet();
        return CompletableFuture.completedFuture(ApiResponse.of(200));
    };
    /** Takes "good x" for caller x, refuses other credentials, and lets requests without any pass. */
    private final ApiFilter authentication = ((ApiFilter) (request, next) -> {
                String credentials = request.header("Authorization").orElse("good ");
                if (!credentials.startsWith("good ")) {
                    throw ApiException.of(401, "INVALID_TOKEN", "No.");
                }
                if (credentials.length() > 5) {
                    request.exchange().put(Caller.KEY, caller(credentials.substring(5), Optional.empty()));
                }
                return next.handle(request);
            })
            .at(Stage.AUTHENTICATION);

    @Test
    void callerBeyondTheRateIsAnswered429WithWholeSecondsRoundedUp() {
        ApiPipeline api = ApiPipeline.of(handler, authentication, RateLimitFilter.byCaller(limiter(1, 1500)));

        assertThat(send(api, "10.0.0.1", "good a").status()).isEqualTo(200);
        ApiResponse refused = send(api, "10.0.0.2", "good a");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("Retry-After")).hasValue("2");
        assertThat(send(api, "10.0.0.1", "good b").status()).isEqualTo(200);
        assertThat(handled).hasValue(2);
    }

    @Test
    void refusalHasItsCode() {
        RateLimitFilter filter = RateLimitFilter.byAddress(limiter(1, 1000));
        filter.filter(request("10.0.0.1", null), handler);

        assertThat(filter.filter(request("10.0.0.1", null), handler).toCompletableFuture())
                .completesExceptionallyWithin(SECOND)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo("RATE_LIMITED"));
    }

    @Test
    void retryAfterIsNeverZero() {
        RateLimiter limiter =
                key -> CompletableFuture.completedFuture(new Decision(false, 0, 1, Duration.ZERO, Duration.ZERO));
        ApiPipeline api = ApiPipeline.of(handler, RateLimitFilter.byAddress(limiter));

        assertThat(send(api, "10.0.0.1", null).header("Retry-After")).hasValue("1");
    }

    @Test
    void requestWithoutCallerPassesTheCallersLimit() {
        ApiPipeline api = ApiPipeline.of(handler, authentication, RateLimitFilter.byCaller(limiter(1, 1000)));

        assertThat(send(api, "10.0.0.1", null).status()).isEqualTo(200);
        assertThat(send(api, "10.0.0.1", null).status()).isEqualTo(200);
    }

    @Test
    void addressWithoutCredentialsIsLimitedBeforeAuthentication() {
        ApiPipeline api = ApiPipeline.of(handler, authentication, RateLimitFilter.byAddress(limiter(1, 1000)));

        assertThat(send(api, "10.0.0.1", null).status()).isEqualTo(200);
        assertThat(send(api, "10.0.0.1", null).status()).isEqualTo(429);
        assertThat(send(api, "10.0.0.2", null).status()).isEqualTo(200);
        assertThat(handled).hasValue(2);
    }

    @Test
    void callerIsNotHeldToHisAddress() {
        ApiPipeline api = ApiPipeline.of(handler, authentication, RateLimitFilter.byAddress(limiter(1, 1000)));
        send(api, "10.0.0.1", null);

        assertThat(send(api, "10.0.0.1", "good a").status()).isEqualTo(200);
        assertThat(send(api, "10.0.0.1", "good a").status()).isEqualTo(200);
    }

    @Test
    void guessedTokensAreLimitedByAddress() {
        ApiPipeline api = ApiPipeline.of(handler, authentication, RateLimitFilter.byAddress(limiter(2, 1000)));

        assertThat(send(api, "10.0.0.1", "bad").status()).isEqualTo(401);
        assertThat(send(api, "10.0.0.1", "bad").status()).isEqualTo(401);
        assertThat(send(api, "10.0.0.1", "bad").status()).isEqualTo(429);
        assertThat(send(api, "10.0.0.1", null).status()).isEqualTo(429);
    }

    @Test
    void renderedRefusalIsChargedToo() {
        ApiHandler unauthorized = request -> CompletableFuture.completedFuture(ApiResponse.of(401));
        ApiPipeline api = ApiPipeline.of(unauthorized, RateLimitFilter.byAddress(limiter(1, 1000)));

        assertThat(send(api, "10.0.0.1", "x").status()).isEqualTo(401);
        assertThat(send(api, "10.0.0.1", "x").status()).isEqualTo(429);
    }

    @Test
    void serversOwnFailureIsNotCharged() {
        ApiHandler broken = request -> CompletableFuture.failedFuture(new IllegalStateException("broken"));
        ApiHandler unavailable = request -> CompletableFuture.failedFuture(ApiException.of(503, "X", "X"));
        RateLimitFilter filter = RateLimitFilter.byAddress(limiter(1, 1000));

        assertThat(send(ApiPipeline.of(broken, filter), "10.0.0.1", "x").status())
                .isEqualTo(500);
        assertThat(send(ApiPipeline.of(unavailable, filter), "10.0.0.1", "x").status())
                .isEqualTo(503);
        assertThat(send(ApiPipeline.of(handler, filter), "10.0.0.1", null).status())
                .isEqualTo(200);
    }

    @Test
    void credentialsThatNobodyChecksAreLimitedByAddressOnce() {
        RateLimiter limiter = limiter(2, 1000);
        ApiPipeline api = ApiPipeline.of(
                handler, RateLimitFilter.byAddress(limiter), RateLimitFilter.anonymousByAddress(limiter));

        assertThat(send(api, "10.0.0.1", "x").status()).isEqualTo(200);
        assertThat(send(api, "10.0.0.1", null).status()).isEqualTo(200);
        assertThat(send(api, "10.0.0.1", "x").status()).isEqualTo(429);
        assertThat(send(api, "10.0.0.1", null).status()).isEqualTo(429);
        assertThat(handled).hasValue(2);
    }

    @Test
    void callerPassesTheAnonymousLimit() {
        ApiPipeline api = ApiPipeline.of(handler, authentication, RateLimitFilter.anonymousByAddress(limiter(1, 1000)));

        assertThat(send(api, "10.0.0.1", "good a").status()).isEqualTo(200);
        assertThat(send(api, "10.0.0.1", "good a").status()).isEqualTo(200);
    }

    @Test
    void unknownAddressPasses() {
        ApiPipeline api = ApiPipeline.of(handler, RateLimitFilter.byAddress(limiter(1, 1000)));

        assertThat(send(api, null, null).status()).isEqualTo(200);
        assertThat(send(api, null, null).status()).isEqualTo(200);
    }

    @Test
    void failingLimiterLetsRequestsPassAndIsLoggedOnce() {
        try (LogOf log = new LogOf(RateLimitFilter.class)) {
            ApiPipeline failing = ApiPipeline.of(
                    handler,
                    RateLimitFilter.byAddress(
                            key -> CompletableFuture.failedFuture(new IllegalStateException("down"))));
            assertThat(send(failing, "10.0.0.1", null).status()).isEqualTo(200);
            assertThat(send(failing, "10.0.0.1", null).status()).isEqualTo(200);
            assertThat(log.events()).hasSize(1);

            ApiPipeline throwing = ApiPipeline.of(handler, RateLimitFilter.byAddress(key -> {
                throw new IllegalStateException("down");
            }));
            assertThat(send(throwing, "10.0.0.1", null).status()).isEqualTo(200);
        }
    }

    @Test
    void keysOfCallersAndAddressesNeverCoincide() throws UnknownHostException {
        assertThat(LimitKeys.of(caller("b", Optional.of("a:"))))
                .isNotEqualTo(LimitKeys.of(caller(":b", Optional.of("a"))));
        assertThat(LimitKeys.of(caller("1:a:b", Optional.empty())))
                .isNotEqualTo(LimitKeys.of(caller("b", Optional.of("a"))));
        assertThat(key("10.0.0.1")).isNotEqualTo(key("10.0.0.2"));
        assertThat(LimitKeys.of(InetSocketAddress.createUnresolved("_hidden", 0)))
                .isEqualTo("host:_hidden");
    }

    @Test
    void addressesOfOneIpv6NetworkAreOne() throws UnknownHostException {
        assertThat(key("2001:db8:1:2::1")).isEqualTo(key("2001:db8:1:2:ffff::9"));
        assertThat(key("2001:db8:1:2::1")).isNotEqualTo(key("2001:db8:1:3::1"));
        assertThat(key("::ffff:10.0.0.1")).isEqualTo(key("10.0.0.1"));
    }

    private static String key(String address) throws UnknownHostException {
        return LimitKeys.of(new InetSocketAddress(InetAddress.getByName(address), 1));
    }

    private static Caller caller(String id, Optional<String> tenant) {
        return new Caller(id, tenant, Optional.empty(), Set.of(), Set.of(), Set.of());
    }

    private static RateLimiter limiter(long burst, long intervalMillis) {
        return RateLimiter.inMemory(
                RateLimit.of(1, Duration.ofMillis(intervalMillis)).withBurst(burst), 100, () -> 0);
    }

    private static ApiResponse send(ApiPipeline api, @Nullable String address, @Nullable String authorization) {
        return api.handle(request(address, authorization)).toCompletableFuture().join();
    }

    private static ApiRequest request(@Nullable String address, @Nullable String authorization) {
        ApiRequest.Builder request = ApiRequest.builder("GET", "/");
        if (address != null) {
            request.peer(new InetSocketAddress(address, 1234));
        }
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return request.build();
    }
}

package dev.scalableapi.core.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.core.LogOf;
import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.core.http.Routes;
import dev.scalableapi.core.http.Stage;
import dev.scalableapi.testkit.TestRun;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
            .at(Stage.AUTHENTICATION)
            .providing(Caller.KEY);

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
    void failureOfTheServerIsChargedToo() {
        ApiHandler broken = request -> CompletableFuture.failedFuture(new IllegalStateException("broken"));
        RateLimitFilter filter = RateLimitFilter.byAddress(limiter(1, 1000));

        assertThat(send(ApiPipeline.of(broken, filter), "10.0.0.1", "x").status())
                .isEqualTo(500);
        assertThat(send(ApiPipeline.of(handler, filter), "10.0.0.1", null).status())
                .isEqualTo(429);
    }

    @Test
    void credentialsThatNobodyVerifiesAreLimitedByAddressBeforeTheHandler() {
        ApiPipeline api = ApiPipeline.of(handler, RateLimitFilter.byAddress(limiter(2, 1000)));

        assertThat(send(api, "10.0.0.1", "x").status()).isEqualTo(200);
        assertThat(send(api, "10.0.0.1", null).status()).isEqualTo(200);
        assertThat(send(api, "10.0.0.1", "x").status()).isEqualTo(429);
        assertThat(send(api, "10.0.0.1", null).status()).isEqualTo(429);
        assertThat(handled).hasValue(2);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /open, 200",
        "HEAD, /open, 200",
        "GET, /failing, 500",
        "GET, /busy, 503",
        "GET, /protected, 401",
        "GET, /nowhere, 404",
        "OPTIONS, /open, 405",
        "GET, /%, 400"
    })
    void requestWithoutCallerIsChargedOnceWhateverItsStatus(String method, String path, int status) {
        AtomicInteger acquired = new AtomicInteger();
        RateLimiter limiter = limiter(1, 1000);
        Routes routes = Routes.builder()
                .add("GET", "/open", Access.open(), handler)
                .add("GET", "/failing", Access.open(), request -> {
                    throw new IllegalStateException("broken");
                })
                .add(
                        "GET",
                        "/busy",
                        Access.open(),
                        request -> CompletableFuture.failedFuture(ApiException.overloaded()))
                .add("GET", "/protected", handler)
                .build();
        ApiFilter authorization = (request, next) -> {
            Access access = request.route().orElseThrow().access();
            if (!access.anonymous() && request.caller().isEmpty()) {
                throw ApiException.of(401, "UNAUTHENTICATED", "No.");
            }
            return next.handle(request);
        };
        ApiPipeline api = ApiPipeline.of(
                routes,
                authentication,
                authorization.at(Stage.AUTHORIZATION).providing(Access.GRANTED),
                RateLimitFilter.byAddress(key -> {
                    acquired.incrementAndGet();
                    return limiter.acquire(key);
                }));

        for (int expected : new int[] {status, 429}) {
            ApiRequest request = ApiRequest.builder(method, path)
                    .peer(new InetSocketAddress("10.0.0.1", 1234))
                    .header("Authorization", "good ")
                    .build();
            assertThat(api.handle(request).toCompletableFuture().join().status())
                    .isEqualTo(expected);
        }
        assertThat(acquired).hasValue(2);
    }

    @Test
    void requestThatTheServerRejectsIsCharged() {
        ApiPipeline api = ApiPipeline.of(handler, authentication, RateLimitFilter.byAddress(limiter(1, 1000)));
        for (int expected : new int[] {400, 429}) {
            ApiRequest request = ApiRequest.rejected("GET", "/%zz", ApiException.rejected(400))
                    .peer(new InetSocketAddress("10.0.0.1", 1234))
                    .build();
            assertThat(api.handle(request).toCompletableFuture().join().status())
                    .isEqualTo(expected);
        }
        assertThat(handled).hasValue(0);
    }

    @Test
    void authenticationThatTakesThePermitVerifiesNothingWhileTheAddressHasNone() {
        AtomicInteger verified = new AtomicInteger();
        ApiPipeline api = ApiPipeline.of(handler, verifying(verified), RateLimitFilter.byAddress(limiter(3, 1000)));

        for (int i = 0; i < 3; i++) {
            assertThat(send(api, "10.0.0.1", "good a").status()).isEqualTo(200);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(send(api, "10.0.0.1", "bad").status()).isEqualTo(401);
        }
        assertThat(verified).hasValue(6);
        ApiResponse refused = send(api, "10.0.0.1", "bad");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("Retry-After")).hasValue("1");
        assertThat(refused.header("RateLimit")).hasValue("\"address\";r=0;t=3");
        assertThat(send(api, "10.0.0.1", "good a").status()).isEqualTo(429);
        assertThat(send(api, "10.0.0.2", "good a").status()).isEqualTo(200);
        assertThat(verified).hasValue(7);
    }

    /** All requests are inside verification at once, so that none has given its permit back. */
    @Test
    void parallelGuessesAreVerifiedAtMostAsOftenAsTheAddressHasPermits() {
        int permits = 20;
        int threads = 50;
        AtomicInteger verified = new AtomicInteger();
        CompletableFuture<Void> open = new CompletableFuture<>();
        CountDownLatch decided = new CountDownLatch(threads);
        ApiFilter slow = ((ApiFilter) (request, next) -> request.exchange()
                        .get(AddressPermit.KEY)
                        .orElseThrow()
                        .take()
                        .whenComplete((taken, refused) -> decided.countDown())
                        .thenCompose(taken -> {
                            verified.incrementAndGet();
                            return open.thenCompose(now -> CompletableFuture.<ApiResponse>failedFuture(
                                    ApiException.of(401, "INVALID_TOKEN", "No.")));
                        }))
                .at(Stage.AUTHENTICATION)
                .providing(Caller.KEY);
        ApiPipeline api = ApiPipeline.of(handler, slow, RateLimitFilter.byAddress(limiter(permits, 1000)));
        List<CompletableFuture<Integer>> statuses = new ArrayList<>();
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            CyclicBarrier together = new CyclicBarrier(threads);
            for (int i = 0; i < threads; i++) {
                statuses.add(CompletableFuture.supplyAsync(
                                () -> {
                                    await(together);
                                    return api.handle(request("10.0.0.1", "bad"));
                                },
                                executor)
                        .thenCompose(answer -> answer)
                        .thenApply(ApiResponse::status));
            }
            assertThat(decided.await(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(verified).hasValue(permits);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            open.complete(null);
            executor.shutdown();
        }
        assertThat(statuses.stream().map(CompletableFuture::join).filter(status -> status == 401))
                .hasSize(permits);
        assertThat(statuses.stream().map(CompletableFuture::join).filter(status -> status == 429))
                .hasSize(threads - permits);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Takes the permit before it looks at credentials, and gives it back to callers. */
    private ApiFilter verifying(AtomicInteger verified) {
        return ((ApiFilter) (request, next) -> {
                    AddressPermit permit =
                            request.exchange().get(AddressPermit.KEY).orElseThrow();
                    return permit.take().thenCompose(taken -> {
                        verified.incrementAndGet();
                        return authentication.filter(request, inside -> {
                            permit.refund();
                            return next.handle(inside);
                        });
                    });
                })
                .at(Stage.AUTHENTICATION)
                .providing(Caller.KEY);
    }

    @Test
    void forbiddenRequestIsChargedToItsCaller() {
        ApiFilter forbidding = (request, next) -> {
            throw ApiException.of(403, "FORBIDDEN", "No.");
        };
        ApiPipeline api = ApiPipeline.of(
                handler,
                authentication,
                forbidding.at(Stage.AUTHORIZATION),
                RateLimitFilter.byCaller(limiter(1, 1000)),
                RateLimitFilter.byAddress(limiter(1, 1000)));

        assertThat(send(api, "10.0.0.1", "good a").status()).isEqualTo(403);
        assertThat(send(api, "10.0.0.1", "good a").status()).isEqualTo(429);
        assertThat(send(api, "10.0.0.1", "good b").status()).isEqualTo(403);
        assertThat(send(api, "10.0.0.1", "bad").status()).isEqualTo(401);
    }

    @Test
    void nestedPipelinesWithOneLimiterChargeOnce() {
        for (ChargedParty party : ChargedParty.values()) {
            RateLimiter limiter = limiter(2, 1000);
            Supplier<RateLimitFilter> filter = () -> party == ChargedParty.CALLER
                    ? RateLimitFilter.byCaller(limiter)
                    : RateLimitFilter.byAddress(limiter);
            ApiFilter known = ((ApiFilter) (request, next) -> next.handle(request))
                    .at(Stage.AUTHENTICATION)
                    .providing(Caller.KEY);
            ApiPipeline inner = ApiPipeline.of(handler, filter.get(), known);
            ApiPipeline api = ApiPipeline.of(inner, filter.get(), authentication);
            String credentials = party == ChargedParty.CALLER ? "good a" : "good ";

            assertThat(send(api, "10.0.0.1", credentials).status()).isEqualTo(200);
            assertThat(send(api, "10.0.0.1", credentials).status()).isEqualTo(200);
            assertThat(send(api, "10.0.0.1", credentials).status()).isEqualTo(429);
        }
    }

    @ParameterizedTest
    @CsvSource({"5, 2", "2, 5"})
    void severalLimitersOfAnAddressAllHold(int outer, int inner) {
        AtomicInteger verified = new AtomicInteger();
        ApiPipeline api = ApiPipeline.of(
                handler,
                verifying(verified),
                RateLimitFilter.byAddress(limiter(outer, 1000)),
                RateLimitFilter.byAddress(limiter(inner, 1000)));

        for (int i = 0; i < 6; i++) {
            assertThat(send(api, "10.0.0.1", "good a").status()).isEqualTo(200);
        }
        assertThat(send(api, "10.0.0.1", "bad").status()).isEqualTo(401);
        assertThat(send(api, "10.0.0.1", "bad").status()).isEqualTo(401);
        assertThat(send(api, "10.0.0.1", "bad").status()).isEqualTo(429);
        assertThat(verified).hasValue(8);
    }

    @Test
    void limitOfCallersWithoutAuthenticationFailsAtStart() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiPipeline.of(handler, RateLimitFilter.byCaller(limiter(1, 1000))))
                .withMessageContaining("RateLimitFilter.byCaller")
                .withMessageContaining("AuthenticationFilter");
    }

    @Test
    void limitThatRunsOnTheWrongSideOfAuthenticationFailsAtStart() {
        RateLimitFilter byAddress = RateLimitFilter.byAddress(limiter(1, 1000));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiPipeline.of(handler, authentication, byAddress.at(Stage.APPLICATION)))
                .withMessageContaining("before authentication");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiPipeline.of(handler, authentication.at(Stage.APPLICATION), byAddress))
                .withMessageContaining("before a filter authenticates");
    }

    @Test
    void limiterThatTakesNothingBackIsLoggedAndTheCallerPasses() {
        try (LogOf log = new LogOf(RateLimitFilter.class)) {
            RateLimiter limiter = limiter(1, 1000);
            RateLimiter stubborn = new RateLimiter() {
                @Override
                public CompletionStage<Decision> acquire(String key) {
                    return limiter.acquire(key);
                }

                @Override
                public CompletionStage<Void> refund(String key) {
                    return CompletableFuture.failedFuture(new IllegalStateException("down"));
                }
            };
            ApiPipeline api =
                    ApiPipeline.of(handler, verifying(new AtomicInteger()), RateLimitFilter.byAddress(stubborn));

            assertThat(send(api, "10.0.0.1", "good a").status()).isEqualTo(200);
            assertThat(log.events()).hasSize(1);
        }
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

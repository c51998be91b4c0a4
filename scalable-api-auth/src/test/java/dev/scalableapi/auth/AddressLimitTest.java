package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.auth.Verification.Verified;
import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Routes;
import dev.scalableapi.core.ratelimit.RateLimit;
import dev.scalableapi.core.ratelimit.RateLimitFilter;
import dev.scalableapi.core.ratelimit.RateLimiter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limit of an address around authentication by bearer tokens. */
class AddressLimitTest {
    private static final int PERMITS = 3;

    private final AccessTokenVerifier verifier = Fixtures.verifier(Fixtures.EC);
    private final AtomicInteger verifications = new AtomicInteger();
    private final ApiHandler handler = ApiHandler.direct(request -> ApiResponse.of(200));
    private final ApiPipeline api = ApiPipeline.of(
            Routes.builder()
                    .add("GET", "/open", Access.open(), handler)
                    .add("GET", "/optional", Access.optional(), handler)
                    .add("GET", "/mine", handler)
                    .build(),
            AuthenticationFilter.of(new Counting()),
            AuthorizationFilter.create(),
            RateLimitFilter.byAddress(RateLimiter.inMemory(RateLimit.of(PERMITS, Duration.ofHours(1)), 100)));

    @ParameterizedTest
    @ValueSource(strings = {"Basic eDp5", "Bearer a.b.c", "Bearer", "ApiKey x", "VALID"})
    void noAuthorizationFieldLiftsTheLimitOfAnOpenRoute(String authorization) {
        String field = authorization.replace("VALID", "Bearer " + token());

        for (int i = 0; i < PERMITS; i++) {
            assertThat(get("/open", field)).isEqualTo(200);
        }
        assertThat(get("/open", field)).isEqualTo(429);
        assertThat(verifications).hasValue(0);
    }

    @Test
    void anonymousRequestsOfAnOptionalRouteAreCharged() {
        for (int i = 0; i < PERMITS; i++) {
            assertThat(get("/optional", "Basic eDp5")).isEqualTo(200);
        }
        assertThat(get("/optional", "Basic eDp5")).isEqualTo(429);
    }

    @Test
    void requestsWithACallerCostTheAddressNothing() {
        for (int i = 0; i < 2 * PERMITS; i++) {
            assertThat(get("/mine", "Bearer " + token())).isEqualTo(200);
            assertThat(get("/optional", "Bearer " + token())).isEqualTo(200);
        }
        assertThat(verifications).hasValue(4 * PERMITS);
    }

    @Test
    void onlyRememberedTokensPassWhileTheAddressHasNoPermit() {
        String remembered = token();
        assertThat(get("/mine", "Bearer " + remembered)).isEqualTo(200);
        for (int i = 0; i < PERMITS; i++) {
            assertThat(get("/mine", "Bearer a.b." + i)).isEqualTo(401);
        }
        int before = verifications.get();

        assertThat(get("/mine", "Bearer " + remembered)).isEqualTo(200);
        assertThat(get("/optional", "Bearer " + remembered)).isEqualTo(200);
        assertThat(get("/mine", "Bearer " + token())).isEqualTo(429);
        assertThat(get("/mine", "Bearer a.b.c")).isEqualTo(429);
        assertThat(get("/mine", "Bearer")).isEqualTo(429);
        assertThat(get("/mine", "Basic eDp5")).isEqualTo(429);
        assertThat(get("/nowhere", "Bearer a.b.c")).isEqualTo(429);
        assertThat(verifications).hasValue(before);
    }

    @Test
    void parallelGuessesAreVerifiedAtMostAsOftenAsTheAddressHasPermits() {
        int threads = 20;
        CyclicBarrier together = new CyclicBarrier(threads);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        List<CompletableFuture<Integer>> statuses = new ArrayList<>();
        try {
            for (int i = 0; i < threads; i++) {
                String guess = "Bearer a.b." + i;
                statuses.add(CompletableFuture.supplyAsync(
                        () -> {
                            await(together);
                            return get("/mine", guess);
                        },
                        executor));
            }
            assertThat(statuses.stream().map(CompletableFuture::join))
                    .containsOnly(401, 429)
                    .filteredOn(status -> status == 401)
                    .hasSize(PERMITS);
        } finally {
            executor.shutdown();
        }
        assertThat(verifications).hasValue(PERMITS);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String token() {
        return Fixtures.issuer(Fixtures.EC).issue(Fixtures.ALICE).value();
    }

    private int get(String path, String authorization) {
        ApiRequest request = ApiRequest.builder("GET", path)
                .peer(new InetSocketAddress("10.0.0.1", 1234))
                .header("Authorization", authorization)
                .build();
        return api.handle(request).toCompletableFuture().join().status();
    }

    /** Counts the tokens that are verified by more than a look into the cache. */
    private final class Counting implements TokenVerifier {
        @Override
        public CompletionStage<Verification> verifyAsync(String token, Predicate<Confirmation> proof) {
            verifications.incrementAndGet();
            return verifier.verifyAsync(token, proof);
        }

        @Override
        public Optional<Verified> verifyCached(String token, Predicate<Confirmation> proof) {
            return verifier.verifyCached(token, proof);
        }
    }
}

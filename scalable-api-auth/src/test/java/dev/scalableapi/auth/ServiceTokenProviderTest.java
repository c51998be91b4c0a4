package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.testkit.TestRun;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceTokenProviderTest {
    private final ManualClock clock = new ManualClock(Fixtures.NOW);
    private final List<CompletableFuture<ServiceTokenProvider.Made>> asked = new ArrayList<>();
    private final List<Delayed> delayed = new ArrayList<>();
    private final ServiceTokenProvider provider = new ServiceTokenProvider(
            () -> {
                CompletableFuture<ServiceTokenProvider.Made> next = new CompletableFuture<>();
                synchronized (asked) {
                    asked.add(next);
                }
                return next;
            },
            clock,
            delay -> task -> delayed.add(new Delayed(delay, task)));

    /** A task that the provider wants to run later. */
    private record Delayed(Duration delay, Runnable task) {}

    private void made(int index, String token, int seconds) {
        asked.get(index).complete(new ServiceTokenProvider.Made(token, Duration.ofSeconds(seconds)));
    }

    private @Nullable String now() {
        CompletableFuture<String> token = provider.token().toCompletableFuture();
        return token.isDone() ? token.join() : null;
    }

    @Test
    void tokenIsKeptUntilShortlyBeforeItExpires() {
        assertThat(now()).isNull();
        made(0, "one", 300);
        assertThat(now()).isEqualTo("one");
        clock.advance(Duration.ofSeconds(224));
        assertThat(now()).isEqualTo("one");
        assertThat(asked).hasSize(1);
    }

    @Test
    void tokenIsRenewedWhileTheOldOneServes() {
        now();
        made(0, "one", 300);
        clock.advance(Duration.ofSeconds(241));
        assertThat(now()).isEqualTo("one");
        assertThat(now()).isEqualTo("one");
        assertThat(asked).hasSize(2);
        made(1, "two", 300);
        assertThat(now()).isEqualTo("two");
    }

    @Test
    void endedTokenIsNotGivenOut() {
        now();
        made(0, "one", 300);
        clock.advance(Duration.ofSeconds(290));
        CompletableFuture<String> waiting = provider.token().toCompletableFuture();
        assertThat(waiting.isDone()).isFalse();
        made(1, "two", 300);
        assertThat(waiting.join()).isEqualTo("two");
    }

    @Test
    void manyWhoAskAtOnceShareOne() throws Exception {
        int threads = 50;
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<CompletableFuture<String>> all = new CopyOnWriteArrayList<>();
            List<Future<?>> tasks = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                tasks.add(pool.submit(() -> {
                    start.await();
                    return all.add(provider.token().toCompletableFuture());
                }));
            }
            for (Future<?> task : tasks) {
                task.get();
            }
            assertThat(asked).hasSize(1);
            all.get(0).cancel(true);
            made(0, "one", 300);
            for (CompletableFuture<String> one : all.subList(1, threads)) {
                assertThat(one.join()).isEqualTo("one");
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void afterAFailureNoneIsTriedForForASecond() {
        CompletableFuture<String> waiting = provider.token().toCompletableFuture();
        IllegalStateException down = new IllegalStateException("down");
        asked.get(0).completeExceptionally(down);
        assertUnavailable(waiting, down);
        assertUnavailable(provider.token().toCompletableFuture(), down);
        assertThat(asked).hasSize(1);
        clock.advance(Duration.ofSeconds(1));
        assertThat(now()).isNull();
        made(1, "one", 300);
        assertThat(now()).isEqualTo("one");
    }

    @Test
    void failureWhileTheOldOneServesIsNotSeen() {
        now();
        made(0, "one", 300);
        clock.advance(Duration.ofSeconds(241));
        now();
        asked.get(1).completeExceptionally(new IllegalStateException("down"));
        assertThat(now()).isEqualTo("one");
        assertThat(asked).hasSize(2);
        clock.advance(Duration.ofSeconds(1));
        assertThat(now()).isEqualTo("one");
        assertThat(asked).hasSize(3);
    }

    @Test
    void refusedTokenIsDroppedButNotItsSuccessor() {
        now();
        made(0, "one", 300);
        clock.advance(Duration.ofSeconds(1));
        provider.invalidate("other");
        assertThat(now()).isEqualTo("one");
        provider.invalidate("one");
        assertThat(now()).isNull();
        made(1, "two", 300);
        provider.invalidate("one");
        assertThat(now()).isEqualTo("two");
    }

    @Test
    void callersAfterAnInvalidationShareTheRequestThatWaitsForTheEndOfTheSecond() {
        now();
        made(0, "one", 300);
        clock.advance(Duration.ofMillis(300));
        provider.invalidate("one");
        List<CompletableFuture<String>> waiting = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            waiting.add(provider.token().toCompletableFuture());
        }
        assertThat(asked).hasSize(1);
        assertThat(delayed).extracting(Delayed::delay).containsExactly(Duration.ofMillis(700));

        clock.advance(Duration.ofMillis(700));
        delayed.get(0).task.run();
        assertThat(asked).hasSize(2);
        made(1, "two", 300);
        assertThat(waiting).extracting(CompletableFuture::join).containsOnly("two");
    }

    @Test
    void tokenOfLessThanASecondIsNotRequestedMoreOftenThanOnceASecond() {
        CompletableFuture<String> first = provider.token().toCompletableFuture();
        made(0, "one", 0);
        assertThat(first.join()).isEqualTo("one");
        for (int i = 0; i < 10; i++) {
            assertThat(now()).isNull();
        }
        assertThat(asked).hasSize(1);
        assertThat(delayed).hasSize(1);
    }

    @Test
    void clockThatIsSetBackDoesNotProlongThePause() {
        now();
        asked.get(0).completeExceptionally(new IllegalStateException("down"));
        clock.advance(Duration.ofHours(-1));
        assertThat(now()).isNull();
        assertThat(asked).hasSize(2);
        made(1, "one", 300);
        assertThat(now()).isEqualTo("one");
    }

    @Test
    void clockThatIsSetBackRenewsTheToken() {
        now();
        made(0, "one", 300);
        clock.advance(Duration.ofHours(-1));
        assertThat(now()).isEqualTo("one");
        assertThat(asked).hasSize(2);
        made(1, "two", 300);
        assertThat(now()).isEqualTo("two");
    }

    @Test
    void sourceThatThrowsFailsTheStage() {
        RuntimeException broken = new IllegalStateException("broken");
        ServiceTokenProvider throwing = new ServiceTokenProvider(
                () -> {
                    throw broken;
                },
                clock);
        assertUnavailable(throwing.token().toCompletableFuture(), broken);
    }

    private static void assertUnavailable(CompletableFuture<String> token, Throwable cause) {
        AtomicReference<@Nullable Throwable> seen = new AtomicReference<>();
        token.exceptionally(failure -> {
                    seen.set(failure);
                    return "";
                })
                .join();
        assertThat(ApiPipeline.cause(java.util.Objects.requireNonNull(seen.get())))
                .isInstanceOfSatisfying(ApiException.class, failure -> {
                    assertThat(failure.status()).isEqualTo(503);
                    assertThat(failure).hasCause(cause);
                });
    }

    @Test
    void mintedTokenIsVerified() {
        SigningKey key = SigningKey.generate();
        TokenIssuer issuer =
                TokenIssuer.builder(key, Fixtures.ISSUER, Fixtures.AUDIENCE).build();
        ServiceTokenProvider minting = ServiceTokenProvider.minting(issuer, AccessTokenRequest.of(Fixtures.ALICE));
        String token = minting.token().toCompletableFuture().join();
        assertThat(minting.token().toCompletableFuture().join()).isSameAs(token);
        assertThat(AccessTokenVerifier.builder(
                                VerificationKeySet.of(key.verificationKey()), Fixtures.ISSUER, Fixtures.AUDIENCE)
                        .build()
                        .verify(token))
                .isInstanceOf(Verification.Verified.class);
    }

    @Test
    void fetchedTokenIsAskedForAsTheRfcSays() {
        AtomicReference<String> authorization = new AtomicReference<>("");
        AtomicReference<String> body = new AtomicReference<>("");
        try (IssuerServer server = new IssuerServer(exchange -> {
            authorization.set(exchange.getRequestHeaders().getFirst("Authorization"));
            body.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            IssuerServer.text(200, "{\"access_token\":\"abc\",\"token_type\":\"bearer\",\"expires_in\":300}")
                    .to(exchange);
        })) {
            ServiceTokenProvider fetching =
                    ServiceTokenProvider.fetching(server.uri(), "shop:1", "p w&%", Set.of("b", "a"));
            assertThat(fetching.token().toCompletableFuture().join()).isEqualTo("abc");
            assertThat(fetching.token().toCompletableFuture().join()).isEqualTo("abc");
            assertThat(server.requests).hasValue(1);
            assertThat(body).hasValue("grant_type=client_credentials&scope=a+b");
            byte[] pair = Base64.getDecoder()
                    .decode(String.valueOf(authorization.get()).substring("Basic ".length()));
            assertThat(new String(pair, StandardCharsets.UTF_8)).isEqualTo("shop%3A1:p+w%26%25");
            assertThat(fetching.toString()).doesNotContain("p w&%", "abc");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"access_token\":\"abc\"}",
                "{\"access_token\":7,\"token_type\":\"Bearer\"}",
                "{\"access_token\":\"abc\",\"token_type\":\"mac\"}",
                "{\"access_token\":\"abc\\r\\nX: y\",\"token_type\":\"Bearer\"}",
                "{\"access_token\":\"abc\",\"access_token\":\"d\",\"token_type\":\"Bearer\"}"
            })
    void answerWithoutABearerTokenIsAFailure(String answer) {
        try (IssuerServer server = new IssuerServer(IssuerServer.text(200, answer))) {
            ServiceTokenProvider fetching = ServiceTokenProvider.fetching(server.uri(), "a", "secret", Set.of());
            CompletableFuture<String> token = fetching.token().toCompletableFuture();
            assertThat(token.handle((value, failure) -> ApiPipeline.cause(failure))
                            .join())
                    .isInstanceOf(ApiException.class)
                    .hasMessageNotContaining("secret")
                    .rootCause()
                    .hasMessageNotContaining("abc");
        }
    }

    @Test
    void refusalOfTheServerIsAFailure() {
        try (IssuerServer server = new IssuerServer(IssuerServer.text(401, "no"))) {
            CompletableFuture<String> token = ServiceTokenProvider.fetching(server.uri(), "a", "b", Set.of())
                    .token()
                    .toCompletableFuture();
            assertThat(token.handle((value, failure) -> ApiPipeline.cause(failure))
                            .join())
                    .rootCause()
                    .hasMessageContaining("401");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        ServiceTokenProvider.fetching(URI.create("http://login.example/token"), "a", "b", Set.of()));
    }

    @Test
    void hugeLifeDoesNotHangAllCallers() {
        try (IssuerServer server = new IssuerServer(IssuerServer.text(
                200, "{\"access_token\":\"abc\",\"token_type\":\"bearer\",\"expires_in\":9223372036854775807}"))) {
            CompletableFuture<String> token = ServiceTokenProvider.fetching(server.uri(), "a", "b", Set.of())
                    .token()
                    .toCompletableFuture();
            assertThat(token.orTimeout(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                            .join())
                    .isEqualTo("abc");
        }
    }

    @Test
    void whoLooksJustBeforeATokenComesDoesNotFetchAnother() {
        AtomicInteger fetches = new AtomicInteger();
        AtomicBoolean between = new AtomicBoolean(true);
        List<ServiceTokenProvider> self = new ArrayList<>();
        Clock clock = new Clock() {
            @Override
            public Instant instant() {
                if (between.compareAndSet(true, false)) {
                    self.get(0).token();
                }
                return Fixtures.NOW;
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        self.add(new ServiceTokenProvider(
                () -> {
                    fetches.incrementAndGet();
                    return CompletableFuture.completedFuture(new ServiceTokenProvider.Made("t", Duration.ofMinutes(5)));
                },
                clock));
        self.get(0).token();
        assertThat(fetches).hasValue(1);
    }

    @Test
    void tokenWaitersDoNotGoOnOnTheTimerOfTheWholeJvm() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (IssuerServer server = new IssuerServer(exchange -> never.await())) {
            String thread = ServiceTokenProvider.fetching(server.uri(), "a", "b", Set.of())
                    .token()
                    .handle((token, failure) -> Thread.currentThread().getName())
                    .toCompletableFuture()
                    .get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            never.countDown();
            assertThat(thread).isNotEqualTo("CompletableFutureDelayScheduler");
        }
    }
}

package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.auth.Verification.Reason;
import dev.scalableapi.testkit.TestRun;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against an issuer over HTTP, in real time: intervals are short here, and nothing is asserted about how short. */
class RemoteJwkSetTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final SigningKey FIRST = SigningKey.generate();
    private static final SigningKey NEXT = SigningKey.generate();

    private final IssuerServer issuer = IssuerServer.publishing(FIRST);
    private final List<RemoteJwkSet> opened = new ArrayList<>();

    @AfterEach
    void stop() {
        opened.forEach(RemoteJwkSet::close);
        issuer.close();
    }

    private RemoteJwkSet.Builder builder() {
        return RemoteJwkSet.builder(issuer.uri()).timeToLive(LONG).interval(LONG);
    }

    private RemoteJwkSet open(RemoteJwkSet.Builder builder) {
        RemoteJwkSet keys = builder.build();
        opened.add(keys);
        return keys;
    }

    private RemoteJwkSet filled(RemoteJwkSet.Builder builder) {
        RemoteJwkSet keys = open(builder);
        assertThat(join(keys.refreshed()).keys()).hasSize(1);
        return keys;
    }

    private static AccessTokenVerifier verifier(VerificationKeySource keys) {
        return AccessTokenVerifier.builder(keys, Fixtures.ISSUER, Fixtures.AUDIENCE)
                .clock(Fixtures.at(Fixtures.NOW))
                .build();
    }

    private static String token(SigningKey key) {
        return Fixtures.issuer(key).issue(Fixtures.ALICE).value();
    }

    private static String unknown() {
        return Fixtures.token(
                FIRST,
                "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}".formatted(UUID.randomUUID()),
                Fixtures.claims(""));
    }

    private static <T> T join(java.util.concurrent.CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    @Test
    void firstTokenWaitsForTheFirstFetch() {
        AccessTokenVerifier verifier = verifier(open(builder()));
        assertThat(join(verifier.verifyAsync(token(FIRST), none -> false))).isInstanceOf(Verification.Verified.class);
        assertThat(verifier.verify(token(FIRST))).isInstanceOf(Verification.Verified.class);
        assertThat(issuer.requests).hasValue(1);
    }

    /** The issuer hangs, 10,000 random keys are named, and nobody whose key is known notices. */
    @Test
    void unknownKeysCostOneFetchAndDelayNoKnownKey() throws Exception {
        RemoteJwkSet keys = filled(builder().interval(Duration.ofMillis(50)).timeout(Duration.ofSeconds(20)));
        CountDownLatch release = new CountDownLatch(1);
        issuer.answer(exchange -> {
            release.await();
            IssuerServer.text(200, IssuerServer.jwks(FIRST)).to(exchange);
        });
        AccessTokenVerifier verifier = AccessTokenVerifier.builder(keys, Fixtures.ISSUER, Fixtures.AUDIENCE)
                .clock(Fixtures.at(Fixtures.NOW))
                .cachedTokens(0)
                .build();
        String valid = token(FIRST);
        // Out of the interval of the first fetch: the next unknown key begins one, which hangs.
        await().until(() -> {
            verifier.verifyAsync(unknown(), none -> false);
            return issuer.requests.get() == 2;
        });
        String any = unknown();
        String rest = any.substring(any.indexOf('.'));
        List<CompletableFuture<Verification>> waiting = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            String header = Base64Url.encode("{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}"
                    .formatted(UUID.randomUUID())
                    .getBytes(StandardCharsets.UTF_8));
            waiting.add(verifier.verifyAsync(header + rest, none -> false).toCompletableFuture());
            if (i % 100 == 0) {
                CompletableFuture<Verification> known =
                        verifier.verifyAsync(valid, none -> false).toCompletableFuture();
                assertThat(known.isDone()).isTrue();
                assertThat(known.join()).isInstanceOf(Verification.Verified.class);
            }
        }
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        assertThat(issuer.requests).hasValue(2);

        release.countDown();
        for (CompletableFuture<Verification> one : waiting) {
            assertThat(one.join()).isEqualTo(new Verification.Rejected(Reason.UNKNOWN_KEY));
        }
    }

    @Test
    void withinTheIntervalUnknownKeysAreRefusedAtOnce() {
        AccessTokenVerifier verifier = verifier(filled(builder()));
        for (int i = 0; i < 100; i++) {
            CompletableFuture<Verification> result =
                    verifier.verifyAsync(unknown(), none -> false).toCompletableFuture();
            assertThat(result.isDone()).isTrue();
            assertThat(result.join()).isEqualTo(new Verification.Rejected(Reason.UNKNOWN_KEY));
        }
        assertThat(issuer.requests).hasValue(1);
    }

    @Test
    void manyWhoAskAtOnceShareOneFetch() throws Exception {
        RemoteJwkSet keys = filled(builder().interval(Duration.ofMillis(50)));
        CountDownLatch release = new CountDownLatch(1);
        issuer.answer(exchange -> {
            release.await();
            IssuerServer.text(200, IssuerServer.jwks(FIRST, NEXT)).to(exchange);
        });
        await().until(() -> {
            keys.refreshed();
            return issuer.requests.get() == 2;
        });
        int threads = 16;
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<CompletableFuture<VerificationKeySet>> asked = new CopyOnWriteArrayList<>();
            List<Future<?>> tasks = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                tasks.add(pool.submit(() -> {
                    start.await();
                    return asked.add(keys.refreshed().toCompletableFuture());
                }));
            }
            for (Future<?> task : tasks) {
                task.get();
            }
            assertThat(asked).hasSize(threads).noneMatch(CompletableFuture::isDone);
            assertThat(issuer.requests).hasValue(2);
            asked.get(0).cancel(true);
            release.countDown();
            for (CompletableFuture<VerificationKeySet> one : asked.subList(1, threads)) {
                assertThat(one.join().find(NEXT.kid())).isPresent();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void newKeyIsAcceptedAfterOneFetchAndOldObjectsStay() {
        RemoteJwkSet keys = filled(builder().interval(Duration.ofMillis(50)));
        AccessTokenVerifier verifier = verifier(keys);
        VerificationKeySet before = keys.current();
        issuer.answer(IssuerServer.text(200, IssuerServer.jwks(NEXT, FIRST)));
        await().until(() -> join(verifier.verifyAsync(token(NEXT), none -> false)) instanceof Verification.Verified);
        assertThat(keys.current().find(FIRST.kid()).orElseThrow())
                .isSameAs(before.find(FIRST.kid()).orElseThrow());
    }

    @Test
    void unchangedAnswerKeepsTheSet() {
        RemoteJwkSet keys = filled(builder().interval(Duration.ofMillis(50)));
        VerificationKeySet before = keys.current();
        await().until(() -> {
            join(keys.refreshed());
            return issuer.requests.get() >= 3;
        });
        assertThat(keys.current()).isSameAs(before);
    }

    /** Without any request that would ask; and out of the memory of tokens, too. */
    @Test
    void removedKeyIsRefusedOnceTheTimeToLiveIsOver() {
        RemoteJwkSet keys = filled(builder().timeToLive(SHORT).interval(SHORT));
        AccessTokenVerifier verifier = verifier(keys);
        String token = token(FIRST);
        assertThat(verifier.verify(token)).isInstanceOf(Verification.Verified.class);
        assertThat(verifier.verify(token)).isInstanceOf(Verification.Verified.class);
        issuer.answer(IssuerServer.text(200, IssuerServer.jwks(NEXT)));
        await().until(() -> verifier.verify(token).equals(new Verification.Rejected(Reason.UNKNOWN_KEY)));
        assertThat(verifier.verify(token(NEXT))).isInstanceOf(Verification.Verified.class);
    }

    /** To the nanosecond, by a clock that the test moves; the background, in real time, is an hour away. */
    @Test
    void keysEndWithTheirLifeUnlessAFetchHasFailed() {
        AtomicLong time = new AtomicLong(System.nanoTime());
        RemoteJwkSet keys = filled(builder().nanoTime(time::get).staleIfError(LONG));
        AccessTokenVerifier verifier = verifier(keys);
        String token = token(FIRST);
        assertThat(verifier.verify(token)).isInstanceOf(Verification.Verified.class);
        time.addAndGet(LONG.toNanos());
        assertThat(verifier.verify(token)).isInstanceOf(Verification.Verified.class);
        time.incrementAndGet();
        assertThat(keys.current().keys()).isEmpty();
        assertThat(verifier.verify(token)).isEqualTo(new Verification.Rejected(Reason.KEYS_UNAVAILABLE));
        assertThat(join(verifier.verifyAsync(token, none -> false))).isInstanceOf(Verification.Verified.class);
    }

    @Test
    void afterAFailedFetchKeysServeToTheEndOfTheStaleTimeAndNoLonger() {
        AtomicLong time = new AtomicLong(System.nanoTime());
        RemoteJwkSet keys = filled(builder().nanoTime(time::get).staleIfError(LONG));
        issuer.answer(IssuerServer.text(500, "down"));
        time.addAndGet(LONG.toNanos() + 1);
        assertThat(join(keys.refreshed()).keys()).hasSize(1);
        time.addAndGet(LONG.toNanos() - 1);
        assertThat(keys.current().keys()).hasSize(1);
        time.incrementAndGet();
        assertThat(keys.current().keys()).isEmpty();
    }

    @Test
    void fetchThatBeganInTimeKeepsTheKeysWhileItIsUnderWay() {
        AtomicLong time = new AtomicLong(System.nanoTime());
        CountDownLatch release = new CountDownLatch(1);
        RemoteJwkSet keys = filled(
                builder().nanoTime(time::get).interval(Duration.ofMinutes(1)).timeout(Duration.ofSeconds(20)));
        issuer.answer(exchange -> {
            release.await();
            IssuerServer.text(200, IssuerServer.jwks(NEXT)).to(exchange);
        });
        time.addAndGet(LONG.toNanos());
        CompletableFuture<VerificationKeySet> fetch = keys.refreshed().toCompletableFuture();
        time.addAndGet(LONG.toNanos() / 2);
        assertThat(keys.current().find(FIRST.kid())).isPresent();
        release.countDown();
        assertThat(fetch.join().find(FIRST.kid())).isEmpty();
        time.addAndGet(LONG.toNanos() + 1);
        assertThat(keys.current().keys()).isEmpty();
    }

    @Test
    void downIssuersKeysServeUntilTheyAreTooOldAndAgainOnceItIsBack() {
        RemoteJwkSet keys = filled(builder().timeToLive(SHORT).interval(SHORT).staleIfError(Duration.ofMillis(600)));
        AccessTokenVerifier verifier = verifier(keys);
        issuer.answer(IssuerServer.text(500, "down"));
        int seen = issuer.requests.get();
        await().until(() -> issuer.requests.get() > seen);
        assertThat(keys.current().keys()).hasSize(1);
        await().until(() -> keys.current().keys().isEmpty());
        assertThat(verifier.verify(token(FIRST))).isEqualTo(new Verification.Rejected(Reason.KEYS_UNAVAILABLE));
        issuer.answer(IssuerServer.text(200, IssuerServer.jwks(FIRST)));
        await().until(() -> verifier.verify(token(FIRST)) instanceof Verification.Verified);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"keys\":{}}",
                "{\"keys\":[]}",
                "{\"keys\":[7]}",
                "{\"keys\":[{\"kty\":\"oct\",\"alg\":\"HS256\",\"k\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}",
                "{\"keys\":[{\"kty\":\"RSA\",\"use\":\"enc\"}]}",
                "{\"keys\":[]} {}"
            })
    void answerWithoutAUsableKeyChangesNothing(String answer) {
        RemoteJwkSet keys = filled(builder().interval(Duration.ofMillis(50)));
        VerificationKeySet before = keys.current();
        issuer.answer(IssuerServer.text(200, answer));
        await().until(() -> {
            join(keys.refreshed());
            return issuer.requests.get() >= 3;
        });
        assertThat(keys.current()).isSameAs(before);
    }

    @Test
    void redirectsLongAnswersAndDuplicateIdsAreNotTaken() {
        String different = IssuerServer.jwks(FIRST, NEXT).replace(NEXT.kid(), FIRST.kid());
        for (IssuerServer.Answer bad : List.<IssuerServer.Answer>of(
                exchange -> {
                    exchange.getResponseHeaders().add("Location", issuer.uri() + "2");
                    exchange.sendResponseHeaders(302, -1);
                },
                IssuerServer.text(200, IssuerServer.jwks(NEXT) + " ".repeat(70_000)),
                IssuerServer.text(200, different),
                IssuerServer.text(304, ""))) {
            issuer.answer(bad);
            int before = issuer.requests.get();
            RemoteJwkSet keys = open(builder().interval(Duration.ofMillis(50)));
            assertThat(join(keys.refreshed()).keys()).isEmpty();
            assertThat(issuer.requests.get()).isGreaterThan(before);
            keys.close();
        }
    }

    /** Beside what is not for us, what is. */
    @Test
    void keysThatAreNotForUsAreLeftOut() {
        String set = IssuerServer.jwks(FIRST);
        issuer.answer(IssuerServer.text(
                200,
                set.substring(0, set.length() - 2)
                        + ",{\"kty\":\"EC\",\"crv\":\"secp256k1\"},{\"kty\":\"new\"},{\"kty\":\"oct\",\"alg\":\"HS256\","
                        + "\"k\":\"AAAA\"}]}"));
        assertThat(join(open(builder()).refreshed()).keys()).containsExactly(FIRST.verificationKey());
    }

    @Test
    void unchangedSetIsAskedForByItsEntityTag() {
        issuer.answer(exchange -> {
            exchange.getResponseHeaders().add("ETag", "\"one\"");
            if ("\"one\"".equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
                exchange.sendResponseHeaders(304, -1);
            } else {
                IssuerServer.text(200, IssuerServer.jwks(FIRST)).to(exchange);
            }
        });
        RemoteJwkSet keys = filled(builder().interval(Duration.ofMillis(50)));
        VerificationKeySet before = keys.current();
        Duration age = keys.age().orElseThrow();
        await().until(() -> {
            join(keys.refreshed());
            return issuer.requests.get() >= 2 && keys.age().orElseThrow().compareTo(age) < 0;
        });
        assertThat(keys.current()).isSameAs(before);
    }

    @Test
    void issuerMayAskForEarlierFetches() {
        issuer.answer(exchange -> {
            exchange.getResponseHeaders().add("Cache-Control", "public, max-age=0");
            IssuerServer.text(200, IssuerServer.jwks(FIRST)).to(exchange);
        });
        open(builder().interval(Duration.ofMillis(50)));
        await().until(() -> issuer.requests.get() >= 3);
    }

    @Test
    void hangingIssuerIsGivenUp() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        issuer.answer(exchange -> never.await());
        RemoteJwkSet keys = open(builder().timeout(Duration.ofMillis(100)));
        assertThat(join(keys.refreshed()).keys()).isEmpty();
        never.countDown();
    }

    @Test
    void closedSetFetchesNoMore() {
        RemoteJwkSet keys = filled(builder().interval(Duration.ofMillis(50)));
        keys.close();
        int before = issuer.requests.get();
        await().during(Duration.ofMillis(200)).until(() -> {
            join(keys.refreshed());
            return issuer.requests.get() == before;
        });
        assertThat(keys.current().keys()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://issuer.example/keys",
                "http://127.0.0.1.example/keys",
                "http://10.0.0.1/keys",
                "ftp://issuer.example/keys",
                "file:///keys",
                "/keys",
                "https:keys",
                "https://user:secret@issuer.example/keys",
                "https://issuer.example/keys#a"
            })
    void addressThatAnybodyCouldAnswerForIsRefused(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RemoteJwkSet.builder(URI.create(uri)).build())
                .withMessageNotContaining("secret");
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        RemoteJwkSet.Builder builder = RemoteJwkSet.builder(issuer.uri());
        assertThatIllegalArgumentException().isThrownBy(() -> builder.timeToLive(Duration.ofMillis(49)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.interval(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.staleIfError(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.timeout(Duration.ofDays(2)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.httpClient(HttpClient.newBuilder()
                        .followRedirects(HttpClient.Redirect.ALWAYS)
                        .build()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.timeToLive(SHORT).interval(LONG).build());
        assertThat(RemoteJwkSet.builder(URI.create("http://issuer.internal/keys"))
                        .permitPlainHttp()
                        .httpClient(HttpClient.newHttpClient()))
                .isNotNull();
    }

    @Test
    void ageAndFetchesAreMeasured() {
        InMemoryMetricReader metrics = InMemoryMetricReader.create();
        OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
                .setMeterProvider(
                        SdkMeterProvider.builder().registerMetricReader(metrics).build())
                .build();
        RemoteJwkSet keys = filled(builder().openTelemetry(telemetry));
        assertThat(metrics.collectAllMetrics())
                .extracting(metric -> metric.getName())
                .contains("scalableapi.auth.key_set.age", "scalableapi.auth.key_set.fetches");
        assertThat(keys.toString()).contains(FIRST.kid());
    }

    @Test
    void waitersDoNotGoOnOnTheTimerOfTheWholeJvm() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (IssuerServer server = new IssuerServer(exchange -> never.await());
                RemoteJwkSet keys = RemoteJwkSet.builder(server.uri())
                        .timeout(Duration.ofMillis(300))
                        .build()) {
            String thread = keys.refreshed()
                    .thenApply(now -> Thread.currentThread().getName())
                    .toCompletableFuture()
                    .get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            never.countDown();
            assertThat(thread).isNotEqualTo("CompletableFutureDelayScheduler");
        }
    }

    @Test
    void fetchesForUnknownKeysDoNotMakeTheBackgroundFetchMore() {
        try (IssuerServer server = IssuerServer.publishing(FIRST);
                IssuerServer other = IssuerServer.publishing(FIRST);
                RemoteJwkSet keys = shortLived(server);
                RemoteJwkSet rarelyAsked = shortLived(other)) {
            await().pollInterval(Duration.ofMillis(10)).until(() -> {
                keys.refreshed().toCompletableFuture().join();
                return server.requests.get() >= 20;
            });
            int before = server.requests.get();
            int background = other.requests.get();
            await().until(() -> other.requests.get() >= background + 4);

            assertThat(rarelyAsked.current().keys()).hasSize(1);
            // Each of the twenty would have started a chain of fetches of its own.
            assertThat(server.requests.get() - before).isLessThan(4 * 5);
        }
    }

    private static RemoteJwkSet shortLived(IssuerServer server) {
        return RemoteJwkSet.builder(server.uri())
                .timeToLive(Duration.ofMillis(200))
                .interval(Duration.ofMillis(50))
                .build();
    }

    /** By a clock that stands still, so that the interval never ends. */
    @Test
    void keysAreFetchedAnewInTheBackgroundAlsoWhereTheirLifeIsTheInterval() {
        Duration life = Duration.ofMillis(200);
        try (IssuerServer server = IssuerServer.publishing(FIRST);
                RemoteJwkSet keys = RemoteJwkSet.builder(server.uri())
                        .nanoTime(() -> 0)
                        .timeToLive(life)
                        .interval(life)
                        .build()) {
            await().until(() -> server.requests.get() >= 2);
            assertThat(keys.current().keys()).hasSize(1);
        }
    }

    @Test
    void twoSetsShowTwoAges() {
        InMemoryMetricReader metrics = InMemoryMetricReader.create();
        OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
                .setMeterProvider(
                        SdkMeterProvider.builder().registerMetricReader(metrics).build())
                .build();
        try (IssuerServer one = IssuerServer.publishing(FIRST);
                IssuerServer two = IssuerServer.publishing(FIRST);
                RemoteJwkSet first =
                        RemoteJwkSet.builder(one.uri()).openTelemetry(telemetry).build();
                RemoteJwkSet second =
                        RemoteJwkSet.builder(two.uri()).openTelemetry(telemetry).build()) {
            first.refreshed().toCompletableFuture().join();
            second.refreshed().toCompletableFuture().join();
            assertThat(metrics.collectAllMetrics())
                    .filteredOn(metric -> metric.getName().endsWith("age"))
                    .allSatisfy(metric ->
                            assertThat(metric.getDoubleGaugeData().getPoints()).hasSize(2));
        }
        telemetry.close();
    }

    @Test
    void clientThatIsOverloadedOnceEndsNothing() {
        ExecutorService pool = Executors.newCachedThreadPool();
        AtomicBoolean full = new AtomicBoolean();
        Executor bounded = task -> {
            if (full.get()) {
                throw new RejectedExecutionException("full");
            }
            pool.execute(task);
        };
        HttpClient client = HttpClient.newBuilder().executor(bounded).build();
        try (IssuerServer server = IssuerServer.publishing(FIRST);
                RemoteJwkSet keys = RemoteJwkSet.builder(server.uri())
                        .httpClient(client)
                        .timeout(Duration.ofSeconds(1))
                        .timeToLive(Duration.ofMillis(450))
                        .interval(Duration.ofMillis(100))
                        .build()) {
            keys.refreshed().toCompletableFuture().join();
            full.set(true);
            Instant end = Instant.now().plusMillis(1500);
            assertThatCode(() -> await().until(() -> {
                        keys.refreshed();
                        return Instant.now().isAfter(end);
                    }))
                    .doesNotThrowAnyException();
            full.set(false);
            int before = server.requests.get();
            await().until(() -> server.requests.get() > before);
        } finally {
            pool.shutdownNow();
        }
    }
}

package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Routes;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What clients get while the server that publishes the keys is unavailable. */
class KeyOutageTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final SigningKey KNOWN = SigningKey.generate();
    private static final SigningKey NEXT = SigningKey.generate();

    private final IssuerServer issuer = new IssuerServer(IssuerServer.text(500, "down"));
    private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
    private final OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
            .setMeterProvider(
                    SdkMeterProvider.builder().registerMetricReader(metrics).build())
            .build();
    private final List<AutoCloseable> opened = new ArrayList<>(List.of(issuer, telemetry));

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    private RemoteJwkSet.Builder builder() {
        return RemoteJwkSet.builder(issuer.uri()).timeToLive(LONG).interval(LONG);
    }

    private RemoteJwkSet open(RemoteJwkSet.Builder builder) {
        RemoteJwkSet keys = builder.build();
        opened.add(keys);
        return keys;
    }

    private AccessTokenVerifier verifier(VerificationKeySource keys) {
        return AccessTokenVerifier.builder(keys, Fixtures.ISSUER, Fixtures.AUDIENCE)
                .clock(Fixtures.at(Fixtures.NOW))
                .openTelemetry(telemetry)
                .build();
    }

    private ApiPipeline pipeline(VerificationKeySource keys) {
        Routes routes = Routes.builder()
                .add("GET", "/mine", Access.authenticated(), ApiHandler.direct(request -> ApiResponse.text(200, "ok")))
                .build();
        return ApiPipeline.of(routes, AuthenticationFilter.of(verifier(keys)), AuthorizationFilter.create());
    }

    private static ApiResponse get(ApiPipeline pipeline, String token) {
        ApiRequest request = ApiRequest.builder("GET", "/mine")
                .header("Authorization", "Bearer " + token)
                .build();
        return pipeline.handle(request).toCompletableFuture().join();
    }

    private static String token(SigningKey key) {
        return Fixtures.issuer(key).issue(Fixtures.ALICE).value();
    }

    private static String unnamed(String algorithm) {
        String header = "{\"alg\":\"%s\",\"typ\":\"at+jwt\"}".formatted(algorithm);
        return Fixtures.token(KNOWN, header, Fixtures.claims(""));
    }

    private static void assertUnavailable(ApiResponse response) {
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.header("Retry-After"))
                .hasValueSatisfying(
                        seconds -> assertThat(Long.parseLong(seconds)).isPositive());
        assertThat(response.header("WWW-Authenticate")).isEmpty();
    }

    private long counted(String reason) {
        return metrics.collectAllMetrics().stream()
                .filter(metric -> metric.getName().equals("scalableapi.auth.verifications"))
                .flatMap(metric -> metric.getLongSumData().getPoints().stream())
                .filter(point -> reason.equals(point.getAttributes().get(AttributeKey.stringKey("reason"))))
                .mapToLong(point -> point.getValue())
                .sum();
    }

    @Test
    void tokenGets503WhileNoKeySetCouldBeFetchedAndIsCounted() {
        ApiPipeline pipeline = pipeline(open(builder()));
        assertUnavailable(get(pipeline, token(KNOWN)));
        assertUnavailable(get(pipeline, token(KNOWN)));
        assertUnavailable(get(pipeline, unnamed("ES256")));
        assertThat(counted("keys_unavailable")).isEqualTo(3);
        assertThat(counted("unknown_key")).isZero();
    }

    @Test
    void answerWithoutUsableKeysIsAnOutageToo() {
        issuer.answer(IssuerServer.text(200, "{\"keys\":[]}"));
        assertUnavailable(get(pipeline(open(builder())), token(KNOWN)));
    }

    @Test
    void serverThatHangsIsAnOutageToo() {
        CountDownLatch never = new CountDownLatch(1);
        issuer.answer(exchange -> never.await());
        assertUnavailable(get(pipeline(open(builder().timeout(Duration.ofMillis(50)))), token(KNOWN)));
        never.countDown();
    }

    @Test
    void serverThatIsNotThereIsAnOutageToo() {
        RemoteJwkSet.Builder builder = builder();
        issuer.close();
        assertUnavailable(get(pipeline(open(builder)), token(KNOWN)));
    }

    @Test
    void tokenThatNoKeyCanVerifyIsRejectedDuringTheOutageToo() {
        ApiPipeline pipeline = pipeline(open(builder()));
        for (String token : List.of("x", "a.b.c", unnamed("none"), unnamed("HS256"), unnamed("es256"))) {
            assertThat(get(pipeline, token).status()).as(token).isEqualTo(401);
        }
    }

    @Test
    void tokenIsAcceptedOnceTheKeysAreFetched() {
        ApiPipeline pipeline = pipeline(open(builder().interval(Duration.ofMillis(50))));
        assertUnavailable(get(pipeline, token(KNOWN)));
        issuer.answer(IssuerServer.text(200, IssuerServer.jwks(KNOWN)));
        await().until(() -> get(pipeline, token(KNOWN)).status() == 200);
        assertThat(get(pipeline, token(NEXT)).status()).isEqualTo(401);
    }

    /** The issuer may have begun to sign with a new key; known keys go on. */
    @Test
    void unknownKeyGets503WhileTheLastFetchHasFailed() {
        AtomicLong time = new AtomicLong(System.nanoTime());
        issuer.answer(IssuerServer.text(200, IssuerServer.jwks(KNOWN)));
        RemoteJwkSet keys = open(builder().nanoTime(time::get));
        ApiPipeline pipeline = pipeline(keys);
        assertThat(get(pipeline, token(KNOWN)).status()).isEqualTo(200);
        assertThat(get(pipeline, token(NEXT)).status()).isEqualTo(401);
        assertThat(keys.isStale()).isFalse();

        issuer.answer(IssuerServer.text(500, "down"));
        time.addAndGet(LONG.toNanos());
        assertUnavailable(get(pipeline, token(NEXT)));
        assertUnavailable(get(pipeline, token(NEXT)));
        assertThat(get(pipeline, token(KNOWN)).status()).isEqualTo(200);
        assertThat(keys.isStale()).isTrue();

        issuer.answer(IssuerServer.text(200, IssuerServer.jwks(KNOWN)));
        time.addAndGet(LONG.toNanos());
        assertThat(get(pipeline, token(NEXT)).status()).isEqualTo(401);
        assertThat(get(pipeline, token(KNOWN)).status()).isEqualTo(200);
        assertThat(keys.isStale()).isFalse();
    }

    @Test
    void keysThatAreTooOldAreAnOutageToo() {
        AtomicLong time = new AtomicLong(System.nanoTime());
        issuer.answer(IssuerServer.text(200, IssuerServer.jwks(KNOWN)));
        ApiPipeline pipeline = pipeline(open(builder().nanoTime(time::get).staleIfError(LONG)));
        assertThat(get(pipeline, token(KNOWN)).status()).isEqualTo(200);
        issuer.answer(IssuerServer.text(500, "down"));
        time.addAndGet(2 * LONG.toNanos() + 1);
        assertUnavailable(get(pipeline, token(KNOWN)));
    }

    @Test
    void verifierThatDoesNotWaitReportsTheOutageToo() {
        RemoteJwkSet keys = open(builder());
        keys.refreshed().toCompletableFuture().join();
        assertThat(verifier(keys).verify(token(KNOWN)))
                .isEqualTo(new Verification.Rejected(Verification.Reason.KEYS_UNAVAILABLE));
    }

    /** An empty set would be cached, and every token rejected by those who read it. */
    @Test
    void publisherOfAnotherIssuersKeysAnswers503WithoutThem() {
        JwkSetPublisher publisher = JwkSetPublisher.of(open(builder().interval(Duration.ofMillis(50))));
        ApiPipeline pipeline = ApiPipeline.of(
                Routes.builder().add("GET", "/keys", Access.open(), publisher).build());
        ApiRequest request = ApiRequest.builder("GET", "/keys").build();
        ApiResponse response = pipeline.handle(request).toCompletableFuture().join();
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.header("Retry-After")).isPresent();
        assertThat(response.header("ETag")).isEmpty();
        issuer.answer(IssuerServer.text(200, IssuerServer.jwks(KNOWN)));
        await().until(() ->
                pipeline.handle(request).toCompletableFuture().join().status() == 200);
    }
}

package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.scalableapi.auth.Verification.Reason;
import dev.scalableapi.auth.Verification.Rejected;
import dev.scalableapi.auth.Verification.Verified;
import dev.scalableapi.auth.audit.AuthEvent;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Against a server on loopback. */
class TokenIntrospectorTest {
    private static final String TOKEN = "ory_at_2YotnFZFEjr1zCsicMWpAA";
    private static final String ALICE =
            "{\"active\":true,\"sub\":\"alice\",\"client_id\":\"teas\",\"scope\":\"orders:read orders:write\"%s}";

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private final ManualClock clock = new ManualClock(Fixtures.NOW);
    private final List<AuthEvent> events = new CopyOnWriteArrayList<>();
    private final IssuerServer server = new IssuerServer(IssuerServer.text(500, ""));
    private final TokenIntrospector introspector = builder().build();

    private static boolean unproven(Confirmation confirmation) {
        return false;
    }

    @AfterEach
    void close() {
        server.close();
    }

    private TokenIntrospector.Builder builder() {
        return builder(ClientAuthentication.clientSecretBasic("api", "s3cr3t:/ä"));
    }

    private TokenIntrospector.Builder builder(ClientAuthentication client) {
        return TokenIntrospector.builder(server.uri(), client)
                .clock(clock)
                .nanoTime(nanos::get)
                .listener(events::add);
    }

    private void answer(int status, String body) {
        IssuerServer.Answer answer = IssuerServer.text(status, body);
        server.answer(exchange -> {
            seen.add(exchange.getRequestMethod() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII));
            answer.to(exchange);
        });
    }

    private void active(String more) {
        answer(200, ALICE.formatted(more));
    }

    private static String expiringIn(long seconds) {
        return ",\"exp\":" + (Fixtures.NOW.getEpochSecond() + seconds);
    }

    private static Verification verify(TokenVerifier verifier) {
        return verifier.verifyAsync(TOKEN, TokenIntrospectorTest::unproven)
                .toCompletableFuture()
                .join();
    }

    @Test
    void activeTokenBecomesTheCaller() {
        active(expiringIn(60)
                + ",\"jti\":\"id-1\",\"tenant\":\"acme\",\"roles\":[\"staff\"],\"iat\":5,\"email\":\"a@b\"");

        assertThat(verify(introspector)).isInstanceOfSatisfying(Verified.class, verified -> {
            assertThat(verified.caller().id()).isEqualTo("alice");
            assertThat(verified.caller().client()).contains("teas");
            assertThat(verified.caller().tenant()).contains("acme");
            assertThat(verified.caller().scopes()).isEqualTo(Set.of("orders:read", "orders:write"));
            assertThat(verified.caller().roles()).isEqualTo(Set.of("staff"));
            assertThat(verified.tokenId()).isEqualTo("id-1");
            assertThat(verified.expiresAt()).isEqualTo(Fixtures.NOW.plusSeconds(60));
            assertThat(verified.claims().text("email")).contains("a@b");
        });
        assertThat(seen)
                .containsExactly("POST Basic YXBpOnMzY3IzdCUzQSUyRiVDMyVBNA== application/x-www-form-urlencoded token="
                        + TOKEN + "&token_type_hint=access_token");
    }

    @Test
    void secretIsSentInTheBodyIfSoSet() {
        active("");
        verify(builder(ClientAuthentication.clientSecretPost("api", "s3cr3t:/ä"))
                .build());

        assertThat(seen)
                .containsExactly("POST null application/x-www-form-urlencoded token=" + TOKEN
                        + "&token_type_hint=access_token&client_id=api&client_secret=s3cr3t%3A%2F%C3%A4");
    }

    @Test
    void inactiveTokenIsRejected() {
        answer(200, "{\"active\":false}");

        assertThat(verify(introspector)).isEqualTo(new Rejected(Reason.INACTIVE));
        assertThat(events).containsExactly(new AuthEvent.TokenRejected("inactive"));
    }

    @Test
    void resultIsKeptForAWhile() {
        active("");
        verify(introspector);
        verify(introspector);
        assertThat(introspector.verifyCached(TOKEN, TokenIntrospectorTest::unproven))
                .isPresent();
        assertThat(introspector.verifyCached(TOKEN + "x", TokenIntrospectorTest::unproven))
                .isEmpty();
        assertThat(seen).hasSize(1);

        nanos.addAndGet(Duration.ofSeconds(30).toNanos());
        answer(200, "{\"active\":false}");
        assertThat(introspector.verifyCached(TOKEN, TokenIntrospectorTest::unproven))
                .isEmpty();
        assertThat(verify(introspector)).isEqualTo(new Rejected(Reason.INACTIVE));
        assertThat(seen).hasSize(2);
    }

    @Test
    void rejectionIsKeptForAShorterWhile() {
        answer(200, "{\"active\":false}");
        verify(introspector);
        verify(introspector);
        assertThat(seen).hasSize(1);

        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        active("");
        assertThat(verify(introspector)).isInstanceOf(Verified.class);
    }

    @Test
    void acceptedTokenIsNotKeptBeyondItsExpiry() {
        TokenIntrospector exact = builder().clockSkew(Duration.ZERO).build();
        active(expiringIn(20));
        assertThat(verify(exact)).isInstanceOf(Verified.class);

        clock.advance(Duration.ofSeconds(20));

        assertThat(exact.verifyCached(TOKEN, TokenIntrospectorTest::unproven)).isEmpty();
        assertThat(verify(exact)).isEqualTo(new Rejected(Reason.EXPIRED));
        assertThat(seen).hasSize(2);
    }

    @Test
    void activeTokenThatHasExpiredOrIsNotYetValidIsRejected() {
        active(expiringIn(-31));
        assertThat(verify(introspector)).isEqualTo(new Rejected(Reason.EXPIRED));

        TokenIntrospector other = builder().build();
        active(",\"nbf\":" + (Fixtures.NOW.getEpochSecond() + 31));
        assertThat(verify(other)).isEqualTo(new Rejected(Reason.NOT_YET_VALID));
    }

    @Test
    void nothingIsKeptIfSoSet() {
        TokenIntrospector forgetful = builder()
                .cacheFor(Duration.ZERO)
                .cacheRejectedFor(Duration.ZERO)
                .build();
        active("");
        assertThat(verify(forgetful)).isInstanceOf(Verified.class);
        assertThat(forgetful.verifyCached(TOKEN, TokenIntrospectorTest::unproven))
                .isEmpty();
        answer(200, "{\"active\":false}");
        verify(forgetful);
        verify(forgetful);

        assertThat(seen).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"token_type\":\"refresh_token\"",
                "\"token_type\":\"Refresh\"",
                "\"token_type\":\"N_A\"",
                "\"token_type\":\"\"",
                "\"token_type\":{}",
                "\"token_use\":\"refresh_token\"",
                "\"token_use\":\"id\"",
                "\"typ\":\"Refresh\"",
                "\"typ\":\"Offline\"",
                "\"typ\":\"ID\"",
                "\"typ\":\"logout+jwt\""
            })
    void activeTokenOfAnotherKindIsRejected(String kind) {
        active("," + kind);

        assertThat(verify(introspector)).isEqualTo(new Rejected(Reason.WRONG_CLAIM));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"token_type\":\"Bearer\"",
                "\"token_type\":\"bearer\"",
                "\"token_type\":null",
                "\"token_use\":\"access_token\"",
                "\"token_use\":\"access\"",
                "\"typ\":\"Bearer\",\"token_type\":\"Bearer\""
            })
    void accessTokenIsAcceptedHoweverTheServerNamesItsKind(String kind) {
        active("," + kind);

        assertThat(verify(introspector)).isInstanceOf(Verified.class);
    }

    static List<IssuerServer.Answer> failures() {
        return List.of(
                IssuerServer.text(500, ALICE.formatted("")),
                IssuerServer.text(503, ""),
                IssuerServer.text(401, "{\"active\":true,\"sub\":\"alice\"}"),
                IssuerServer.text(400, ""),
                IssuerServer.text(201, ALICE.formatted("")),
                IssuerServer.text(200, ""),
                IssuerServer.text(200, "active"),
                IssuerServer.text(200, "[true]"),
                IssuerServer.text(200, "{\"sub\":\"alice\"}"),
                IssuerServer.text(200, "{\"active\":\"true\",\"sub\":\"alice\"}"),
                IssuerServer.text(200, "{\"active\":1,\"sub\":\"alice\"}"),
                IssuerServer.text(200, "{\"active\":true,\"active\":false}"),
                IssuerServer.text(200, ALICE.formatted(",\"x\":\"" + "x".repeat(70_000) + "\"")),
                exchange -> {
                    exchange.getResponseHeaders().set("Location", "/other");
                    exchange.sendResponseHeaders(307, -1);
                },
                exchange -> exchange.close());
    }

    @ParameterizedTest
    @MethodSource("failures")
    void serverThatDoesNotAnswerProperlyMakesTheTokenUnavailableAndNothingIsKept(IssuerServer.Answer failure) {
        server.answer(failure);
        assertThat(verify(introspector)).isEqualTo(new Rejected(Reason.INTROSPECTION_UNAVAILABLE));
        assertThat(introspector.verifyCached(TOKEN, TokenIntrospectorTest::unproven))
                .isEmpty();

        active("");
        assertThat(verify(introspector)).isInstanceOf(Verified.class);
    }

    @Test
    void serverThatHangsMakesTheTokenUnavailable() {
        CountDownLatch end = new CountDownLatch(1);
        server.answer(exchange -> end.await());
        TokenIntrospector impatient = builder().timeout(Duration.ofMillis(50)).build();

        assertThat(verify(impatient)).isEqualTo(new Rejected(Reason.INTROSPECTION_UNAVAILABLE));
        end.countDown();
    }

    @Test
    void serverThatIsGoneMakesTheTokenUnavailableButAcceptedTokensPassWhileTheyAreKept() {
        active("");
        verify(introspector);
        server.close();

        assertThat(verify(introspector)).isInstanceOf(Verified.class);
        nanos.addAndGet(Duration.ofSeconds(30).toNanos());
        assertThat(verify(introspector)).isEqualTo(new Rejected(Reason.INTROSPECTION_UNAVAILABLE));
    }

    @Test
    void unavailabilityIs503ForTheClientAndRejectionIs401() {
        ApiPipeline api = ApiPipeline.of(
                ApiHandler.direct(request ->
                        ApiResponse.text(200, request.caller().orElseThrow().id())),
                AuthenticationFilter.of(introspector));

        ApiResponse unavailable = send(api);
        assertThat(unavailable.status()).isEqualTo(503);
        assertThat(unavailable.header("Retry-After")).hasValue("1");
        assertThat(unavailable.header("WWW-Authenticate")).isEmpty();

        active("");
        assertThat(send(api).status()).isEqualTo(200);

        nanos.addAndGet(Duration.ofSeconds(30).toNanos());
        answer(200, "{\"active\":false}");
        ApiResponse rejected = send(api);
        assertThat(rejected.status()).isEqualTo(401);
        assertThat(rejected.header("WWW-Authenticate")).hasValue("Bearer error=\"invalid_token\"");
    }

    private static ApiResponse send(ApiPipeline api) {
        ApiRequest request = ApiRequest.builder("GET", "/")
                .header("Authorization", "Bearer " + TOKEN)
                .build();
        return api.handle(request).toCompletableFuture().join();
    }

    @Test
    void requestsWithOneTokenAtOnceShareOneRequest() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        IssuerServer.Answer alice = IssuerServer.text(200, ALICE.formatted(""));
        server.answer(exchange -> {
            asked.countDown();
            answered.await();
            alice.to(exchange);
        });
        TokenIntrospector one =
                builder().maxConcurrent(1).timeout(Duration.ofMinutes(1)).build();
        List<CompletableFuture<Verification>> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            waiting.add(one.verifyAsync(TOKEN, TokenIntrospectorTest::unproven).toCompletableFuture());
        }
        asked.await();
        Verification other = one.verifyAsync("another", TokenIntrospectorTest::unproven)
                .toCompletableFuture()
                .join();
        answered.countDown();

        assertThat(other).isEqualTo(new Rejected(Reason.INTROSPECTION_UNAVAILABLE));
        assertThat(waiting).allSatisfy(result -> assertThat(result.join()).isInstanceOf(Verified.class));
        assertThat(server.requests).hasValue(1);
    }

    @Test
    void guessesDoNotDisplaceAcceptedTokens() {
        TokenIntrospector small = builder().maxCached(2).build();
        active("");
        verify(small);
        answer(200, "{\"active\":false}");
        for (int i = 0; i < 5; i++) {
            small.verifyAsync("guess" + i, TokenIntrospectorTest::unproven)
                    .toCompletableFuture()
                    .join();
        }

        assertThat(small.verifyCached(TOKEN, TokenIntrospectorTest::unproven)).isPresent();
    }

    @Test
    void issuerAndAudienceAreCheckedIfSoSet() {
        TokenIntrospector strict = builder()
                .issuer("https://issuer.example")
                .audience("orders")
                .cacheRejectedFor(Duration.ZERO)
                .build();
        String iss = ",\"iss\":\"https://issuer.example\"";

        active(iss);
        assertThat(verify(strict)).isEqualTo(new Rejected(Reason.MISSING_CLAIM));
        active(",\"aud\":\"orders\"");
        assertThat(verify(strict)).isEqualTo(new Rejected(Reason.MISSING_CLAIM));
        active(iss + ",\"aud\":\"other\"");
        assertThat(verify(strict)).isEqualTo(new Rejected(Reason.WRONG_AUDIENCE));
        active(",\"iss\":\"https://other.example\",\"aud\":\"orders\"");
        assertThat(verify(strict)).isEqualTo(new Rejected(Reason.WRONG_ISSUER));
        active(iss + ",\"aud\":[\"other\",\"orders\"]");
        assertThat(verify(strict)).isInstanceOf(Verified.class);
    }

    @Test
    void profileReadsTheServersOwnMembers() {
        TokenIntrospector keycloak = builder()
                .profile(TokenProfile.keycloak("orders"))
                .issuer("https://sso.example/realms/teas")
                .audience("orders")
                .build();
        active(expiringIn(60) + ",\"iss\":\"https://sso.example/realms/teas\",\"aud\":\"orders\",\"typ\":\"Bearer\","
                + "\"iat\":5,\"jti\":\"1\",\"azp\":\"web\",\"realm_access\":{\"roles\":[\"admin\"]}");

        assertThat(verify(keycloak))
                .isInstanceOfSatisfying(
                        Verified.class,
                        verified -> assertThat(verified.caller().roles()).isEqualTo(Set.of("admin")));
    }

    @Test
    void tokenWithoutASubjectNeedsAProfileThatNamesAnother() {
        answer(200, "{\"active\":true,\"client_id\":\"worker\"}");
        assertThat(verify(introspector)).isEqualTo(new Rejected(Reason.MISSING_CLAIM));

        TokenIntrospector clients = builder()
                .profile(TokenProfile.builder(TokenIntrospector.profile())
                        .subject(ClaimSource.of("sub"), ClaimSource.of("client_id"))
                        .build())
                .build();
        assertThat(verify(clients))
                .isInstanceOfSatisfying(
                        Verified.class,
                        verified -> assertThat(verified.caller().id()).isEqualTo("worker"));
    }

    @Test
    void boundTokenNeedsAProofEachTime() {
        active(",\"cnf\":{\"jkt\":\"thumb\"}");
        Predicate<Confirmation> proven = confirmation -> confirmation.value().equals("thumb");

        assertThat(verify(introspector)).isEqualTo(new Rejected(Reason.PROOF_REQUIRED));
        assertThat(introspector.verifyCached(TOKEN, TokenIntrospectorTest::unproven))
                .isEmpty();
        assertThat(introspector.verifyCached(TOKEN, proven)).isPresent();
        assertThat(introspector.verifyAsync(TOKEN, proven).toCompletableFuture().join())
                .isInstanceOf(Verified.class);
        assertThat(seen).hasSize(1);
    }

    @Test
    void tooLongTokenIsRejectedWithoutARequest() {
        String longToken = "x".repeat(8_193);

        assertThat(introspector
                        .verifyAsync(longToken, TokenIntrospectorTest::unproven)
                        .toCompletableFuture()
                        .join())
                .isEqualTo(new Rejected(Reason.TOO_LARGE));
        assertThat(introspector.verifyCached(longToken, TokenIntrospectorTest::unproven))
                .isEmpty();
        assertThat(server.requests).hasValue(0);
    }

    @Test
    void tokenIsOneValueOfTheForm() {
        active("");
        introspector
                .verifyAsync("a&token=b c", TokenIntrospectorTest::unproven)
                .toCompletableFuture()
                .join();

        assertThat(seen.get(0)).endsWith(" token=a%26token%3Db+c&token_type_hint=access_token");
    }

    @Test
    void neitherTokenNorSecretIsLoggedOrCounted() {
        Logger logger = (Logger) LoggerFactory.getLogger("dev.scalableapi.auth");
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
        InMemoryMetricReader reader = InMemoryMetricReader.create();
        OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
                .setMeterProvider(
                        SdkMeterProvider.builder().registerMetricReader(reader).build())
                .build();
        try {
            TokenIntrospector counted = builder()
                    .openTelemetry(telemetry)
                    .cacheFor(Duration.ZERO)
                    .cacheRejectedFor(Duration.ZERO)
                    .build();
            verify(counted);
            answer(200, "{\"active\":false,\"secret\":\"" + TOKEN + "\"}");
            verify(counted);
            answer(200, TOKEN);
            verify(counted);
            active("");
            verify(counted);

            List<String> metrics = reader.collectAllMetrics().stream()
                    .map(MetricData::toString)
                    .toList();
            assertThat(metrics)
                    .anyMatch(metric -> metric.contains("scalableapi.auth.introspections")
                            && metric.contains("accepted")
                            && metric.contains("rejected")
                            && metric.contains("failure"));
            assertThat(metrics).noneMatch(metric -> metric.contains(TOKEN) || metric.contains("s3cr3t"));
            assertThat(log.list)
                    .isNotEmpty()
                    .allSatisfy(event -> assertThat(event.getFormattedMessage() + event.getThrowableProxy())
                            .doesNotContain(TOKEN, "s3cr3t"));
            assertThat(log.list.stream().filter(event -> event.getLevel() == Level.WARN))
                    .hasSize(1);
            assertThat(counted).hasToString("TokenIntrospector");
        } finally {
            logger.detachAppender(log);
            logger.setLevel(null);
            logger.setAdditive(true);
            telemetry.close();
        }
    }

    @Test
    void unfitSettingsAreRejected() {
        ClientAuthentication client = ClientAuthentication.clientSecretBasic("a", "b");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenIntrospector.builder(URI.create("http://as.example/i"), client)
                        .build());
        assertThatCode(() -> TokenIntrospector.builder(URI.create("http://as.example/i"), client)
                        .permitPlainHttp()
                        .build())
                .doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder()
                        .httpClient(HttpClient.newBuilder()
                                .followRedirects(HttpClient.Redirect.NORMAL)
                                .build()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().profile(TokenProfile.rfc9068()).build());
        assertThatIllegalArgumentException().isThrownBy(() -> builder().cacheFor(Duration.ofHours(2)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().cacheRejectedFor(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().timeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().clockSkew(Duration.ofHours(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().maxCached(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().maxConcurrent(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().maxLength(0));
    }

    @Test
    void claimsOfTheResponseAreLeftInTheExchange() {
        active("");
        ApiRequest request = ApiRequest.builder("GET", "/")
                .header("Authorization", "Bearer " + TOKEN)
                .build();
        ApiPipeline.of(ApiHandler.direct(r -> ApiResponse.of(200)), AuthenticationFilter.of(introspector))
                .handle(request)
                .toCompletableFuture()
                .join();

        Optional<Verified> token = request.exchange().get(Verified.KEY);
        assertThat(token.orElseThrow().claims().text("client_id")).contains("teas");
    }
}

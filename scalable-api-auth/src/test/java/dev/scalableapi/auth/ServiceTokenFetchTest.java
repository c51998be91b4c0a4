package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.auth0.jwt.JWT;
import com.auth0.jwt.interfaces.DecodedJWT;
import com.sun.net.httpserver.HttpExchange;
import dev.scalableapi.testkit.TestRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The requests that reach a token endpoint, which is a real HTTP server. */
class ServiceTokenFetchTest {
    private static final String TOKEN = "{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":300}";
    private static final ClientAuthentication BASIC = ClientAuthentication.clientSecretBasic("shop", "s3cret");

    private final ManualClock clock = new ManualClock(Fixtures.NOW);
    private final Queue<Received> received = new ConcurrentLinkedQueue<>();
    private final IssuerServer server = new IssuerServer(answering(TOKEN));

    @AfterEach
    void close() {
        server.close();
    }

    private IssuerServer.Answer answering(String json) {
        return exchange -> {
            received.add(Received.of(exchange));
            IssuerServer.text(200, json).to(exchange);
        };
    }

    private ServiceTokenProvider.Builder builder(ClientAuthentication client) {
        return ServiceTokenProvider.builder(server.uri(), client).clock(clock);
    }

    private static String token(ServiceTokenProvider provider) {
        return provider.token().toCompletableFuture().join();
    }

    /** The last request. */
    private Received received(ServiceTokenProvider.Builder builder) {
        assertThat(token(builder.build())).isEqualTo("abc");
        return List.copyOf(received).get(received.size() - 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",\"expires_in\":null",
                ",\"expires_in\":0",
                ",\"expires_in\":-1",
                ",\"expires_in\":0.5",
                ",\"expires_in\":\"0\"",
                ",\"expires_in\":\"-300\"",
                ",\"expires_in\":\"+300\"",
                ",\"expires_in\":\"3e2\"",
                ",\"expires_in\":\"\u0663\u0660\u0660\"",
                ",\"expires_in\":\"soon\"",
                ",\"expires_in\":\"\"",
                ",\"expires_in\":true",
                ",\"expires_in\":[300]",
                ",\"expires_in\":{}"
            })
    void tokenWithoutAUsableLifetimeIsKeptForTheDefaultLifetime(String expiresIn) {
        server.answer(answering("{\"access_token\":\"abc\",\"token_type\":\"Bearer\"" + expiresIn + "}"));
        ServiceTokenProvider provider =
                builder(BASIC).defaultLifetime(Duration.ofSeconds(100)).build();
        for (int i = 0; i < 10; i++) {
            assertThat(token(provider)).isEqualTo("abc");
        }
        clock.advance(Duration.ofSeconds(70));
        assertThat(token(provider)).isEqualTo("abc");
        assertThat(received).hasSize(1);

        clock.advance(Duration.ofSeconds(30));
        assertThat(token(provider)).isEqualTo("abc");
        assertThat(received).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "3600, 3600",
        "'\"3600\"', 3600",
        "3.6e3, 3600",
        "3600.9, 3600",
        "1e30, 86400",
        "1e999999999, 86400",
        "9223372036854775807, 86400",
        "99999999999999999999999999999999, 86400",
        "'\"9999999999999999999999\"', 86400"
    })
    void lifetimeOfTheResponseIsUsedUpToADay(String expiresIn, int seconds) {
        server.answer(
                answering("{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":" + expiresIn + "}"));
        ServiceTokenProvider provider =
                builder(BASIC).defaultLifetime(Duration.ofSeconds(1)).build();
        assertThat(token(provider)).isEqualTo("abc");
        clock.advance(Duration.ofSeconds(seconds - 80));
        assertThat(token(provider)).isEqualTo("abc");
        assertThat(received).hasSize(1);

        clock.advance(Duration.ofSeconds(80));
        assertThat(token(provider)).isEqualTo("abc");
        assertThat(received).hasSize(2);
    }

    @Test
    void failedRequestIsRepeatedAfterASecondAtTheEarliest() {
        server.answer(exchange -> {
            received.add(Received.of(exchange));
            IssuerServer.text(503, "down").to(exchange);
        });
        ServiceTokenProvider provider = builder(BASIC).build();
        for (int i = 0; i < 10; i++) {
            assertThat(provider.token().toCompletableFuture()).failsWithin(TestRun.PATIENCE);
        }
        clock.advance(Duration.ofMillis(999));
        assertThat(provider.token().toCompletableFuture()).failsWithin(TestRun.PATIENCE);
        assertThat(received).hasSize(1);

        clock.advance(Duration.ofMillis(1));
        server.answer(answering(TOKEN));
        assertThat(token(provider)).isEqualTo("abc");
        assertThat(received).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"error\":\"invalid_client\",\"error_description\":\"s3cret\"}', status 401 and error invalid_client",
        "'{\"error\":\"S3CRET\"}', status 401",
        "'{\"error\":[]}', status 401",
        "s3cret, status 401",
        "'', status 401"
    })
    void failureHasTheStatusAndTheErrorCodeOfTheServerAndNothingElseOfTheResponse(String body, String message) {
        server.answer(IssuerServer.text(401, body));
        assertThat(builder(BASIC).build().token().toCompletableFuture())
                .failsWithin(TestRun.PATIENCE)
                .withThrowableOfType(ExecutionException.class)
                .havingRootCause()
                .withMessage("The token endpoint answered with " + message);
    }

    @Test
    void callersThatWaitShareOneRequest() {
        CountDownLatch hold = new CountDownLatch(1);
        server.answer(exchange -> {
            hold.await();
            answering(TOKEN).to(exchange);
        });
        ServiceTokenProvider provider = builder(BASIC).build();
        List<CompletableFuture<String>> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(provider.token().toCompletableFuture());
        }
        hold.countDown();
        assertThat(waiting).extracting(CompletableFuture::join).containsOnly("abc");
        assertThat(received).hasSize(1);
    }

    @Test
    void rejectedTokenIsReplaced() {
        ServiceTokenProvider provider = builder(BASIC).build();
        assertThat(token(provider)).isEqualTo("abc");
        clock.advance(Duration.ofSeconds(1));
        server.answer(answering(TOKEN.replace("abc", "def")));
        provider.invalidate("abc");
        provider.invalidate("abc");
        assertThat(token(provider)).isEqualTo("def");
        assertThat(received).hasSize(2);
    }

    @Test
    void parametersAreSentAsAForm() {
        Received request = received(builder(BASIC)
                .scopes(Set.of("b", "a"))
                .audience("https://orders.example/?a=b&c")
                .resource(URI.create("https://orders.example/v1"))
                .resource(URI.create("urn:example:stock")));
        assertThat(request.contentType).isEqualTo("application/x-www-form-urlencoded");
        assertThat(request.body)
                .isEqualTo("grant_type=client_credentials&scope=a+b"
                        + "&audience=https%3A%2F%2Forders.example%2F%3Fa%3Db%26c"
                        + "&resource=https%3A%2F%2Forders.example%2Fv1&resource=urn%3Aexample%3Astock");
    }

    @Test
    void parametersThatAreNotSetAreNotSent() {
        assertThat(received(builder(BASIC)).body).isEqualTo("grant_type=client_credentials");
    }

    @Test
    void settingOfABuilderIsNotRepeatedInALaterProvider() {
        ServiceTokenProvider.Builder builder = builder(BASIC).scopes(Set.of("a"));
        assertThat(received(builder).body).isEqualTo(received(builder).body);
        assertThat(received(builder.scopes(Set.of("b"))).body).isEqualTo("grant_type=client_credentials&scope=b");
    }

    @Test
    void clientSecretBasicEncodesIdAndSecretAsInAForm() {
        Received request = received(builder(ClientAuthentication.clientSecretBasic("shop:1", "p w&%+~\u00e9")));
        String pair = new String(
                Base64.getDecoder().decode(request.authorization.substring("Basic ".length())),
                StandardCharsets.US_ASCII);
        assertThat(pair).isEqualTo("shop%3A1:p+w%26%25%2B%7E%C3%A9");
        assertThat(request.form()).containsOnlyKeys("grant_type");
    }

    @Test
    void clientSecretPostSendsIdAndSecretInTheBodyOnly() {
        Received request = received(builder(ClientAuthentication.clientSecretPost("shop:1", "p w&%+~\u00e9")));
        assertThat(request.authorization).isEmpty();
        assertThat(request.form())
                .isEqualTo(Map.of(
                        "grant_type", "client_credentials", "client_id", "shop:1", "client_secret", "p w&%+~\u00e9"));
    }

    @ParameterizedTest
    @EnumSource(
            value = SignatureAlgorithm.class,
            names = {"HS256", "HS384", "HS512"},
            mode = EnumSource.Mode.EXCLUDE)
    void privateKeyJwtSignsAnAssertionWithTheAlgorithmOfTheKey(SignatureAlgorithm algorithm) throws Exception {
        SigningKey key = SigningKey.generate(algorithm);
        Received request = received(builder(ClientAuthentication.privateKeyJwt("shop", key)));
        assertThat(request.authorization).isEmpty();
        assertThat(request.form())
                .containsEntry("client_id", "shop")
                .containsEntry("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
                .containsOnlyKeys("grant_type", "client_id", "client_assertion_type", "client_assertion");

        String assertion = request.parameter("client_assertion");
        DecodedJWT jwt = JWT.decode(assertion);
        assertThat(jwt.getAlgorithm()).isEqualTo(algorithm.jwsName());
        assertThat(jwt.getKeyId()).isEqualTo(key.kid());
        assertThat(jwt.getType()).isEqualTo("JWT");
        assertThat(jwt.getIssuer()).isEqualTo("shop");
        assertThat(jwt.getSubject()).isEqualTo("shop");
        assertThat(jwt.getAudience()).containsExactly(server.uri().toString());
        assertThat(jwt.getIssuedAtAsInstant()).isEqualTo(Fixtures.NOW);
        assertThat(jwt.getExpiresAtAsInstant()).isEqualTo(Fixtures.NOW.plusSeconds(60));
        assertThat(jwt.getId()).hasSize(22);
        byte[] signed = assertion.substring(0, assertion.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII);
        assertThat(key.verificationKey()
                        .signatureCheck()
                        .verifies(
                                signed,
                                signed.length,
                                Base64.getUrlDecoder().decode(assertion.substring(assertion.lastIndexOf('.') + 1))))
                .isTrue();
    }

    @Test
    void eachRequestHasAnAssertionOfItsOwn() {
        ServiceTokenProvider.Builder builder =
                builder(ClientAuthentication.privateKeyJwt("shop", SigningKey.generate(), "https://issuer.example"));
        DecodedJWT first = JWT.decode(received(builder).parameter("client_assertion"));
        clock.advance(Duration.ofMinutes(10));
        DecodedJWT second = JWT.decode(received(builder).parameter("client_assertion"));
        assertThat(first.getAudience()).containsExactly("https://issuer.example");
        assertThat(second.getId()).isNotEqualTo(first.getId());
        assertThat(second.getIssuedAtAsInstant()).isEqualTo(Fixtures.NOW.plusSeconds(600));
    }

    @Test
    void requestsGoThroughTheClientOfTheCaller() {
        try (IssuerServer proxy = new IssuerServer(answering(TOKEN.replace("abc", "through-the-proxy")))) {
            HttpClient client = HttpClient.newBuilder()
                    .proxy(ProxySelector.of(new InetSocketAddress(
                            InetAddress.getLoopbackAddress(), proxy.uri().getPort())))
                    .build();
            assertThat(token(builder(BASIC).httpClient(client).build())).isEqualTo("through-the-proxy");
            assertThat(proxy.requests).hasValue(1);
            assertThat(server.requests).hasValue(0);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = HttpClient.Redirect.class,
            names = {"ALWAYS", "NORMAL"})
    void clientThatFollowsRedirectsIsRejected(HttpClient.Redirect redirects) {
        HttpClient client = HttpClient.newBuilder().followRedirects(redirects).build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder(BASIC).httpClient(client))
                .withMessageContaining("redirects");
    }

    @Test
    void redirectOfTheTokenEndpointIsAFailure() {
        try (IssuerServer other = new IssuerServer(answering(TOKEN))) {
            server.answer(exchange -> {
                exchange.getResponseHeaders().set("Location", other.uri().toString());
                exchange.sendResponseHeaders(307, -1);
            });
            assertThat(builder(BASIC).build().token().toCompletableFuture()).failsWithin(TestRun.PATIENCE);
            assertThat(other.requests).hasValue(0);
        }
    }

    @Test
    void wrongSettingIsRejectedAtTheStart() {
        ServiceTokenProvider.Builder builder = builder(BASIC);
        SigningKey shared = SigningKey.generate(SignatureAlgorithm.HS256);
        assertThatIllegalArgumentException().isThrownBy(() -> builder.defaultLifetime(Duration.ofMillis(999)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.defaultLifetime(Duration.ofDays(1).plusNanos(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.audience(""));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.audience("\ud800"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.resource(URI.create("/orders")));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.resource(URI.create("https://a.example/#b")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder(BASIC).scopes(Set.of("a b")).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServiceTokenProvider.builder(URI.create("http://issuer.example/token"), BASIC));
        assertThatIllegalArgumentException().isThrownBy(() -> ClientAuthentication.clientSecretBasic("", "s"));
        assertThatIllegalArgumentException().isThrownBy(() -> ClientAuthentication.clientSecretBasic("a", ""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientAuthentication.clientSecretPost("a", "\udc00"))
                .withMessageNotContaining("\udc00");
        assertThatIllegalArgumentException().isThrownBy(() -> ClientAuthentication.privateKeyJwt("a", shared));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientAuthentication.privateKeyJwt("a", SigningKey.generate(), ""));
    }

    @Test
    void textFormsContainNoSecret() {
        ClientAuthentication post = ClientAuthentication.clientSecretPost("shop", "s3cret");
        ServiceTokenProvider provider = builder(post).build();
        assertThat(token(provider)).isEqualTo("abc");
        assertThat(List.of(BASIC.toString(), post.toString(), provider.toString()))
                .allSatisfy(text -> assertThat(text).doesNotContain("s3cret", "abc"));
    }

    private record Received(String authorization, String contentType, String body) {
        private static Received of(HttpExchange exchange) throws IOException {
            return new Received(
                    present(exchange.getRequestHeaders().getFirst("Authorization")),
                    present(exchange.getRequestHeaders().getFirst("Content-Type")),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII));
        }

        private static String present(@Nullable String field) {
            return field == null ? "" : field;
        }

        private String parameter(String name) {
            return Objects.requireNonNull(form().get(name));
        }

        private Map<String, String> form() {
            Map<String, String> form = new TreeMap<>();
            for (String parameter : body.split("&", -1)) {
                String[] parts = parameter.split("=", 2);
                form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
            return form;
        }
    }
}

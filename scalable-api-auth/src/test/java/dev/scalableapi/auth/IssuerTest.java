package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.scalableapi.auth.Verification.Reason;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Discovery over HTTP, against a server whose answers the test sets by path. */
class IssuerTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final SigningKey KEY = SigningKey.generate();
    private static final SigningKey NEXT = SigningKey.generate();
    private static final String OPENID = "/.well-known/openid-configuration";
    private static final String OAUTH = "/.well-known/oauth-authorization-server";

    private final Map<String, IssuerServer.Answer> answers = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final IssuerServer server = new IssuerServer(exchange -> {
        String path = exchange.getRequestURI().toString();
        asked.add(path);
        answers.getOrDefault(path, IssuerServer.text(404, "nothing here")).to(exchange);
    });
    private final String origin = server.uri().toString().replace("/keys", "");
    private final List<Issuer> opened = new ArrayList<>();

    @AfterEach
    void stop() {
        opened.forEach(Issuer::close);
        server.close();
    }

    private void answer(String path, String body) {
        answers.put(path, IssuerServer.text(200, body));
    }

    private String metadata(String issuer, String more) {
        return "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\"%s}".formatted(issuer, origin, more);
    }

    /** An issuer with a path, with metadata for OpenID Connect and one key. */
    private String usual() {
        String issuer = origin + "/realms/shop";
        answer("/realms/shop" + OPENID, metadata(issuer, ""));
        answer("/keys", IssuerServer.jwks(KEY));
        return issuer;
    }

    private Issuer discover(String issuer) {
        return discover(issuer, keys -> keys.interval(LONG).timeToLive(LONG));
    }

    private Issuer discover(String issuer, UnaryOperator<RemoteJwkSet.Builder> settings) {
        Issuer discovered = Issuer.discover(URI.create(issuer), settings);
        opened.add(discovered);
        return discovered;
    }

    private static VerificationKeySet keys(VerificationKeySource source) {
        return source.refreshed().toCompletableFuture().join();
    }

    private static AccessTokenVerifier verifier(Issuer issuer) {
        return AccessTokenVerifier.builder(issuer, Fixtures.AUDIENCE)
                .clock(Fixtures.at(Fixtures.NOW))
                .build();
    }

    private static String token(SigningKey key, String issuer) {
        return Fixtures.token(key, Fixtures.header(key), Fixtures.claims("").replace(Fixtures.ISSUER, issuer));
    }

    private static Verification verify(Issuer issuer, String token) {
        return verifier(issuer)
                .verifyAsync(token, none -> false)
                .toCompletableFuture()
                .join();
    }

    @Test
    void tokenOfADiscoveredIssuerIsAccepted() {
        Issuer issuer = discover(usual());
        assertThat(verify(issuer, token(KEY, issuer.identifier()))).isInstanceOf(Verification.Verified.class);
        assertThat(verify(issuer, token(KEY, Fixtures.ISSUER)))
                .isEqualTo(new Verification.Rejected(Reason.WRONG_ISSUER));
        assertThat(asked).containsExactly("/realms/shop" + OPENID, "/keys");
        assertThat(issuer).hasToString("Issuer[" + origin + "/realms/shop]");
        assertThat(issuer.age()).isPresent();
        assertThat(issuer.isStale()).isFalse();
    }

    /** The slash is left out of the address, but belongs to the identifier. */
    @Test
    void trailingSlashIsKeptInTheIdentifier() {
        answer("/keys", IssuerServer.jwks(KEY));
        for (String path : List.of("/", "/realms/shop/")) {
            answer(path.substring(0, path.length() - 1) + OPENID, metadata(origin + path, ""));
            Issuer issuer = discover(origin + path);
            assertThat(verify(issuer, token(KEY, origin + path))).isInstanceOf(Verification.Verified.class);
        }
    }

    @Test
    void oauthMetadataAreReadIfThereAreNoneForOpenId() {
        answer("/keys", IssuerServer.jwks(KEY));
        for (String path : List.of("", "/realms/shop", "/tenant/")) {
            String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
            answer(OAUTH + trimmed, metadata(origin + path, ""));
            asked.clear();
            assertThat(keys(discover(origin + path)).keys()).as(path).hasSize(1);
            assertThat(asked).containsExactly(trimmed + OPENID, OAUTH + trimmed, "/keys");
        }
    }

    @Test
    void addressOfTheMetadataIsRememberedUntilItIsAbsent() {
        String issuer = origin + "/a";
        answer(OAUTH + "/a", metadata(issuer, ""));
        answer("/keys", IssuerServer.jwks(KEY));
        discover(issuer, keys -> keys.interval(SHORT).timeToLive(SHORT));
        await().until(() -> asked.size() >= 7);
        assertThat(asked.subList(0, 5)).containsExactly("/a" + OPENID, OAUTH + "/a", "/keys", OAUTH + "/a", "/keys");
        answer("/a" + OPENID, metadata(issuer, ""));
        answers.remove(OAUTH + "/a");
        int before = asked.size();
        await().until(() -> asked.subList(before, asked.size()).contains("/a" + OPENID));
    }

    @Test
    void metadataOfAnotherIssuerAreNotTakenAndTheWarningNamesBoth() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(RemoteJwkSet.class);
        logger.addAppender(log);
        String issuer = usual();
        for (String other : List.of(
                issuer + "/",
                issuer.toUpperCase(java.util.Locale.ROOT),
                origin,
                "https://evil.example",
                issuer + "\\n",
                issuer.replace("shop", "{tenantid}x"))) {
            answer("/realms/shop" + OPENID, metadata(other, ""));
            Issuer discovered = discover(issuer);
            assertThat(keys(discovered).keys()).as(other).isEmpty();
            assertThat(keys(Issuer.forAllTenants(discovered)).keys()).as(other).isEmpty();
            assertThat(verify(discovered, token(KEY, issuer)))
                    .as(other)
                    .isEqualTo(new Verification.Rejected(Reason.KEYS_UNAVAILABLE));
        }
        logger.detachAppender(log);
        assertThat(asked).doesNotContain("/keys");
        assertThat(log.list)
                .hasSize(6)
                .first()
                .satisfies(event -> assertThat(event.getThrowableProxy().getMessage())
                        .contains('"' + issuer + "/\"", '"' + issuer + '"'));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://10.0.0.1/keys",
                "http://issuer.example/keys",
                "ftp://127.0.0.1/keys",
                "file:///etc/keys",
                "/keys",
                "ORIGIN/keys#fragment",
                "http://user:secret@HOST/keys",
                "not a uri",
                ""
            })
    void addressOfTheKeysIsChecked(String jwksUri) {
        answer("/keys", IssuerServer.jwks(KEY));
        String uri = jwksUri.replace("ORIGIN", origin).replace("HOST", origin.replace("http://", ""));
        answer(OPENID, "{\"issuer\":\"%s\",\"jwks_uri\":\"%s\"}".formatted(origin, uri));
        Issuer issuer = discover(origin);
        assertThat(keys(issuer).keys()).isEmpty();
        assertThat(issuer.isStale()).isTrue();
        assertThat(asked).containsExactly(OPENID);
    }

    @Test
    void plainHttpForKeysIsAcceptedOnThisMachineOrIfItIsPermitted() {
        URI local = URI.create("http://[::1]:8080/keys");
        URI remote = URI.create("http://10.0.0.1/keys");
        Discovery discovery = new Discovery(URI.create("http://localhost:8080"), false);
        assertThat(discovery.checkedKeys(local)).isEqualTo(local);
        assertThatIllegalStateException().isThrownBy(() -> discovery.checkedKeys(remote));
        assertThat(new Discovery(URI.create("http://10.0.0.1"), true).checkedKeys(remote))
                .isEqualTo(remote);
    }

    @Test
    void keysOfAnIssuerWithHttpsAreNeverFetchedWithout() {
        Discovery discovery = new Discovery(URI.create("https://issuer.example"), true);
        for (String uri : List.of("http://127.0.0.1/keys", "http://localhost/keys", "http://issuer.example/keys")) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> discovery.checkedKeys(URI.create(uri)))
                    .withMessageContaining("https://");
        }
        URI other = URI.create("https://keys.example/v1?p=policy");
        assertThat(discovery.checkedKeys(other)).isEqualTo(other);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "<html>",
                "{\"issuer\":\"ISSUER\"}",
                "{\"jwks_uri\":\"ISSUER/keys\"}",
                "{\"issuer\":[\"ISSUER\"],\"jwks_uri\":\"ISSUER/keys\"}",
                "{\"issuer\":\"ISSUER\",\"jwks_uri\":7}",
                "{\"issuer\":\"ISSUER\",\"issuer\":\"ISSUER\",\"jwks_uri\":\"ISSUER/keys\"}",
                "{\"issuer\":\"ISSUER\",\"jwks_uri\":\"ISSUER/keys\"} {}"
            })
    void malformedMetadataAreNotTaken(String metadata) {
        answer("/keys", IssuerServer.jwks(KEY));
        answer(OPENID, metadata.replace("ISSUER", origin));
        assertThat(keys(discover(origin)).keys()).isEmpty();
    }

    @Test
    void longMetadataAreNotTaken() {
        String issuer = usual();
        answer("/realms/shop" + OPENID, metadata(issuer, "") + " ".repeat(70_000));
        assertThat(keys(discover(issuer)).keys()).isEmpty();
    }

    @Test
    void redirectsAreNotFollowed() {
        String issuer = usual();
        answer("/other", metadata(issuer, ""));
        answers.put("/realms/shop" + OPENID, exchange -> {
            exchange.getResponseHeaders().add("Location", origin + "/other");
            exchange.sendResponseHeaders(302, -1);
        });
        assertThat(keys(discover(issuer)).keys()).isEmpty();
        assertThat(asked).doesNotContain("/other", "/keys");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> discover(
                        issuer,
                        keys -> keys.httpClient(HttpClient.newBuilder()
                                .followRedirects(HttpClient.Redirect.NORMAL)
                                .build())));
    }

    @Test
    void serverErrorIsNotTakenForAbsentMetadata() {
        String issuer = usual();
        answers.put("/realms/shop" + OPENID, IssuerServer.text(503, "busy"));
        answer(OAUTH + "/realms/shop", metadata(issuer, ""));
        assertThat(keys(discover(issuer)).keys()).isEmpty();
        assertThat(asked).containsExactly("/realms/shop" + OPENID);
    }

    /** The timeout is for all requests together: here the keys get what the metadata have left. */
    @Test
    void hangingIssuerIsGivenUp() {
        String issuer = usual();
        CountDownLatch never = new CountDownLatch(1);
        for (String path : List.of("/realms/shop" + OPENID, "/keys")) {
            usual();
            answers.put(path, exchange -> never.await());
            assertThat(keys(discover(issuer, keys -> keys.timeout(Duration.ofMillis(300))))
                            .keys())
                    .as(path)
                    .isEmpty();
        }
        never.countDown();
    }

    @Test
    void algorithmsOfTheMetadataAreChecked() {
        String issuer = usual();
        for (String listed : List.of("[]", "[\"HS256\"]", "[\"none\"]", "[\"HS512\",\"ES256K\"]", "\"ES256\"", "7")) {
            answer("/realms/shop" + OPENID, metadata(issuer, ",\"id_token_signing_alg_values_supported\":" + listed));
            assertThat(keys(discover(issuer)).keys()).as(listed).isEmpty();
        }
        answer(
                "/realms/shop" + OPENID,
                metadata(issuer, ",\"id_token_signing_alg_values_supported\":[\"none\",\"HS256\",\"RS256\"]"));
        assertThat(keys(discover(issuer)).keys()).hasSize(1);
    }

    @Test
    void keysWithoutAlgorithmAreUsedWithTheListedOnesOfTheirType() {
        String issuer = usual();
        String keys = IssuerServer.jwks(Fixtures.RSA, KEY).replaceAll("\"alg\":\"[^\"]*\",", "");
        answer("/keys", keys);
        answer(
                "/realms/shop" + OPENID,
                metadata(issuer, ",\"id_token_signing_alg_values_supported\":[\"RS256\",\"PS512\"]"));
        Issuer discovered = discover(issuer);
        for (SignatureAlgorithm algorithm : SignatureAlgorithm.allOf(Fixtures.publicKey(Fixtures.RSA))) {
            boolean listed = algorithm == SignatureAlgorithm.RS256 || algorithm == SignatureAlgorithm.PS512;
            Verification result = verify(discovered, token(Fixtures.RSA.withAlgorithm(algorithm), issuer));
            assertThat(result instanceof Verification.Verified)
                    .as("%s", algorithm)
                    .isEqualTo(listed);
        }
        assertThat(verify(discovered, token(KEY, issuer))).isInstanceOf(Verification.Verified.class);
    }

    @Test
    void unknownKeysCostOneDiscoveryInAnInterval() {
        Issuer issuer = discover(usual());
        assertThat(keys(issuer).keys()).hasSize(1);
        for (int i = 0; i < 100; i++) {
            assertThat(verify(issuer, token(SigningKey.generate(), issuer.identifier())))
                    .isEqualTo(new Verification.Rejected(Reason.UNKNOWN_KEY));
        }
        assertThat(asked).hasSize(2);
    }

    @Test
    void keysAreKeptWhileTheMetadataCannotBeRead() {
        AtomicLong time = new AtomicLong(System.nanoTime());
        String issuer = usual();
        Issuer discovered = discover(
                issuer,
                keys -> keys.nanoTime(time::get).interval(LONG).timeToLive(LONG).staleIfError(LONG));
        VerificationKeySet before = keys(discovered);
        assertThat(before.keys()).hasSize(1);
        answers.put("/realms/shop" + OPENID, IssuerServer.text(500, "down"));
        time.addAndGet(LONG.toNanos() + 1);
        assertThat(keys(discovered)).isSameAs(before);
        assertThat(discovered.isStale()).isTrue();
        time.addAndGet(LONG.toNanos());
        assertThat(discovered.current().keys()).isEmpty();
        usual();
        assertThat(keys(discovered).keys()).hasSize(1);
    }

    @Test
    void newAddressOfTheKeysIsFollowedWithoutTheOldEntityTag() {
        String issuer = usual();
        List<String> tags = new CopyOnWriteArrayList<>();
        answers.put("/keys", exchange -> {
            exchange.getResponseHeaders().add("ETag", "\"one\"");
            IssuerServer.text(200, IssuerServer.jwks(KEY)).to(exchange);
        });
        answers.put("/moved", exchange -> {
            tags.add(String.valueOf(exchange.getRequestHeaders().getFirst("If-None-Match")));
            exchange.getResponseHeaders().add("ETag", "\"one\"");
            IssuerServer.text(200, IssuerServer.jwks(NEXT)).to(exchange);
        });
        Issuer discovered = discover(issuer, keys -> keys.interval(SHORT).timeToLive(SHORT));
        assertThat(keys(discovered).find(KEY.kid())).isPresent();
        answer("/realms/shop" + OPENID, metadata(issuer, "").replace("/keys", "/moved"));
        await().until(() -> discovered.current().find(NEXT.kid()).isPresent() && tags.size() >= 2);
        assertThat(tags.subList(0, 2)).containsExactly("null", "\"one\"");
    }

    @Test
    void metadataForAllTenantsGiveNoKeysUnlessTheTenantIsChecked() {
        String issuer = origin + "/common/v2.0";
        answer("/common/v2.0" + OPENID, metadata(origin + "/{tenantid}/v2.0", ""));
        answer("/keys", IssuerServer.jwks(KEY));
        Issuer discovered = discover(issuer);
        assertThat(keys(Issuer.forAllTenants(discovered)).keys()).hasSize(1);
        assertThat(keys(discovered).keys()).isEmpty();
        assertThat(discovered.isStale()).isTrue();
        for (String iss : List.of(issuer, origin + "/{tenantid}/v2.0", origin + "/t1/v2.0")) {
            assertThat(verify(discovered, token(KEY, iss)))
                    .isEqualTo(new Verification.Rejected(Reason.KEYS_UNAVAILABLE));
        }
        VerificationKeySet fixed = VerificationKeySet.of(KEY.verificationKey());
        assertThat(Issuer.forAllTenants(fixed)).isSameAs(fixed);
    }

    @Test
    void templateReplacesOneSegmentOfThePathOnly() {
        answer("/keys", IssuerServer.jwks(KEY));
        answer("/a/b/v2.0" + OPENID, metadata(origin + "/{tenantid}/v2.0", ""));
        answer("/common" + OPENID, metadata(origin + "/{tenantid}", ""));
        answer("/tenant/x" + OPENID, metadata(origin + "/{tenantid}", ""));
        answer("/v2.0" + OPENID, metadata(origin + "/{tenantid}/v2.0", ""));
        assertThat(keys(Issuer.forAllTenants(discover(origin + "/common"))).keys())
                .hasSize(1);
        for (String path : List.of("/a/b/v2.0", "/tenant/x", "/v2.0")) {
            assertThat(keys(Issuer.forAllTenants(discover(origin + path))).keys())
                    .as(path)
                    .isEmpty();
        }
        answer(OPENID, metadata(origin.replaceAll("//.*", "//{tenantid}"), ""));
        assertThat(keys(Issuer.forAllTenants(discover(origin))).keys()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://issuer.example",
                "https://issuer.example?tenant=a",
                "https://issuer.example/a#b",
                "https://user:secret@issuer.example",
                "issuer.example",
                "urn:issuer",
                "file:///issuer"
            })
    void identifierThatCannotBeDiscoveredIsRejected(String identifier) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Issuer.discover(URI.create(identifier)))
                .withMessageNotContaining("secret");
    }

    @Test
    void plainHttpToOtherMachinesHasToBePermitted() {
        try (Issuer issuer = Issuer.discover(
                URI.create("http://auth-server.invalid:9000"),
                keys -> keys.permitPlainHttp().timeout(Duration.ofMillis(100)))) {
            assertThat(issuer.identifier()).isEqualTo("http://auth-server.invalid:9000");
        }
    }

    @Test
    void closedIssuerFetchesNoMore() {
        Issuer issuer = discover(usual(), keys -> keys.interval(SHORT));
        assertThat(keys(issuer).keys()).hasSize(1);
        issuer.close();
        await().during(Duration.ofMillis(200)).until(() -> {
            keys(issuer);
            return asked.size() == 2;
        });
    }
}

package dev.scalableapi.auth;

import static dev.scalableapi.auth.Fixtures.EC;
import static dev.scalableapi.auth.Fixtures.RSA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.scalableapi.auth.Verification.Reason;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** JWK sets as issuers publish them, given as text and fetched over HTTP. */
class PublishedKeysTest {
    private static final SigningKey OTHER = SigningKey.generate();
    private static final String SECRET =
            "{\"kty\":\"oct\",\"kid\":\"s\",\"alg\":\"HS256\",\"k\":\"%s\"}".formatted("Ab9_".repeat(16));

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.scalableapi.auth");

    @BeforeEach
    void record() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(log);
    }

    /** The two ways in which a published set gets in. */
    enum Source {
        TEXT {
            @Override
            Optional<VerificationKeySet> read(String set) {
                try {
                    return Optional.of(VerificationKeySet.fromJwks(set));
                } catch (IllegalArgumentException rejected) {
                    return Optional.empty();
                }
            }
        },
        REMOTE {
            @Override
            Optional<VerificationKeySet> read(String set) {
                try (IssuerServer server = new IssuerServer(IssuerServer.text(200, set));
                        RemoteJwkSet keys = RemoteJwkSet.builder(server.uri()).build()) {
                    return Optional.of(keys.refreshed().toCompletableFuture().join())
                            .filter(read -> !read.keys().isEmpty());
                }
            }
        };

        /** Empty if the set is rejected. */
        abstract Optional<VerificationKeySet> read(String set);
    }

    private static String set(String... jwks) {
        return "{\"keys\":[" + String.join(",", jwks) + "]}";
    }

    /** The public JWK of the key, with this id, or without one if it is null, and without {@code alg} and {@code use}. */
    private static String bare(@Nullable String kid, SigningKey key) {
        try {
            ObjectNode jwk = (ObjectNode) new JsonMapper()
                    .readTree(IssuerServer.jwks(key))
                    .get("keys")
                    .get(0);
            jwk.remove(List.of("kid", "alg", "use"));
            if (kid != null) {
                jwk.put("kid", kid);
            }
            return jwk.toString();
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String with(String jwk, String members) {
        return jwk.substring(0, jwk.length() - 1) + "," + members + "}";
    }

    private static String token(SigningKey key, @Nullable String kid) {
        String id = kid == null ? "" : ",\"kid\":\"" + kid + "\"";
        String header = "{\"alg\":\"%s\",\"typ\":\"at+jwt\"%s}".formatted(key.algorithm(), id);
        return Fixtures.token(key, header, Fixtures.claims(""));
    }

    private static AccessTokenVerifier verifier(VerificationKeySource keys) {
        return AccessTokenVerifier.builder(keys, Fixtures.ISSUER, Fixtures.AUDIENCE)
                .clock(Fixtures.at(Fixtures.NOW))
                .build();
    }

    private static void assertVerified(VerificationKeySet keys, String token) {
        AccessTokenVerifier verifier = verifier(keys);
        assertThat(verifier.verify(token)).isInstanceOf(Verification.Verified.class);
        assertThat(verifier.verify(token)).isInstanceOf(Verification.Verified.class);
    }

    private static void assertRejected(VerificationKeySet keys, String token, Reason reason) {
        assertThat(verifier(keys).verify(token)).isEqualTo(new Verification.Rejected(reason));
    }

    private static List<String> ids(Optional<VerificationKeySet> keys) {
        return keys.map(VerificationKeySet::keys).orElse(List.of()).stream()
                .map(VerificationKey::kid)
                .toList();
    }

    private List<String> logged() {
        return List.copyOf(log.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void duplicateIdExcludesOnlyThatId(Source source) {
        Optional<VerificationKeySet> keys =
                source.read(set(bare("a", EC), bare("b", OTHER), bare("a", RSA), bare("c", RSA)));
        assertThat(ids(keys)).containsExactly("b", "c");
        assertVerified(keys.orElseThrow(), token(OTHER, "b"));
        assertRejected(keys.orElseThrow(), token(EC, "a"), Reason.UNKNOWN_KEY);
        assertRejected(keys.orElseThrow(), token(RSA, "a"), Reason.UNKNOWN_KEY);
        assertThat(logged()).filteredOn(line -> line.contains("\"a\"")).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void thirdKeyDoesNotBringADuplicateIdBack(Source source) {
        assertThat(ids(source.read(set(bare("a", EC), bare("a", RSA), bare("a", EC), bare("b", OTHER)))))
                .containsExactly("b");
    }

    @ParameterizedTest
    @EnumSource
    void identicalKeysAreMerged(Source source) {
        Optional<VerificationKeySet> keys =
                source.read(set(bare("a", EC), bare("b", OTHER), with(bare("a", EC), "\"x5t\":\"AA\"")));
        assertThat(ids(keys)).containsExactly("a", "b");
        assertVerified(keys.orElseThrow(), token(EC, "a"));
        assertThat(logged()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void duplicateForEncryptionExcludesNothing(Source source) {
        assertThat(ids(source.read(set(with(bare("a", RSA), "\"use\":\"enc\""), bare("a", EC)))))
                .containsExactly("a");
    }

    /** Which of the two signed a token cannot be decided by the one that can be read. */
    @ParameterizedTest
    @EnumSource
    void idOfADefectiveKeyIsExcludedToo(Source source) {
        String malformed = bare("a", RSA).replace("AQAB", "AQA");
        assertThat(ids(source.read(set(malformed, bare("a", EC), bare("b", OTHER)))))
                .containsExactly("b");
        assertThat(logged()).filteredOn(line -> line.contains("\"a\"")).hasSize(2);
    }

    static Stream<String> keysThatAreSkipped() {
        KeyPair weak = Fixtures.keyPair("RSA", 1024);
        byte[] modulus = ((RSAPublicKey) weak.getPublic()).getModulus().toByteArray();
        String n = Base64Url.encode(java.util.Arrays.copyOfRange(modulus, 1, modulus.length));
        String rsa = bare("skipped", RSA);
        return Stream.of(
                with(rsa, "\"use\":\"enc\",\"alg\":\"RSA-OAEP\",\"x5c\":[\"AAAA\"]"),
                with(rsa, "\"key_ops\":[\"encrypt\",\"wrapKey\"]"),
                with(rsa, "\"alg\":\"RSA-OAEP-256\""),
                with(rsa, "\"alg\":\"ES256\""),
                with(rsa, "\"alg\":\"HS256\""),
                with(rsa, "\"d\":\"AQAB\""),
                with(rsa, "\"use\":7"),
                "{\"kid\":\"skipped\",\"kty\":\"AKP\",\"alg\":\"ML-DSA-44\",\"pub\":\"AAAA\"}",
                "{\"kid\":\"skipped\",\"kty\":\"OKP\",\"crv\":\"Ed448\",\"x\":\"AAAA\"}",
                "{\"kid\":\"skipped\",\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"AAAA\",\"y\":\"AAAA\"}",
                "{\"kid\":\"skipped\",\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%1$s\",\"y\":\"%1$s\"}"
                        .formatted("A".repeat(43)),
                "{\"kid\":\"skipped\",\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"AQAB\"}".formatted(n),
                "{\"kid\":\"skipped\"}");
    }

    @ParameterizedTest
    @MethodSource("keysThatAreSkipped")
    void keysThatCannotVerifyAreSkippedAndLoggedWithTheirId(String skipped) {
        for (Source source : Source.values()) {
            log.list.clear();
            Optional<VerificationKeySet> keys = source.read(set(skipped, bare("a", EC)));
            assertThat(ids(keys)).as("%s", source).containsExactly("a");
            assertThat(logged()).as("%s", source).hasSize(1).first().asString().contains("\"skipped\"");
            assertThat(ids(source.read(set(skipped)))).as("%s", source).isEmpty();
        }
    }

    @Test
    void strictFactoriesTakeNoneOfTheKeysThatAreSkipped() {
        keysThatAreSkipped()
                .forEach(skipped -> assertThatIllegalArgumentException()
                        .as(skipped)
                        .isThrownBy(() -> VerificationKey.fromJwk(skipped)));
        VerificationKey one = VerificationKey.of("a", SignatureAlgorithm.ES256, Fixtures.publicKey(EC));
        assertThatIllegalArgumentException().isThrownBy(() -> VerificationKeySet.of(one, one));
    }

    @ParameterizedTest
    @EnumSource
    void memberThatIsNoObjectIsSkipped(Source source) {
        assertThat(ids(source.read(set("7", "null", "[]", bare("a", EC))))).containsExactly("a");
    }

    @ParameterizedTest
    @EnumSource
    void mixOfSecretAndPublicKeysIsRejected(Source source) {
        assertThat(source.read(set(SECRET, bare("a", EC)))).isEmpty();
        assertThat(source.read(set(bare("a", EC), SECRET))).isEmpty();
        assertThat(source.read(set(bare("s", EC), SECRET, bare("b", OTHER)))).isEmpty();
    }

    @Test
    void secretKeysAreNeverTakenFromAnIssuer() {
        assertThat(Source.REMOTE.read(set(SECRET))).isEmpty();
        assertThat(ids(Source.TEXT.read(set(SECRET)))).containsExactly("s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"keys\":[]}", "{\"keys\":[7]}", "{}", "{\"keys\":{}}", "[]", ""})
    void setWithoutAKeyThatIsLeftIsRejected(String set) {
        for (Source source : Source.values()) {
            assertThat(source.read(set)).as("%s", source).isEmpty();
        }
    }

    @Test
    void rejectionNamesTheReasonAndNothingOfTheKey() {
        String weak = "{\"kid\":\"my-id\",\"kty\":\"EC\",\"crv\":\"secp256k1\"}";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VerificationKeySet.fromJwks(set(weak)))
                .withMessageContaining("no key that can be used")
                .withMessageContaining("curve")
                .withMessageNotContaining("my-id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
    void keyWithoutAlgorithmIsUsedWithThoseOfItsType(String name) {
        SigningKey key = RSA.withAlgorithm(SignatureAlgorithm.valueOf(name));
        for (Source source : Source.values()) {
            VerificationKeySet keys =
                    source.read(set(bare("a", RSA), bare("b", EC))).orElseThrow();
            assertVerified(keys, token(key, "a"));
            assertRejected(keys, token(key, "b"), Reason.WRONG_ALGORITHM);
        }
    }

    @Test
    void keyWithoutAlgorithmIsUsedWithPermittedOnesOnly() {
        VerificationKeySet keys = VerificationKeySet.fromJwks(set(bare("a", RSA)));
        AccessTokenVerifier verifier = AccessTokenVerifier.builder(keys, Fixtures.ISSUER, Fixtures.AUDIENCE)
                .algorithms(SignatureAlgorithm.PS256)
                .clock(Fixtures.at(Fixtures.NOW))
                .build();
        assertThat(verifier.verify(token(RSA.withAlgorithm(SignatureAlgorithm.PS256), "a")))
                .isInstanceOf(Verification.Verified.class);
        assertThat(verifier.verify(token(RSA, "a"))).isEqualTo(new Verification.Rejected(Reason.WRONG_ALGORITHM));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AccessTokenVerifier.builder(keys, Fixtures.ISSUER, Fixtures.AUDIENCE)
                        .algorithms(SignatureAlgorithm.ES256)
                        .build());
    }

    @Test
    void keyWithAlgorithmIsUsedWithNoOther() {
        VerificationKeySet keys = VerificationKeySet.fromJwks(set(with(bare("a", RSA), "\"alg\":\"PS256\"")));
        assertVerified(keys, token(RSA.withAlgorithm(SignatureAlgorithm.PS256), "a"));
        assertRejected(keys, token(RSA, "a"), Reason.WRONG_ALGORITHM);
        assertRejected(keys, token(RSA.withAlgorithm(SignatureAlgorithm.PS384), "a"), Reason.WRONG_ALGORITHM);
    }

    /** With everything permitted, and the published text, DER and modulus as secrets. */
    @Test
    void publicKeyWithoutAlgorithmIsNeverASecret() {
        String set = set(bare("a", RSA), bare("b", EC));
        VerificationKeySet keys = VerificationKeySet.fromJwks(set);
        AccessTokenVerifier verifier = AccessTokenVerifier.builder(keys, Fixtures.ISSUER, Fixtures.AUDIENCE)
                .algorithms(SignatureAlgorithm.RS256, SignatureAlgorithm.values())
                .clock(Fixtures.at(Fixtures.NOW))
                .build();
        byte[] der = Fixtures.publicKey(RSA).getEncoded();
        for (byte[] secret : List.of(set.getBytes(StandardCharsets.UTF_8), der)) {
            for (SignatureAlgorithm algorithm :
                    List.of(SignatureAlgorithm.HS256, SignatureAlgorithm.HS384, SignatureAlgorithm.HS512)) {
                SigningKey forged = SigningKey.ofSecret(algorithm, secret);
                for (String kid : List.of("a", "b")) {
                    assertThat(verifier.verify(token(forged, kid)))
                            .isEqualTo(new Verification.Rejected(Reason.WRONG_ALGORITHM));
                }
            }
        }
    }

    @Test
    void secretWithoutAlgorithmIsUsedWithThoseThatItIsLongEnoughFor() {
        byte[] secret = "0123456789abcdef".repeat(3).getBytes(StandardCharsets.US_ASCII);
        String jwk = "{\"kty\":\"oct\",\"kid\":\"s\",\"k\":\"%s\"}".formatted(Base64Url.encode(secret));
        AccessTokenVerifier verifier = AccessTokenVerifier.builder(
                        VerificationKeySet.fromJwks(set(jwk)), Fixtures.ISSUER, Fixtures.AUDIENCE)
                .algorithms(SignatureAlgorithm.HS256, SignatureAlgorithm.values())
                .clock(Fixtures.at(Fixtures.NOW))
                .build();
        for (SignatureAlgorithm algorithm : List.of(SignatureAlgorithm.HS256, SignatureAlgorithm.HS384)) {
            assertThat(verifier.verify(token(SigningKey.ofSecret(algorithm, secret), "s")))
                    .isInstanceOf(Verification.Verified.class);
        }
        SigningKey padded = SigningKey.ofSecret(SignatureAlgorithm.HS512, java.util.Arrays.copyOf(secret, 64));
        assertThat(verifier.verify(token(padded, "s"))).isEqualTo(new Verification.Rejected(Reason.WRONG_ALGORITHM));
    }

    @ParameterizedTest
    @EnumSource
    void severalKeysWithoutIdAreTriedForATokenWithoutId(Source source) {
        SigningKey third = SigningKey.generate();
        VerificationKeySet keys = source.read(set(bare(null, EC), bare(null, RSA), bare(null, third), bare("x", OTHER)))
                .orElseThrow();
        assertVerified(keys, token(EC, null));
        assertVerified(keys, token(third, null));
        assertVerified(keys, token(RSA, null));
        assertVerified(keys, token(RSA.withAlgorithm(SignatureAlgorithm.PS512), null));
        assertRejected(keys, token(OTHER, null), Reason.BAD_SIGNATURE);
        assertRejected(keys, token(SigningKey.generate(), null), Reason.BAD_SIGNATURE);
        assertRejected(keys, token(SigningKey.generate(SignatureAlgorithm.ES384), null), Reason.WRONG_ALGORITHM);
        assertRejected(keys, token(EC, "y"), Reason.UNKNOWN_KEY);
    }

    /** Tokens of both keys have the same header, to the letter. */
    @Test
    void tokensOfTwoKeysWithoutIdAreToldApartEachTime() {
        AccessTokenVerifier verifier = verifier(VerificationKeySet.fromJwks(set(bare(null, EC), bare(null, OTHER))));
        for (int times = 0; times < 3; times++) {
            for (SigningKey key : List.of(EC, OTHER)) {
                String claims = Fixtures.claims(",\"n\":" + times);
                String token = Fixtures.token(key, "{\"alg\":\"ES256\",\"typ\":\"at+jwt\"}", claims);
                assertThat(verifier.verify(token)).isInstanceOf(Verification.Verified.class);
            }
        }
    }

    @Test
    void rememberedTokenWithoutIdEndsWithItsKey() {
        VerificationKeySet[] now = {VerificationKeySet.fromJwks(set(bare(null, EC), bare(null, OTHER)))};
        AccessTokenVerifier verifier = verifier(() -> now[0]);
        String token = token(EC, null);
        assertThat(verifier.verify(token)).isInstanceOf(Verification.Verified.class);
        now[0] = VerificationKeySet.fromJwks(set(bare(null, OTHER), bare(null, RSA)));
        assertThat(verifier.verify(token)).isEqualTo(new Verification.Rejected(Reason.BAD_SIGNATURE));
    }

    @ParameterizedTest
    @EnumSource
    void keysWithoutIdBeyondTheLimitAreSkipped(Source source) {
        SigningKey[] many = Stream.generate(SigningKey::generate).limit(5).toArray(SigningKey[]::new);
        String[] jwks = Stream.of(many).map(key -> bare(null, key)).toArray(String[]::new);
        VerificationKeySet keys = source.read(set(jwks)).orElseThrow();
        for (int i = 0; i < 4; i++) {
            assertVerified(keys, token(many[i], null));
        }
        assertRejected(keys, token(many[4], null), Reason.BAD_SIGNATURE);
        assertThat(logged()).hasSize(1);
    }

    /** OpenID Connect Core 1.0 section 10.1: among several keys that have ids, the token must name one. */
    @ParameterizedTest
    @EnumSource
    void noneOfSeveralKeysWithIdsIsTried(Source source) {
        VerificationKeySet keys =
                source.read(set(bare("a", EC), bare("b", RSA))).orElseThrow();
        assertRejected(keys, token(EC, null), Reason.MALFORMED);
    }

    @Test
    void onlyKeyThatIsLeftIsMeantByATokenWithoutId() {
        String encryption = with(bare("e", RSA), "\"use\":\"enc\"");
        assertVerified(VerificationKeySet.fromJwks(set(encryption, bare("a", EC))), token(EC, null));
    }

    @Test
    void tokenWithoutIdThatComesBeforeTheFirstFetchWaitsForIt() {
        for (String jwk : List.of(bare("a", EC), bare(null, EC))) {
            try (IssuerServer server = new IssuerServer(IssuerServer.text(200, set(jwk)));
                    RemoteJwkSet keys = RemoteJwkSet.builder(server.uri()).build()) {
                assertThat(verifier(keys)
                                .verifyAsync(token(EC, null), none -> false)
                                .toCompletableFuture()
                                .join())
                        .isInstanceOf(Verification.Verified.class);
            }
        }
    }

    @Test
    void skippedKeyOfAnIssuerIsLoggedOnceHoweverOftenItIsFetched() {
        String skipped = "{\"kid\":\"new\\n\\u001b[31mline %s\",\"kty\":\"AKP\"}".formatted("k".repeat(300));
        String set = set(skipped, bare("a", EC));
        try (IssuerServer server = new IssuerServer(IssuerServer.text(200, set));
                RemoteJwkSet keys = RemoteJwkSet.builder(server.uri())
                        .interval(Duration.ofMillis(50))
                        .build()) {
            org.awaitility.Awaitility.await().until(() -> {
                keys.refreshed().toCompletableFuture().join();
                return server.requests.get() >= 3;
            });
        }
        assertThat(logged()).hasSize(1);
        assertThat(logged().get(0)).hasSizeLessThan(300).matches("[\\x20-\\x7e]*");
    }
}

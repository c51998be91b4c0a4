package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.KeyPair;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for every algorithm. */
class SignatureAlgorithmTest {
    private static final Map<SignatureAlgorithm, SigningKey> KEYS = keys();

    private static Map<SignatureAlgorithm, SigningKey> keys() {
        Map<SignatureAlgorithm, SigningKey> keys = new EnumMap<>(SignatureAlgorithm.class);
        for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
            boolean rsa = algorithm.name().matches("[RP]S.*");
            keys.put(algorithm, rsa ? Fixtures.RSA.withAlgorithm(algorithm) : SigningKey.generate(algorithm));
        }
        return keys;
    }

    private static SigningKey key(SignatureAlgorithm algorithm) {
        return java.util.Objects.requireNonNull(KEYS.get(algorithm));
    }

    private static AccessTokenVerifier verifier(SignatureAlgorithm algorithm) {
        return Fixtures.builder(key(algorithm)).algorithms(algorithm).build();
    }

    @ParameterizedTest
    @EnumSource
    void tokenIsIssuedAndVerified(SignatureAlgorithm algorithm) {
        String token = Fixtures.issuer(key(algorithm)).issue(Fixtures.ALICE).value();
        AccessTokenVerifier verifier = verifier(algorithm);
        for (int times = 0; times < 3; times++) {
            assertThat(verifier.verify(token))
                    .isInstanceOfSatisfying(
                            Verification.Verified.class,
                            verified -> assertThat(verified.caller()).isEqualTo(Fixtures.ALICE));
        }
    }

    /** Also under a header that is known, and with objects that have failed before. */
    @ParameterizedTest
    @EnumSource
    void everyBitOfTheSignatureCounts(SignatureAlgorithm algorithm) throws Exception {
        SigningKey key = key(algorithm);
        byte[] message = {1, 2, 3};
        byte[] signature = key.sign(message);
        SignatureCheck check = key.verificationKey().signatureCheck();
        for (int bit = 0; bit < 8 * signature.length; bit += 37) {
            byte[] altered = signature.clone();
            altered[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(check.verifies(message, 3, altered)).as("bit %d", bit).isFalse();
        }
        for (int length = 0; length < signature.length; length += 7) {
            assertThat(check.verifies(message, 3, Arrays.copyOf(signature, length)))
                    .isFalse();
        }
        assertThat(check.verifies(message, 3, Arrays.copyOf(signature, signature.length + 1)))
                .isFalse();
        assertThat(check.verifies(message, 2, signature)).isFalse();
        assertThat(check.verifies(message, 3, signature)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void onlyTheKeysOwnAlgorithmIsItsAlgorithm(SignatureAlgorithm algorithm) {
        SigningKey key = key(algorithm);
        for (SignatureAlgorithm other : SignatureAlgorithm.values()) {
            if (other != algorithm) {
                String header =
                        "{\"alg\":\"%s\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}".formatted(other.jwsName(), key.kid());
                assertThat(verifier(algorithm).verify(Fixtures.token(key, header, Fixtures.claims(""))))
                        .isEqualTo(new Verification.Rejected(Verification.Reason.WRONG_ALGORITHM));
            }
        }
    }

    @Test
    void algorithmsAreNamedAsInTheRegistry() {
        assertThat(SignatureAlgorithm.values())
                .extracting(SignatureAlgorithm::jwsName)
                .containsExactly(
                        "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256",
                        "ES384", "ES512", "Ed25519");
        assertThat(SignatureAlgorithm.named("EdDSA")).contains(SignatureAlgorithm.ED25519);
        assertThat(SignatureAlgorithm.named("ED25519")).isEmpty();
        assertThat(SignatureAlgorithm.named("none")).isEmpty();
        assertThat(SignatureAlgorithm.ED25519).hasToString("Ed25519");
    }

    @Test
    void secretMustBeAsLongAsTheHash() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKey.ofSecret(SignatureAlgorithm.HS256, new byte[31]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKey.ofSecret(SignatureAlgorithm.HS384, new byte[47]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKey.ofSecret(SignatureAlgorithm.HS512, new byte[63]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKey.ofSecret(SignatureAlgorithm.HS256, new byte[1025]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKey.ofSecret(SignatureAlgorithm.HS256, new byte[0]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VerificationKey.ofSecret(SignatureAlgorithm.RS256, new byte[64]));
    }

    @Test
    void curveMustBeTheAlgorithms() {
        KeyPair p256 = Fixtures.ecKeyPair(Curve.P256.generation().getName());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VerificationKey.of(SignatureAlgorithm.ES384, p256.getPublic()));
        assertThatIllegalArgumentException().isThrownBy(() -> Fixtures.EC.withAlgorithm(SignatureAlgorithm.ES512));
        assertThatIllegalArgumentException().isThrownBy(() -> Fixtures.EC.withAlgorithm(SignatureAlgorithm.ED25519));
    }

    /** More threads than prepared objects, all at once. */
    @ParameterizedTest
    @EnumSource(names = {"HS256", "PS256", "ES256", "ED25519"})
    void manyThreadsShareOneKey(SignatureAlgorithm algorithm) throws Exception {
        int threads = 24;
        AccessTokenVerifier verifier = Fixtures.builder(key(algorithm))
                .algorithms(algorithm)
                .cachedTokens(0)
                .build();
        TokenIssuer issuer = Fixtures.issuer(key(algorithm));
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            var results = IntStream.range(0, threads)
                    .mapToObj(i -> pool.submit(() -> {
                        String right = issuer.issue(Fixtures.ALICE).value();
                        String wrong = right.substring(0, right.lastIndexOf('.'))
                                + right.substring(right.lastIndexOf('.')).replaceFirst("[A-Z]", "-");
                        start.await();
                        boolean good = true;
                        for (int times = 0; times < 20; times++) {
                            good &= verifier.verify(right) instanceof Verification.Verified
                                    && verifier.verify(wrong) instanceof Verification.Rejected;
                        }
                        return good;
                    }))
                    .toList();
            for (Future<Boolean> result : results) {
                assertThat(result.get()).isTrue();
            }
        } finally {
            pool.shutdownNow();
        }
    }
}

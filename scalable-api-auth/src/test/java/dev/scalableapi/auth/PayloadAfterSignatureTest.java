package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.auth.Verification.Reason;
import dev.scalableapi.testkit.TestSeed;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Counts which payloads are read: none whose signature is not right. */
class PayloadAfterSignatureTest {
    private final long seed = TestSeed.value();
    private final Random random = new Random(seed);
    private final AtomicInteger read = new AtomicInteger();

    int mutations() {
        return 500;
    }

    private AccessTokenVerifier verifier(SigningKey key) {
        return Fixtures.builder(key)
                .algorithms(key.algorithm())
                .claims(reader -> payload -> {
                    read.incrementAndGet();
                    return reader.read(payload);
                })
                .build();
    }

    @ParameterizedTest
    @EnumSource(names = {"HS256", "ES256", "RS256"})
    void payloadIsReadOnlyUnderARightSignature(SignatureAlgorithm algorithm) {
        SigningKey key = algorithm == SignatureAlgorithm.RS256 ? Fixtures.RSA : SigningKey.generate(algorithm);
        AccessTokenVerifier verifier = verifier(key);
        String token = Fixtures.issuer(key).issue(Fixtures.ALICE).value();
        int signature = token.lastIndexOf('.') + 1;
        verifier.verify(token);
        assertThat(read).hasValue(1);
        for (int i = 0; i < mutations(); i++) {
            String damaged = damaged(token, signature);
            Verification result = verifier.verify(damaged);
            assertThat(result)
                    .as("seed %d, mutation %d", seed, i)
                    .isIn(new Verification.Rejected(Reason.BAD_SIGNATURE), new Verification.Rejected(Reason.MALFORMED));
            assertThat(read).as("seed %d, mutation %d", seed, i).hasValue(1);
        }
    }

    /** The signature with one to three other characters; or the payload, under the signature of another. */
    private String damaged(String token, int signature) {
        StringBuilder damaged = new StringBuilder(token);
        int from = random.nextInt(4) == 0 ? token.indexOf('.') + 1 : signature;
        for (int times = 1 + random.nextInt(3); times > 0 || damaged.toString().equals(token); times--) {
            int at = from + random.nextInt(token.length() - from);
            if (token.charAt(at) != '.') {
                damaged.setCharAt(
                        at,
                        Base64Url.encode(new byte[] {(byte) random.nextInt()}).charAt(0));
            }
        }
        return damaged.toString();
    }

    @ParameterizedTest
    @EnumSource(names = {"HS256", "ES256", "ED25519"})
    void payloadThatIsNoJsonIsReadOnlyUnderARightSignature(SignatureAlgorithm algorithm) {
        SigningKey key = SigningKey.generate(algorithm);
        AccessTokenVerifier verifier = verifier(key);
        String broken = Fixtures.token(key, Fixtures.header(key), "{broken");
        String forged = Fixtures.token(SigningKey.generate(algorithm), Fixtures.header(key), "{broken");
        for (String bad : List.of(forged, broken.substring(0, broken.length() - 4) + "AAAA")) {
            assertThat(verifier.verify(bad)).isEqualTo(new Verification.Rejected(Reason.BAD_SIGNATURE));
        }
        assertThat(read).hasValue(0);
        assertThat(verifier.verify(broken)).isEqualTo(new Verification.Rejected(Reason.MALFORMED));
        assertThat(read).hasValue(1);
    }
}

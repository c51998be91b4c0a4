package dev.scalableapi.auth;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Whatever payload is under the header that an issuer writes, the answer is a result. A build runs the corpus; {@code mvn test -Pfuzz} looks for more. */
class SignedPayloadFuzzTest {
    private final SigningKey key = SigningKey.ofSecret(
            SignatureAlgorithm.HS256, "a secret that is no secret, for tests".getBytes(StandardCharsets.UTF_8));
    private final AccessTokenVerifier verifier =
            Fixtures.builder(key).algorithms(SignatureAlgorithm.HS256).build();

    @FuzzTest
    void signedPayloadIsVerifiedOrRejected(byte[] payload) {
        byte[] header = Fixtures.header(key).getBytes(StandardCharsets.UTF_8);
        verifier.verify(Fixtures.token(key, header, payload));
    }
}

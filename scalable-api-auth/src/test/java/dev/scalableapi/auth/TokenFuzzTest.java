package dev.scalableapi.auth;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Whatever is sent as a token, the answer is a result. A build runs the corpus; {@code mvn test -Pfuzz} looks for more. */
class TokenFuzzTest {
    private final SigningKey key = SigningKey.ofSecret(
            SignatureAlgorithm.HS256, "a secret that is no secret, for tests".getBytes(StandardCharsets.UTF_8));
    private final AccessTokenVerifier verifier =
            Fixtures.builder(key).algorithms(SignatureAlgorithm.HS256).build();

    @FuzzTest
    void tokenIsVerifiedOrRejected(byte[] token) {
        verifier.verify(new String(token, StandardCharsets.UTF_8));
    }
}

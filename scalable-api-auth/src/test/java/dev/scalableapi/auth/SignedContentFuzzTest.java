package dev.scalableapi.auth;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Whatever header and payload are under a right signature, the answer is a result. A build runs the corpus; {@code mvn test -Pfuzz} looks for more. */
class SignedContentFuzzTest {
    private final SigningKey key = SigningKey.ofSecret(
            SignatureAlgorithm.HS256, "a secret that is no secret, for tests".getBytes(StandardCharsets.UTF_8));
    private final AccessTokenVerifier verifier =
            Fixtures.builder(key).algorithms(SignatureAlgorithm.HS256).build();

    @FuzzTest
    void signedContentIsVerifiedOrRejected(byte[] content) {
        // The first byte tells where the header ends.
        int end = content.length == 0 ? 0 : Math.min(content.length, 1 + (content[0] & 0xff));
        byte[] header = Arrays.copyOfRange(content, Math.min(1, end), end);
        byte[] payload = Arrays.copyOfRange(content, end, content.length);
        verifier.verify(Fixtures.token(key, header, payload));
    }
}

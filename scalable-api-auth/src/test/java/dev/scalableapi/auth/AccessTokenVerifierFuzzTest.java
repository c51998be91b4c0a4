package dev.scalableapi.auth;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Whatever is sent, the answer is a result. A build runs the corpus once; {@code JAZZER_FUZZ=1} looks for more, one target
 * at a time.
 */
class AccessTokenVerifierFuzzTest {
    private static final byte[] SECRET = "a secret that is no secret, for tests".getBytes(StandardCharsets.UTF_8);

    private final SigningKey key = SigningKey.ofSecret(SignatureAlgorithm.HS256, SECRET);
    private final AccessTokenVerifier verifier =
            Fixtures.builder(key).algorithms(SignatureAlgorithm.HS256).build();

    @FuzzTest(maxDuration = "60s")
    void tokenIsVerifiedOrRejected(byte[] token) {
        verifier.verify(new String(token, StandardCharsets.UTF_8));
    }

    /** The first byte tells where the header ends: so both are under a right signature. */
    @FuzzTest(maxDuration = "60s")
    void signedContentIsVerifiedOrRejected(byte[] content) {
        int end = content.length == 0 ? 0 : Math.min(content.length, 1 + (content[0] & 0xff));
        byte[] header = Arrays.copyOfRange(content, Math.min(1, end), end);
        byte[] payload = Arrays.copyOfRange(content, end, content.length);
        verifier.verify(Fixtures.token(key, header, payload));
    }

    /** Under the header that an issuer writes. */
    @FuzzTest(maxDuration = "60s")
    void signedPayloadIsVerifiedOrRejected(byte[] payload) {
        byte[] header = Fixtures.header(key).getBytes(StandardCharsets.UTF_8);
        verifier.verify(Fixtures.token(key, header, payload));
    }
}

package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SigningKeyRingTest {
    private final SigningKey first = SigningKey.generate();
    private final SigningKey next = SigningKey.generate();
    private final SigningKeyRing ring = SigningKeyRing.of(first);
    private final TokenIssuer issuer = TokenIssuer.builder(ring, Fixtures.ISSUER, Fixtures.AUDIENCE)
            .clock(Fixtures.at(Fixtures.NOW))
            .build();
    private final AccessTokenVerifier verifier = AccessTokenVerifier.builder(ring, Fixtures.ISSUER, Fixtures.AUDIENCE)
            .clock(Fixtures.at(Fixtures.NOW))
            .build();

    @Test
    void rotationLosesNoToken() {
        String old = token();
        ring.add(next);
        assertThat(issuedBy()).isEqualTo(first.kid());
        ring.activate(next.kid());
        assertThat(issuedBy()).isEqualTo(next.kid());
        assertThat(verifier.verify(old)).isInstanceOf(Verification.Verified.class);
        assertThat(verifier.verify(token())).isInstanceOf(Verification.Verified.class);
    }

    @Test
    void retiredKeyIsRefusedAtOnceAlsoForTokensThatAreRemembered() {
        String old = token();
        ring.add(next);
        ring.activate(next.kid());
        assertThat(verifier.verify(old)).isInstanceOf(Verification.Verified.class);
        assertThat(verifier.verify(old)).isInstanceOf(Verification.Verified.class);
        ring.retire(first.kid());
        assertThat(verifier.verify(old)).isEqualTo(new Verification.Rejected(Verification.Reason.UNKNOWN_KEY));
        assertThat(verifier.verify(token())).isInstanceOf(Verification.Verified.class);
    }

    @Test
    void keyThatWasThereBeforeARestartIsAcceptedButDoesNotSign() {
        String old = Fixtures.issuer(next).issue(Fixtures.ALICE).value();
        ring.add(next.verificationKey());
        assertThat(verifier.verify(old)).isInstanceOf(Verification.Verified.class);
        assertThatIllegalArgumentException().isThrownBy(() -> ring.activate(next.kid()));
        ring.retire(next.kid());
        assertThat(verifier.verify(old)).isInstanceOf(Verification.Rejected.class);
    }

    @Test
    void changesThatMakeNoSenseAreRefusedAndChangeNothing() {
        VerificationKeySet before = ring.current();
        assertThatIllegalArgumentException().isThrownBy(() -> ring.add(first));
        assertThatIllegalArgumentException().isThrownBy(() -> ring.add(SigningKey.generate(SignatureAlgorithm.HS256)));
        assertThatIllegalArgumentException().isThrownBy(() -> ring.activate("unknown"));
        assertThatIllegalArgumentException().isThrownBy(() -> ring.retire(first.kid()));
        assertThatIllegalArgumentException().isThrownBy(() -> ring.retire("unknown"));
        assertThat(ring.current()).isSameAs(before);
        assertThat(ring.signing()).isSameAs(first);
        assertThat(ring.toString()).contains(first.kid());
    }

    @Test
    void publishedSetFollowsTheRing() {
        JwkSetPublisher publisher = JwkSetPublisher.of(ring);
        ApiResponse before = get(publisher);
        assertThat(get(publisher)).isSameAs(before);
        ring.add(next);
        ApiResponse after = get(publisher);
        assertThat(after.headers().first("ETag")).isNotEqualTo(before.headers().first("ETag"));
        ring.activate(next.kid());
        assertThat(get(publisher)).isSameAs(after);
    }

    /** Whatever the moment, a token is signed whole by a key that is accepted. */
    @Test
    void tokensIssuedWhileKeysChangeAreAllAccepted() throws Exception {
        ring.add(next);
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            Future<?> rotation = pool.submit(() -> {
                for (int i = 0; i < 2000; i++) {
                    ring.activate(i % 2 == 0 ? next.kid() : first.kid());
                }
                over.set(true);
            });
            do {
                assertThat(verifier.verify(token())).isInstanceOf(Verification.Verified.class);
            } while (!over.get());
            rotation.get();
        } finally {
            pool.shutdownNow();
        }
    }

    private static ApiResponse get(JwkSetPublisher publisher) {
        return publisher
                .handle(ApiRequest.builder("GET", "/").build())
                .toCompletableFuture()
                .join();
    }

    private String token() {
        return issuer.issue(Fixtures.ALICE).value();
    }

    private String issuedBy() {
        return com.auth0.jwt.JWT.decode(token()).getKeyId();
    }
}

package dev.scalableapi.auth;

import static dev.scalableapi.auth.Fixtures.EC;
import static dev.scalableapi.auth.Fixtures.RSA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.auth.Verification.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The header need not name the key where there is but one (RFC 7515 section 4.1.4). */
class TokenWithoutKeyIdTest {
    private final String token = Fixtures.token(EC, "{\"alg\":\"ES256\",\"typ\":\"at+jwt\"}", Fixtures.claims(""));

    private static void assertRejected(Verification verification, Reason reason) {
        assertThat(verification).isEqualTo(new Verification.Rejected(reason));
    }

    @Test
    void onlyKeyIsMeant() {
        AccessTokenVerifier verifier = Fixtures.verifier(EC);
        for (int times = 0; times < 3; times++) {
            assertThat(verifier.verify(token)).isInstanceOf(Verification.Verified.class);
        }
    }

    @Test
    void amongSeveralKeysNoneIsMeant() {
        assertRejected(Fixtures.verifier(EC, RSA).verify(token), Reason.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "HS256", "ES384", "RS256", "es256"})
    void onlyKeyBringsItsAlgorithm(String algorithm) {
        String header = "{\"alg\":\"%s\",\"typ\":\"at+jwt\"}".formatted(algorithm);
        assertRejected(
                Fixtures.verifier(EC).verify(Fixtures.token(EC, header, Fixtures.claims(""))), Reason.WRONG_ALGORITHM);
    }

    @Test
    void signatureOfAnotherKeyIsRejected() {
        assertRejected(Fixtures.verifier(SigningKey.generate()).verify(token), Reason.BAD_SIGNATURE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\"", "\" \"", "7", "[]"})
    void idThatIsNoneIsNotTakenForNone(String kid) {
        String header = "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":%s}".formatted(kid);
        assertRejected(Fixtures.verifier(EC).verify(Fixtures.token(EC, header, Fixtures.claims(""))), Reason.MALFORMED);
    }

    /** Also where the token was remembered from when there was one key. */
    @Test
    void tokenIsNoLongerAcceptedWhenAnotherKeyComes() {
        VerificationKeySet[] keys = {VerificationKeySet.of(EC.verificationKey())};
        AccessTokenVerifier verifier = AccessTokenVerifier.builder(() -> keys[0], Fixtures.ISSUER, Fixtures.AUDIENCE)
                .clock(Fixtures.at(Fixtures.NOW))
                .build();
        String named = Fixtures.token(EC, Fixtures.header(EC), Fixtures.claims(""));
        assertThat(verifier.verify(token)).isInstanceOf(Verification.Verified.class);
        Verification remembered = verifier.verify(named);

        keys[0] = VerificationKeySet.of(EC.verificationKey(), RSA.verificationKey());
        assertRejected(verifier.verify(token), Reason.MALFORMED);
        assertThat(verifier.verify(named)).isSameAs(remembered);

        keys[0] = VerificationKeySet.of(EC.verificationKey());
        assertThat(verifier.verify(token)).isInstanceOf(Verification.Verified.class);
    }
}

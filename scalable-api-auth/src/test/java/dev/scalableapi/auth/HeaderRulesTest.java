package dev.scalableapi.auth;

import static dev.scalableapi.auth.Fixtures.EC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.scalableapi.auth.Verification.Reason;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderRulesTest {
    private static final HeaderRules LENIENT = new HeaderRules(Set.of("JWT", "application/at+jwt", ""), false);
    private static final VerificationKeySet KEYS = VerificationKeySet.of(EC.verificationKey());

    private static JwsReader reader(HeaderRules rules) {
        return new JwsReader(EnumSet.of(SignatureAlgorithm.ES256), 8192, JwsReader.MAX_DEPTH, rules);
    }

    private static String signed(SigningKey key, String members) {
        String header = Fixtures.header(EC).replace("}", "," + members + "}");
        return Fixtures.token(key, header, Fixtures.claims(""));
    }

    private static void assertRejected(HeaderRules rules, String token, Reason reason) {
        assertThatExceptionOfType(RejectionException.class)
                .isThrownBy(() -> reader(rules).read(token, KEYS))
                .satisfies(
                        rejection -> assertThat(rejection.rejected().reason()).isEqualTo(reason));
    }

    @ParameterizedTest
    @ValueSource(strings = {"JWT", "jwt", "application/JWT", "APPLICATION/jwt", "at+jwt", "AT+JWT", ""})
    void typeIsComparedWithoutCaseAndPrefix(String type) {
        assertThat(LENIENT.accepts(type)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"JWTx", "logout+jwt", "application/", "application/application/jwt", "text/jwt", " jwt"})
    void otherTypesAreNotAccepted(String type) {
        assertThat(LENIENT.accepts(type)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"JWT", "", "id+jwt", "application/"})
    void rfc9068AcceptsNoTypeButAccessTokens(String type) {
        assertThat(HeaderRules.RFC9068.accepts(type)).isFalse();
        assertThat(HeaderRules.RFC9068.accepts("Application/AT+jwt")).isTrue();
    }

    @Test
    void typeOfAKnownHeaderIsRememberedWithItsRules() throws Exception {
        String untyped =
                Fixtures.token(EC, "{\"alg\":\"ES256\",\"kid\":\"%s\"}".formatted(EC.kid()), Fixtures.claims(""));
        JwsReader lenient = reader(LENIENT);
        JwsReader strict = reader(HeaderRules.RFC9068);
        for (int times = 0; times < 2; times++) {
            assertThat(lenient.read(untyped, KEYS).header().typeAccepted).isTrue();
            assertThat(strict.read(untyped, KEYS).header().typeAccepted).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"jku\":\"https://evil.example\"",
                "\"x5u\":\"https://evil.example\"",
                "\"x5c\":[\"AAAA\"]",
                "\"jwk\":{}",
                "\"jwk\":7"
            })
    void membersThatBringAKeyAreIgnoredOrRejectedByTheRules(String member) throws Exception {
        assertThat(reader(LENIENT).read(signed(EC, member), KEYS).header().key).isEqualTo(EC.verificationKey());
        assertRejected(HeaderRules.RFC9068, signed(EC, member), Reason.UNSUPPORTED_HEADER);
    }

    @Test
    void keyInAnIgnoredMemberVerifiesNothing() {
        SigningKey mine = SigningKey.generate();
        String set = IssuerServer.jwks(mine);
        String jwk = set.substring(set.indexOf('[') + 1, set.lastIndexOf(']')).replace(mine.kid(), EC.kid());
        assertRejected(LENIENT, signed(mine, "\"jwk\":" + jwk), Reason.BAD_SIGNATURE);
        String unnamed = Fixtures.token(mine, "{\"alg\":\"ES256\",\"jwk\":%s}".formatted(jwk), Fixtures.claims(""));
        assertRejected(LENIENT, unnamed, Reason.BAD_SIGNATURE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"crit\":[\"exp\"]", "\"b64\":true", "\"enc\":\"A256GCM\"", "\"zip\":\"DEF\""})
    void membersThatChangeTheMeaningAreAlwaysRejected(String member) {
        assertRejected(LENIENT, signed(EC, member), Reason.UNSUPPORTED_HEADER);
        assertRejected(HeaderRules.RFC9068, signed(EC, member), Reason.UNSUPPORTED_HEADER);
    }
}

package dev.scalableapi.auth;

import dev.scalableapi.auth.Verification.Reason;
import dev.scalableapi.auth.Verification.Rejected;
import dev.scalableapi.auth.Verification.Verified;
import org.assertj.core.api.Assertions;

/**
 * Tokens as another issuer writes them, from their JSON: {@code $IAT} and {@code $EXP} stand for the times of a valid
 * token.
 */
final class IssuedElsewhere {
    static final String KID = "kid-1";
    static final VerificationKeySet KEYS =
            VerificationKeySet.of(VerificationKey.of(KID, SignatureAlgorithm.RS256, Fixtures.publicKey(Fixtures.RSA)));

    static final String JWT = """
            {"alg":"RS256","typ":"JWT","kid":"kid-1"}""";
    static final String AT_JWT = """
            {"alg":"RS256","typ":"at+jwt","kid":"kid-1"}""";
    static final String NO_TYPE = """
            {"alg":"RS256","kid":"kid-1"}""";
    static final String LOGOUT = """
            {"alg":"RS256","typ":"logout+jwt","kid":"kid-1"}""";
    static final String LOGOUT_EVENT = "\"events\":{\"http://schemas.openid.net/event/backchannel-logout\":{}}";

    private IssuedElsewhere() {}

    static String token(String header, String claims) {
        return Fixtures.token(Fixtures.RSA, header, timed(claims));
    }

    static String timed(String claims) {
        long now = Fixtures.NOW.getEpochSecond();
        return claims.replace("\"$IAT\"", String.valueOf(now))
                .replace("\"$EXP\"", String.valueOf(now + 300))
                .replace("$IAT", String.valueOf(now))
                .replace("$EXP", String.valueOf(now + 300));
    }

    static AccessTokenVerifier verifier(TokenProfile profile, String issuer, String audience) {
        return AccessTokenVerifier.builder(KEYS, issuer, audience)
                .profile(profile)
                .clock(Fixtures.at(Fixtures.NOW))
                .build();
    }

    static AccessTokenVerifier verifier(TokenProfile profile) {
        return AccessTokenVerifier.builder(KEYS, profile)
                .clock(Fixtures.at(Fixtures.NOW))
                .build();
    }

    static Verified verified(AccessTokenVerifier verifier, String header, String claims) {
        Verification result = verifier.verify(token(header, claims));
        Assertions.assertThat(result).isInstanceOf(Verified.class);
        return (Verified) result;
    }

    static void assertRejected(
            AccessTokenVerifier verifier, String header, String claims, Reason reason, String claim) {
        Assertions.assertThat(verifier.verify(token(header, claims)))
                .isInstanceOfSatisfying(Rejected.class, rejected -> {
                    Assertions.assertThat(rejected.reason()).isEqualTo(reason);
                    Assertions.assertThat(rejected.claim().orElse("")).isEqualTo(claim);
                });
    }
}

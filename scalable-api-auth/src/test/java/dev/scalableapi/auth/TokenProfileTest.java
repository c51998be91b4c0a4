package dev.scalableapi.auth;

import static dev.scalableapi.auth.IssuedElsewhere.AT_JWT;
import static dev.scalableapi.auth.IssuedElsewhere.JWT;
import static dev.scalableapi.auth.IssuedElsewhere.NO_TYPE;
import static dev.scalableapi.auth.IssuedElsewhere.assertRejected;
import static dev.scalableapi.auth.IssuedElsewhere.verified;
import static dev.scalableapi.auth.IssuedElsewhere.verifier;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.auth.ClaimSource.Form;
import dev.scalableapi.auth.Verification.Reason;
import dev.scalableapi.auth.Verification.Rejected;
import dev.scalableapi.auth.Verification.Verified;
import dev.scalableapi.auth.revocation.Revocation;
import dev.scalableapi.auth.revocation.RevocationChecker;
import dev.scalableapi.auth.revocation.RevocationStore;
import dev.scalableapi.core.http.Caller;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class TokenProfileTest {
    private static final String ISSUER = Fixtures.ISSUER;
    private static final String AUDIENCE = Fixtures.AUDIENCE;

    private static TokenProfile.Builder strict() {
        return TokenProfile.builder(TokenProfile.rfc9068());
    }

    private static AccessTokenVerifier verify(TokenProfile.Builder profile) {
        return verifier(profile.build(), ISSUER, AUDIENCE);
    }

    @Test
    void rfc9068IsTheDefault() {
        AccessTokenVerifier byDefault = AccessTokenVerifier.builder(IssuedElsewhere.KEYS, ISSUER, AUDIENCE)
                .clock(Fixtures.at(Fixtures.NOW))
                .build();
        for (AccessTokenVerifier verifier :
                List.of(byDefault, verifier(TokenProfile.rfc9068(), ISSUER, AUDIENCE), verify(strict()))) {
            verified(verifier, AT_JWT, Fixtures.claims(",\"scope\":\"a\",\"roles\":[\"r\"]"));
            assertRejected(verifier, JWT, Fixtures.claims(""), Reason.WRONG_TYPE, "");
            assertRejected(verifier, NO_TYPE, Fixtures.claims(""), Reason.WRONG_TYPE, "");
            String jwk = AT_JWT.replace("}", ",\"jwk\":{}}");
            assertRejected(verifier, jwk, Fixtures.claims(""), Reason.UNSUPPORTED_HEADER, "");
            assertRejected(verifier, AT_JWT, Fixtures.claims(",\"scope\":[\"a\"]"), Reason.MALFORMED, "scope");
            assertRejected(verifier, AT_JWT, Fixtures.claims(",\"roles\":\"r\""), Reason.MALFORMED, "roles");
            assertRejected(
                    verifier, AT_JWT, Fixtures.claims("").replace("\"jti\"", "\"x\""), Reason.MISSING_CLAIM, "jti");
        }
    }

    @Test
    void typesAreThoseOfTheProfile() {
        AccessTokenVerifier jwt = verify(strict().types("JWT").requires("sub"));
        verified(jwt, JWT, Fixtures.claims(""));
        verified(jwt, JWT.replace("JWT", "application/jwt"), Fixtures.claims(""));
        assertRejected(jwt, AT_JWT, Fixtures.claims(""), Reason.WRONG_TYPE, "");
        assertRejected(jwt, NO_TYPE, Fixtures.claims(""), Reason.WRONG_TYPE, "");
        AccessTokenVerifier none = verify(strict().optionalType().requires("sub"));
        verified(none, NO_TYPE, Fixtures.claims(""));
        verified(none, AT_JWT, Fixtures.claims(""));
        assertRejected(none, JWT, Fixtures.claims(""), Reason.WRONG_TYPE, "");
        assertRejected(none, NO_TYPE.replace("}", ",\"typ\":\"\"}"), Fixtures.claims(""), Reason.MALFORMED, "");
    }

    @Test
    void profileThatAcceptsIdTokensFailsAtStart() {
        for (TokenProfile.Builder builder :
                List.of(strict().types("JWT"), strict().optionalType(), strict().types("at+jwt", "JWT"))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(builder::build)
                    .withMessageContaining("requires(...)")
                    .withMessageContaining("acceptAnyTokenKind()");
            builder.acceptAnyTokenKind().build();
        }
        strict().types("AT+JWT").build();
        strict().types("JWT").check("typ", claims -> true).build();
    }

    @Test
    void checksAreInAdditionToThoseOfTheOtherProfile() {
        TokenProfile base = strict().requires("a").build();
        TokenProfile.Builder copy = TokenProfile.builder(base).requires("b").roles();
        verified(verifier(base, ISSUER, AUDIENCE), AT_JWT, Fixtures.claims(",\"a\":1"));
        AccessTokenVerifier both = verify(copy);
        assertRejected(both, AT_JWT, Fixtures.claims(",\"a\":1"), Reason.MISSING_CLAIM, "b");
        assertRejected(both, AT_JWT, Fixtures.claims(",\"b\":1"), Reason.MISSING_CLAIM, "a");
        String token = Fixtures.claims(",\"a\":1,\"b\":1,\"roles\":[\"r\"]");
        assertThat(verified(both, AT_JWT, token).caller().roles()).isEmpty();
        assertThat(verified(verifier(base, ISSUER, AUDIENCE), AT_JWT, token)
                        .caller()
                        .roles())
                .containsExactly("r");
    }

    @Test
    void eachCheckRejectsWithTheNameOfItsClaim() {
        AccessTokenVerifier verifier = verify(strict().requires("a")
                .requiresAnyOf(ClaimSource.of("b"), ClaimSource.of("c", "d"))
                .requiresValue(ClaimSource.of("use"), "access", "service")
                .rejects("nonce", "at_hash")
                .check("age", claims -> claims.integer("age").orElse(0) >= 18));
        String valid = ",\"a\":{},\"c\":{\"d\":7},\"use\":[\"x\",\"service\"],\"age\":18";
        verified(verifier, AT_JWT, Fixtures.claims(valid));
        verified(verifier, AT_JWT, Fixtures.claims(valid.replace("\"c\":{\"d\":7}", "\"b\":\"\"")));
        verified(verifier, AT_JWT, Fixtures.claims(valid.replace("[\"x\",\"service\"]", "\"access\"")));
        for (var damage : List.of(
                List.of("\"a\":{}", "\"a\":null", "MISSING_CLAIM", "a"),
                List.of("\"a\":{}", "\"x\":1", "MISSING_CLAIM", "a"),
                List.of("{\"d\":7}", "{}", "MISSING_CLAIM", "b"),
                List.of("{\"d\":7}", "7", "MALFORMED", "c.d"),
                List.of("\"service\"", "\"y\"", "WRONG_CLAIM", "use"),
                List.of("\"service\"", "7", "MALFORMED", "use"),
                List.of("\"use\"", "\"used\"", "MISSING_CLAIM", "use"),
                List.of("18", "17", "WRONG_CLAIM", "age"),
                List.of("18", "\"18\"", "WRONG_CLAIM", "age"),
                List.of("18", "18,\"at_hash\":null", "WRONG_CLAIM", "at_hash"))) {
            String damaged = valid.replace(damage.get(0), damage.get(1));
            assertRejected(verifier, AT_JWT, Fixtures.claims(damaged), Reason.valueOf(damage.get(2)), damage.get(3));
        }
    }

    @Test
    void firstSourceThatIsPresentIsUsed() {
        AccessTokenVerifier verifier = verify(strict().subject(ClaimSource.of("uid"), ClaimSource.of("sub"))
                .tenant(ClaimSource.of("org", "id"), ClaimSource.of("tenant"))
                .session(ClaimSource.of("login"))
                .client());
        String claims = Fixtures.claims(",\"tenant\":\"t\",\"client_id\":\"c\",\"login\":\"l\",\"sid\":\"s\"");
        Verified second = verified(verifier, AT_JWT, claims);
        assertThat(second.caller()).isEqualTo(Caller.of("alice").withTenant("t"));
        assertThat(second.sessionId()).contains("l");
        String both = Fixtures.claims(",\"tenant\":\"t\",\"org\":{\"id\":\"o\"},\"uid\":\"u\"");
        assertThat(verified(verifier, AT_JWT, both).caller())
                .isEqualTo(Caller.of("u").withTenant("o"));
        String malformed = Fixtures.claims(",\"uid\":7");
        assertRejected(verifier, AT_JWT, malformed, Reason.MALFORMED, "uid");
        String none = Fixtures.claims("").replace("\"sub\"", "\"x\"");
        assertRejected(verifier, AT_JWT, none, Reason.MISSING_CLAIM, "uid");
    }

    @Test
    void valuesOfSeveralSourcesAreUnited() {
        AccessTokenVerifier verifier = verify(strict().scopes(ClaimSource.of("scp"), ClaimSource.of("scope"))
                .roles(ClaimSource.of("roles"), ClaimSource.of(Form.MEMBER_NAMES, "grants"))
                .permissions(ClaimSource.of("can", "do")));
        String claims = Fixtures.claims(",\"scp\":[\"a\",\"b\"],\"scope\":\"b c\",\"roles\":\"chief editor\","
                + "\"grants\":{\"x\":{},\"y\":1},\"can\":{\"do\":\"pay\"}");
        assertThat(verified(verifier, AT_JWT, claims).caller())
                .isEqualTo(Caller.of("alice")
                        .withScopes(Set.of("a", "b", "c"))
                        .withRoles(Set.of("chief editor", "x", "y"))
                        .withPermissions(Set.of("pay")));
    }

    @Test
    void formMustFitItsUse() {
        ClaimSource array = ClaimSource.of(Form.ARRAY, "a");
        ClaimSource integer = ClaimSource.of(Form.STRING_OR_INTEGER, "a");
        assertThatIllegalArgumentException().isThrownBy(() -> strict().subject(array));
        assertThatIllegalArgumentException().isThrownBy(() -> strict().subject(ClaimSource.of("b"), array));
        assertThatIllegalArgumentException().isThrownBy(() -> strict().tenant(array));
        assertThatIllegalArgumentException().isThrownBy(() -> strict().tokenId(array));
        assertThatIllegalArgumentException().isThrownBy(() -> strict().roles(integer));
        assertThatIllegalArgumentException().isThrownBy(() -> strict().audience(integer));
        assertThatIllegalArgumentException().isThrownBy(() -> strict().requiresValue(integer, "b"));
        assertThatIllegalArgumentException().isThrownBy(() -> strict().types(" "));
        assertThatIllegalArgumentException().isThrownBy(() -> strict().issuers("a", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> strict().requires(" "));
    }

    @Test
    void issuersAndAudiencesOfTheProfileIncludeThoseOfTheVerifier() {
        TokenProfile profile = strict().issuers(ISSUER, "https://b.example")
                .audiences(AUDIENCE, "b")
                .build();
        for (AccessTokenVerifier verifier : List.of(verifier(profile, ISSUER, AUDIENCE), verifier(profile))) {
            verified(verifier, AT_JWT, Fixtures.claims(""));
            verified(verifier, AT_JWT, Fixtures.claims("").replace(ISSUER, "https://b.example"));
            verified(verifier, AT_JWT, Fixtures.claims("").replace(AUDIENCE, "b"));
            String other = Fixtures.claims("").replace(ISSUER, "https://c.example");
            assertRejected(verifier, AT_JWT, other, Reason.WRONG_ISSUER, "iss");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> verifier(profile, "https://c.example", AUDIENCE))
                .withMessageContaining("issuer");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> verifier(profile, ISSUER, "c"))
                .withMessageContaining("audience");
        for (TokenProfile incomplete : List.of(
                TokenProfile.rfc9068(),
                strict().issuers("a").build(),
                strict().audiences("a").build())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> verifier(incomplete))
                    .withMessageContaining("builder(keys, issuer, audience)");
        }
    }

    @Test
    void settingThatWouldNotBeCheckedFailsAtStart() {
        TokenProfile anyIssuer = strict().acceptAnyIssuer().build();
        TokenProfile anyAudience = strict().acceptAnyAudience().build();
        for (TokenProfile profile : List.of(anyIssuer, anyAudience)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> verifier(profile, ISSUER, AUDIENCE))
                    .withMessageContaining("builder(keys, profile)");
        }
        AccessTokenVerifier any =
                verifier(strict().acceptAnyIssuer().acceptAnyAudience().build());
        verified(any, AT_JWT, Fixtures.claims("").replaceAll("\"iss\":\"[^\"]*\",\"aud\":\"[^\"]*\",", ""));
        AccessTokenVerifier again = verifier(TokenProfile.builder(anyIssuer)
                .issuers(ISSUER)
                .audiences(AUDIENCE)
                .build());
        assertRejected(
                again, AT_JWT, Fixtures.claims("").replace(ISSUER, "https://c.example"), Reason.WRONG_ISSUER, "iss");
    }

    /** A key that names its issuer binds tokens even where the profile accepts any issuer. */
    @Test
    void issuerOfAKeyIsCheckedInAnyProfile() {
        VerificationKey key = VerificationKey.ofJwk(
                IssuedElsewhere.KID, SignatureAlgorithm.RS256, Fixtures.publicKey(Fixtures.RSA), ISSUER);
        AccessTokenVerifier verifier = AccessTokenVerifier.builder(
                        VerificationKeySet.of(key),
                        strict().acceptAnyIssuer().acceptAnyAudience().build())
                .clock(Fixtures.at(Fixtures.NOW))
                .build();
        verified(verifier, AT_JWT, Fixtures.claims(""));
        String other = Fixtures.claims("").replace(ISSUER, "https://c.example");
        assertRejected(verifier, AT_JWT, other, Reason.WRONG_ISSUER, "iss");
        String none = Fixtures.claims("").replaceAll("\"iss\":\"[^\"]*\",", "");
        assertRejected(verifier, AT_JWT, none, Reason.WRONG_ISSUER, "iss");
    }

    @Test
    void tokenIdIsOptionalUnlessTokensAreRevoked() {
        TokenProfile profile = strict().tokenId(ClaimSource.of("uti")).build();
        String without = Fixtures.claims("");
        assertThat(verified(verifier(profile, ISSUER, AUDIENCE), AT_JWT, without)
                        .tokenId())
                .isEmpty();
        try (RevocationChecker checker = checker()) {
            AccessTokenVerifier verifier = revoking(profile, checker);
            assertRejected(verifier, AT_JWT, without, Reason.MISSING_CLAIM, "uti");
            String with = Fixtures.claims(",\"uti\":\"u-1\"");
            assertThat(verified(verifier, AT_JWT, with).tokenId()).isEqualTo("u-1");
            checker.revoke(new Revocation.OfToken("u-1", Fixtures.NOW.plusSeconds(300)));
            assertThat(verifier.verify(IssuedElsewhere.token(AT_JWT, with))).isEqualTo(new Rejected(Reason.REVOKED));
        }
    }

    @Test
    void revocationByTokenIdWithoutATokenIdFailsAtStart() {
        try (RevocationChecker checker = checker()) {
            for (TokenProfile profile : List.of(
                    TokenProfile.auth0(),
                    TokenProfile.builder(TokenProfile.keycloak("orders"))
                            .tokenId()
                            .build(),
                    strict().tokenId().build())) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> revoking(profile, checker))
                        .withMessageContaining("revocationsBySubject(...)")
                        .withMessageContaining("tokenId(...)");
            }
            revoking(TokenProfile.rfc9068(), checker);
            revoking(TokenProfile.okta(), checker);
        }
    }

    @Test
    void subjectsAreRevokedWithoutATokenId() {
        TokenProfile profile = strict().tokenId().optionalIssuedAt().build();
        try (RevocationChecker checker = checker()) {
            AccessTokenVerifier verifier = AccessTokenVerifier.builder(IssuedElsewhere.KEYS, ISSUER, AUDIENCE)
                    .profile(profile)
                    .revocationsBySubject(checker)
                    .clock(Fixtures.at(Fixtures.NOW))
                    .build();
            String later = Fixtures.claims("").replaceAll("\"iat\":[0-9]+", "\"iat\":" + (seconds() + 20));
            String none = Fixtures.claims("").replace("\"iat\"", "\"x\"");
            verified(verifier, AT_JWT, later);
            assertThat(verified(verifier, AT_JWT, none).issuedAt()).isEqualTo(Instant.EPOCH);
            checker.revoke(new Revocation.OfSubject("alice", Fixtures.NOW, Fixtures.NOW.plusSeconds(600)));
            verified(verifier, AT_JWT, later);
            assertRejected(verifier, AT_JWT, none, Reason.REVOKED, "");
            assertRejected(verifier, AT_JWT, Fixtures.claims(""), Reason.REVOKED, "");
        }
    }

    private static long seconds() {
        return Fixtures.NOW.getEpochSecond();
    }

    private static RevocationChecker checker() {
        return RevocationChecker.failOpen(RevocationStore.inMemory(10, Fixtures.at(Fixtures.NOW)))
                .clock(Fixtures.at(Fixtures.NOW))
                .build();
    }

    private static AccessTokenVerifier revoking(TokenProfile profile, RevocationChecker checker) {
        return AccessTokenVerifier.builder(IssuedElsewhere.KEYS, ISSUER, AUDIENCE)
                .profile(profile)
                .revocations(checker)
                .clock(Fixtures.at(Fixtures.NOW))
                .build();
    }

    @Test
    void applicationMakesTheCallerFromTheClaims() {
        AccessTokenVerifier verifier = verify(strict().caller((caller, claims) ->
                caller.withPermissions(Set.copyOf(claims.texts("authorization", "grants")))));
        String claims = Fixtures.claims(",\"authorization\":{\"grants\":[\"pay\",\"refund\"]},\"scope\":\"a\"");
        Verified result = verified(verifier, AT_JWT, claims);
        assertThat(result.caller())
                .isEqualTo(Caller.of("alice").withScopes(Set.of("a")).withPermissions(Set.of("pay", "refund")));
        assertThat(verifier.verify(IssuedElsewhere.token(AT_JWT, claims))).isSameAs(result);
    }

    @Test
    void mappingThatFailsRejectsTheToken() {
        List<BiFunction<Caller, TokenClaims, Caller>> mappings = List.of(
                (caller, claims) -> {
                    throw new IllegalStateException("bug");
                },
                (caller, claims) -> caller.withTenant(claims.text("iat").orElseThrow()),
                (caller, claims) -> caller.withTenant(claims.text("absent").orElseThrow()),
                (caller, claims) -> null);
        for (BiFunction<Caller, TokenClaims, Caller> mapping : mappings) {
            AccessTokenVerifier verifier = verify(strict().caller(mapping));
            assertRejected(verifier, AT_JWT, Fixtures.claims(""), Reason.NO_CALLER, "");
        }
    }

    /** Otherwise the application would see claims of tokens that are not valid. */
    @Test
    void applicationSeesOnlyClaimsThatPassedTheOtherChecks() {
        AccessTokenVerifier verifier = verify(strict().requires("a").caller((caller, claims) -> {
            throw new AssertionError("called");
        }));
        String expired = Fixtures.claims(",\"a\":1").replaceAll("\"exp\":[0-9]+", "\"exp\":1");
        assertRejected(verifier, AT_JWT, expired, Reason.EXPIRED, "exp");
        assertRejected(verifier, AT_JWT, Fixtures.claims(""), Reason.MISSING_CLAIM, "a");
        String other = Fixtures.claims(",\"a\":1").replace(AUDIENCE, "b");
        assertRejected(verifier, AT_JWT, other, Reason.WRONG_AUDIENCE, "aud");
    }
}

package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.interfaces.DecodedJWT;
import dev.scalableapi.core.http.Caller;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenIssuerTest {
    private static final Caller PLAIN =
            new Caller("bob", Optional.empty(), Optional.empty(), Set.of(), Set.of(), Set.of());

    /** java-jwt, as another reader of the same standard. */
    private static DecodedJWT read(SigningKey key, String token) {
        var publicKey = Fixtures.publicKey(key);
        Algorithm algorithm = key.algorithm() == SignatureAlgorithm.ES256
                ? Algorithm.ECDSA256((ECPublicKey) publicKey, null)
                : Algorithm.RSA256((RSAPublicKey) publicKey, null);
        var verification = (com.auth0.jwt.JWTVerifier.BaseVerification) JWT.require(algorithm);
        return verification.build(Fixtures.at(Fixtures.NOW)).verify(token);
    }

    @Test
    void tokenHasTheShapeOfRfc9068() {
        for (SigningKey key : List.of(Fixtures.EC, Fixtures.RSA)) {
            Caller caller = Fixtures.ALICE.withClient("web").withPermissions(Set.of("refund"));
            IssuedToken issued =
                    Fixtures.issuer(key).issue(AccessTokenRequest.of(caller).withSessionId("login-1"));
            DecodedJWT token = read(key, issued.value());
            assertThat(token.getType()).isEqualTo("at+jwt");
            assertThat(token.getAlgorithm()).isEqualTo(key.algorithm().name());
            assertThat(token.getKeyId()).isEqualTo(key.kid());
            assertThat(token.getIssuer()).isEqualTo(Fixtures.ISSUER);
            assertThat(token.getAudience()).containsExactly(Fixtures.AUDIENCE);
            assertThat(token.getSubject()).isEqualTo("alice");
            assertThat(token.getIssuedAtAsInstant()).isEqualTo(Fixtures.NOW).isEqualTo(issued.issuedAt());
            assertThat(token.getExpiresAtAsInstant()).isEqualTo(issued.expiresAt());
            assertThat(token.getId()).isEqualTo(issued.id());
            assertThat(token.getClaim("scope").asString()).isEqualTo("catalog:write users:read");
            assertThat(token.getClaim("roles").asList(String.class)).containsExactly("admin", "staff");
            assertThat(token.getClaim("tenant").asString()).isEqualTo("acme");
            assertThat(token.getClaim("client_id").asString()).isEqualTo("web");
        }
    }

    @Test
    void claimsWithoutContentAreLeftOut() {
        DecodedJWT token =
                read(Fixtures.EC, Fixtures.issuer(Fixtures.EC).issue(PLAIN).value());
        assertThat(token.getClaims()).containsOnlyKeys("iss", "aud", "sub", "iat", "exp", "jti");
    }

    @Test
    void lifetimeIsFiveMinutesUnlessSet() {
        TokenIssuer hour = TokenIssuer.builder(Fixtures.EC, Fixtures.ISSUER, Fixtures.AUDIENCE)
                .lifetime(Duration.ofHours(1))
                .build();
        assertThat(hour.lifetime()).isEqualTo(Duration.ofHours(1));
        assertThat(hour.issue(PLAIN).lifetime()).isEqualTo(Duration.ofHours(1));
        assertThat(Fixtures.issuer(Fixtures.EC).issue(PLAIN).lifetime()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void tokensHaveDifferentIds() {
        Set<String> ids = new HashSet<>();
        TokenIssuer issuer = Fixtures.issuer(Fixtures.EC);
        for (int i = 0; i < 100; i++) {
            ids.add(issuer.issue(PLAIN).id());
        }
        assertThat(ids).hasSize(100).allSatisfy(id -> assertThat(id).hasSize(22));
    }

    @Test
    void issueIsInWholeSeconds() {
        TokenIssuer issuer = TokenIssuer.builder(Fixtures.EC, Fixtures.ISSUER, Fixtures.AUDIENCE)
                .clock(Fixtures.at(Fixtures.NOW.plusMillis(999)))
                .build();
        assertThat(issuer.issue(PLAIN).issuedAt()).isEqualTo(Fixtures.NOW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\"b", "a\\b", "a\nb", "\u00e9", "a\u007f"})
    void scopeThatWouldReadOtherwiseIsRefused(String scope) {
        Caller caller = new Caller("bob", Optional.empty(), Optional.empty(), Set.of(), Set.of(), Set.of(scope));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Fixtures.issuer(Fixtures.EC).issue(caller));
    }

    @Test
    void loneSurrogateIsRefusedWhereverItStands() {
        String lone = "bob\ud800";
        TokenIssuer issuer = Fixtures.issuer(Fixtures.EC);
        List<Caller> callers = List.of(
                new Caller(lone, Optional.empty(), Optional.empty(), Set.of(), Set.of(), Set.of()),
                new Caller("bob", Optional.of(lone), Optional.empty(), Set.of(), Set.of(), Set.of()),
                new Caller("bob", Optional.empty(), Optional.empty(), Set.of(lone), Set.of(), Set.of()));
        for (Caller caller : callers) {
            assertThatIllegalArgumentException().isThrownBy(() -> issuer.issue(caller));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> issuer.issue(AccessTokenRequest.of(PLAIN.withClient(lone))));
        assertThatIllegalArgumentException().isThrownBy(() -> TokenIssuer.builder(Fixtures.EC, lone, "a"));
    }

    @Test
    void tokenThatNoVerifierWouldTakeIsNotIssued() {
        Caller caller = new Caller("b".repeat(8000), Optional.empty(), Optional.empty(), Set.of(), Set.of(), Set.of());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Fixtures.issuer(Fixtures.EC).issue(caller));
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> TokenIssuer.builder(Fixtures.EC, " ", "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> TokenIssuer.builder(Fixtures.EC, "a", ""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AccessTokenRequest.of(PLAIN).withSessionId(" "));
        TokenIssuer.Builder builder = TokenIssuer.builder(Fixtures.EC, "a", "b");
        for (Duration lifetime : List.of(
                Duration.ZERO,
                Duration.ofSeconds(-5),
                Duration.ofMillis(1500),
                Duration.ofDays(1).plusSeconds(1))) {
            assertThatIllegalArgumentException().isThrownBy(() -> builder.lifetime(lifetime));
        }
    }

    @Test
    void textFormDoesNotHoldTheToken() {
        IssuedToken issued = Fixtures.issuer(Fixtures.EC).issue(PLAIN);
        assertThat(issued.toString()).contains(issued.id()).doesNotContain(issued.value());
    }

    @Test
    void whatIsIssuedIsVerified() {
        for (SigningKey key : List.of(Fixtures.EC, Fixtures.RSA)) {
            Caller caller = Fixtures.ALICE.withClient("web").withPermissions(Set.of("refund"));
            IssuedToken issued =
                    Fixtures.issuer(key).issue(AccessTokenRequest.of(caller).withSessionId("login-1"));
            assertThat(Fixtures.verifier(Fixtures.EC, Fixtures.RSA).verify(issued.value()))
                    .isEqualTo(new Verification.Verified(
                            caller,
                            issued.id(),
                            Optional.of("login-1"),
                            issued.issuedAt(),
                            issued.expiresAt(),
                            Optional.empty()));
        }
    }
}

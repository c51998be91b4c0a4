package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.auth.Verification.Reason;
import dev.scalableapi.auth.Verification.Rejected;
import dev.scalableapi.auth.Verification.Verified;
import dev.scalableapi.auth.audit.AuthEvent;
import dev.scalableapi.core.http.Caller;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedIssuersTest {
    private static final String OTHER_ISSUER = "https://other.example";

    private final AtomicInteger refreshes = new AtomicInteger();
    private final SigningKey otherKey = SigningKey.generate();
    private final AccessTokenVerifier first = AccessTokenVerifier.builder(
                    counting(Fixtures.EC), Fixtures.ISSUER, Fixtures.AUDIENCE)
            .clock(Fixtures.at(Fixtures.NOW))
            .build();
    private final AccessTokenVerifier second = AccessTokenVerifier.builder(
                    counting(otherKey), OTHER_ISSUER, Fixtures.AUDIENCE)
            .clock(Fixtures.at(Fixtures.NOW))
            .build();
    private final TrustedIssuers issuers = TrustedIssuers.of(first, second);

    @Test
    void eachIssuersTokensAreVerifiedWithItsOwnKeys() {
        assertThat(caller(verify(issuers, token(Fixtures.EC, Fixtures.ISSUER)))).isEqualTo("alice");
        assertThat(caller(verify(issuers, token(otherKey, OTHER_ISSUER)))).isEqualTo("alice");
    }

    @Test
    void sameSubjectOfTwoIssuersIsTwoCallersUnlessSubjectsAreShared() {
        String ofFirst = token(Fixtures.EC, Fixtures.ISSUER);
        String ofSecond = token(otherKey, OTHER_ISSUER);
        TrustedIssuers shared =
                TrustedIssuers.builder(first, second).sharedSubjects().build();

        for (int i = 0; i < 2; i++) {
            assertThat(((Verified) verify(issuers, ofFirst)).caller())
                    .isEqualTo(Caller.of("alice").withTenant(Fixtures.ISSUER));
            assertThat(((Verified) verify(issuers, ofSecond)).caller())
                    .isEqualTo(Caller.of("alice").withTenant(OTHER_ISSUER));
            assertThat(issuers.verifyCached(ofSecond, confirmation -> false)
                            .orElseThrow()
                            .caller())
                    .isEqualTo(Caller.of("alice").withTenant(OTHER_ISSUER));
            assertThat(((Verified) verify(shared, ofFirst)).caller()).isEqualTo(Caller.of("alice"));
            assertThat(((Verified) verify(shared, ofSecond)).caller()).isEqualTo(Caller.of("alice"));
        }
    }

    @Test
    void tenantOfTheTokenStays() {
        String payload = Fixtures.claims(",\"tenant\":\"acme\"");
        String token = Fixtures.token(Fixtures.EC, Fixtures.header(Fixtures.EC), payload);

        assertThat(((Verified) verify(issuers, token)).caller().tenant()).contains("acme");
        assertThat(((Verified) verify(issuers, token)).claims().text("tenant")).contains("acme");
    }

    @Test
    void keyOfOneIssuerDoesNotSignForAnother() {
        assertThat(verify(issuers, token(otherKey, Fixtures.ISSUER))).isEqualTo(new Rejected(Reason.UNKNOWN_KEY));
        assertThat(verify(issuers, token(Fixtures.EC, OTHER_ISSUER))).isEqualTo(new Rejected(Reason.UNKNOWN_KEY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "https://issuer.example/", "HTTPS://issuer.example", ""})
    void unknownIssuerIsRejectedWithoutAFetch(String issuer) {
        String token = token(SigningKey.generate(), issuer);

        assertThat(verify(issuers, token)).isEqualTo(new Rejected(Reason.WRONG_ISSUER));
        assertThat(refreshes).hasValue(0);
    }

    @Test
    void knownIssuerWithAnUnknownKeyIsFetchedFor() {
        verify(issuers, token(SigningKey.generate(), OTHER_ISSUER));

        assertThat(refreshes).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"iss\":\"https://other.example\",\"iss\":\"https://issuer.example\"%s}",
                "{\"iss\":\"https://issuer.example\",\"iss\":\"https://other.example\"%s}",
                "{\"iss\":\"https://other.example\"%s}x"
            })
    void issuerThatSelectsTheVerifierIsVerifiedStrictlyAfterwards(String template) {
        String payload = template.formatted(",\"aud\":\"" + Fixtures.AUDIENCE + "\",\"sub\":\"alice\",\"iat\":"
                + Fixtures.NOW.getEpochSecond() + ",\"exp\":" + (Fixtures.NOW.getEpochSecond() + 300)
                + ",\"jti\":\"1\"");
        for (SigningKey key : List.of(Fixtures.EC, otherKey)) {
            assertThat(verify(issuers, Fixtures.token(key, Fixtures.header(key), payload)))
                    .isInstanceOf(Rejected.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"sub\":\"alice\"}",
                "{\"iss\":5}",
                "{\"iss\":null}",
                "{\"iss\":{\"iss\":\"x\"}}",
                "{",
                "{\"a\":"
            })
    void tokenWithoutAnIssuerIsRejected(String payload) {
        String token = Fixtures.token(Fixtures.EC, Fixtures.header(Fixtures.EC), payload);

        assertThat(verify(issuers, token)).isEqualTo(new Rejected(Reason.MISSING_CLAIM));
        assertThat(refreshes).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "a.b", "a.b.c", "a.b.c.d", "..", ".W10.", "a.IiI.c", "a.e30=.c"})
    void tokenThatIsNotAJwtIsMalformedUnlessOpaqueTokensAreVerified(String token) {
        assertThat(verify(issuers, token)).isEqualTo(new Rejected(Reason.MALFORMED));

        Opaque opaque = new Opaque();
        TrustedIssuers both =
                TrustedIssuers.builder(first, second).opaqueTokens(opaque).build();
        assertThat(verify(both, token)).isEqualTo(opaque.result);
        assertThat(both.verifyCached(token, confirmation -> false)).contains(opaque.result);
    }

    @Test
    void jwtOfAnUnknownIssuerIsNotVerifiedAsAnOpaqueToken() {
        Opaque opaque = new Opaque();
        TrustedIssuers both =
                TrustedIssuers.builder(first, second).opaqueTokens(opaque).build();

        assertThat(verify(both, token(otherKey, "https://evil.example"))).isEqualTo(new Rejected(Reason.WRONG_ISSUER));
        assertThat(verify(both, Fixtures.token(otherKey, Fixtures.header(otherKey), "{\"sub\":\"alice\"}")))
                .isEqualTo(new Rejected(Reason.MISSING_CLAIM));
        assertThat(opaque.calls).hasValue(0);
    }

    @Test
    void rememberedTokenIsFoundWhateverTheNumberOfIssuers() {
        List<AccessTokenVerifier> many = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            many.add(AccessTokenVerifier.builder(counting(otherKey), OTHER_ISSUER + "/" + i, Fixtures.AUDIENCE)
                    .clock(Fixtures.at(Fixtures.NOW))
                    .build());
        }
        String token = token(otherKey, OTHER_ISSUER + "/7");
        for (TrustedIssuers each : List.of(
                TrustedIssuers.of(first, many.get(7)),
                TrustedIssuers.of(first, many.toArray(AccessTokenVerifier[]::new)))) {
            verify(each, token);
            assertThat(each.verifyCached(token, confirmation -> false)).isPresent();
            assertThat(each.verifyCached(token + "x", confirmation -> false)).isEmpty();
            assertThat(each.verifyCached("x".repeat(10_000), confirmation -> false))
                    .isEmpty();
        }
    }

    @Test
    void tenantInTheIssuerIsCheckedByTheVerifier() {
        String issuer = "https://login.example/{tenantid}/v2.0";
        AccessTokenVerifier tenants = AccessTokenVerifier.builder(counting(otherKey), issuer, Fixtures.AUDIENCE)
                .profile(TokenProfile.entraId("t-1", "t-2"))
                .clock(Fixtures.at(Fixtures.NOW))
                .build();
        TrustedIssuers all = TrustedIssuers.of(first, tenants);

        assertThat(caller(verify(all, entra("t-1", "t-1")))).isEqualTo("alice");
        assertThat(caller(verify(all, entra("t-2", "t-2")))).isEqualTo("alice");
        assertThat(verify(all, entra("t-1", "t-2"))).isEqualTo(new Rejected(Reason.WRONG_ISSUER));
        assertThat(verify(all, entra("t-3", "t-3"))).isEqualTo(new Rejected(Reason.WRONG_ISSUER));
        assertThat(verify(all, token(otherKey, "https://login.example//v2.0")))
                .isEqualTo(new Rejected(Reason.WRONG_ISSUER));
    }

    private String entra(String inIssuer, String claim) {
        String payload = """
                {"iss":"https://login.example/%s/v2.0","aud":"%s","sub":"alice","iat":%d,"exp":%d,"tid":"%s",\
                "azp":"app","scp":"read","ver":"2.0","oid":"o","uti":"u"}""".formatted(
                inIssuer, Fixtures.AUDIENCE, Fixtures.NOW.getEpochSecond(), Fixtures.NOW.getEpochSecond() + 300, claim);
        String header = "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"" + otherKey.kid() + "\"}";
        return Fixtures.token(otherKey, header, payload);
    }

    @Test
    void verifiersThatOverlapFailAtStart() {
        AccessTokenVerifier again = AccessTokenVerifier.builder(counting(otherKey), Fixtures.ISSUER, "other")
                .build();
        AccessTokenVerifier any = AccessTokenVerifier.builder(
                        counting(otherKey),
                        TokenProfile.builder(TokenProfile.rfc9068())
                                .acceptAnyIssuer()
                                .audiences("orders")
                                .build())
                .build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrustedIssuers.of(first, again))
                .withMessageContaining(Fixtures.ISSUER);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrustedIssuers.of(first, any))
                .withMessageContaining("any issuer");
    }

    @Test
    void rejectionIsReportedAndTooLongTokensAreNotRead() {
        List<AuthEvent> events = new ArrayList<>();
        TrustedIssuers small = TrustedIssuers.builder(first)
                .maxLength(100)
                .listener(events::add)
                .build();

        assertThat(verify(small, token(Fixtures.EC, Fixtures.ISSUER))).isEqualTo(new Rejected(Reason.TOO_LARGE));
        assertThat(verify(small, "x")).isEqualTo(new Rejected(Reason.MALFORMED));
        assertThat(events)
                .containsExactly(new AuthEvent.TokenRejected("too_large"), new AuthEvent.TokenRejected("malformed"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrustedIssuers.builder(first).maxLength(0));
    }

    private static String token(SigningKey key, String issuer) {
        String payload = Fixtures.claims("").replace("\"" + Fixtures.ISSUER + "\"", "\"" + issuer + "\"");
        return Fixtures.token(
                key, Fixtures.header(key).getBytes(StandardCharsets.UTF_8), payload.getBytes(StandardCharsets.UTF_8));
    }

    private static Verification verify(TokenVerifier verifier, String token) {
        return verifier.verifyAsync(token, confirmation -> false)
                .toCompletableFuture()
                .join();
    }

    private static String caller(Verification result) {
        assertThat(result).isInstanceOf(Verified.class);
        return ((Verified) result).caller().id();
    }

    /** Counts how often newer keys are asked for. */
    private VerificationKeySource counting(SigningKey key) {
        VerificationKeySet keys = VerificationKeySet.of(key.verificationKey());
        return new VerificationKeySource() {
            @Override
            public VerificationKeySet current() {
                return keys;
            }

            @Override
            public CompletionStage<VerificationKeySet> refreshed() {
                refreshes.incrementAndGet();
                return CompletableFuture.completedFuture(keys);
            }
        };
    }

    /** Accepts every token. */
    private static final class Opaque implements TokenVerifier {
        final AtomicInteger calls = new AtomicInteger();
        final Verified result =
                new Verified(Caller.of("opaque"), "", Optional.empty(), Fixtures.NOW, Fixtures.NOW, Optional.empty());

        @Override
        public CompletionStage<Verification> verifyAsync(String token, Predicate<Confirmation> proof) {
            calls.incrementAndGet();
            return CompletableFuture.completedFuture(result);
        }

        @Override
        public Optional<Verified> verifyCached(String token, Predicate<Confirmation> proof) {
            return Optional.of(result);
        }
    }
}

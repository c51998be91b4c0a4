package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.auth.Verification.Verified;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TokenClaimsTest {
    private static final String MORE = ",\"email\":\"a@example.com\",\"email_verified\":true,\"age\":42,\"ratio\":0.5,"
            + "\"auth_time\":1700000000,\"amr\":[\"pwd\",\"otp\"],\"act\":{\"sub\":\"bot\",\"deep\":{\"er\":\"x\"}},"
            + "\"orgs\":[{\"id\":\"o1\"},{\"id\":\"o2\"}],\"none\":null,\"a.b\":\"dot\",\"half\":\"\\ud800\","
            + "\"large\":99999999999999999999,\"huge\":1e999";

    private static TokenClaims claims() {
        String token = Fixtures.token(Fixtures.EC, Fixtures.header(Fixtures.EC), Fixtures.claims(MORE));
        return ((Verified) Fixtures.verifier(Fixtures.EC).verify(token)).claims();
    }

    private final TokenClaims claims = claims();

    @Test
    void claimsAreReadByTheirType() {
        assertThat(claims.text("email")).contains("a@example.com");
        assertThat(claims.bool("email_verified")).contains(true);
        assertThat(claims.integer("age")).hasValue(42);
        assertThat(claims.number("age")).hasValue(42);
        assertThat(claims.number("ratio")).hasValue(0.5);
        assertThat(claims.instant("auth_time")).contains(Instant.ofEpochSecond(1_700_000_000));
        assertThat(claims.texts("amr")).containsExactly("pwd", "otp");
        assertThat(claims.texts("email")).containsExactly("a@example.com");
        assertThat(claims.text("sub")).contains("alice");
        assertThat(claims.names()).startsWith("iss", "aud", "sub").contains("email", "none");
    }

    @Test
    void pathsLeadIntoObjects() {
        assertThat(claims.text("act", "deep", "er")).contains("x");
        assertThat(claims.object("act").orElseThrow().text("deep", "er")).contains("x");
        assertThat(claims.object("act").orElseThrow().names()).containsExactly("sub", "deep");
        assertThat(claims.objects("orgs"))
                .extracting(org -> org.text("id").orElseThrow())
                .containsExactly("o1", "o2");
        assertThat(claims.text("a.b")).contains("dot");
        assertThat(claims.has("act", "deep")).isTrue();
        assertThat(claims.has("act", "deeper")).isFalse();
    }

    @Test
    void absentAndNullValuesAreEmpty() {
        for (String absent : List.of("none", "other")) {
            assertThat(claims.text(absent)).isEmpty();
            assertThat(claims.texts(absent)).isEmpty();
            assertThat(claims.integer(absent)).isEmpty();
            assertThat(claims.number(absent)).isEmpty();
            assertThat(claims.bool(absent)).isEmpty();
            assertThat(claims.instant(absent)).isEmpty();
            assertThat(claims.object(absent)).isEmpty();
            assertThat(claims.objects(absent)).isEmpty();
            assertThat(claims.text(absent, "deeper")).isEmpty();
        }
        assertThat(claims.has("none")).isTrue();
        assertThat(claims.has("other")).isFalse();
    }

    /** Otherwise {@code "suspended":"true"} would be taken for not suspended. */
    @Test
    void valueOfAnotherTypeIsNotOverlooked() {
        List<Consumer<TokenClaims>> wrong = List.of(
                each -> each.text("age"),
                each -> each.text("half"),
                each -> each.texts("orgs"),
                each -> each.texts("act"),
                each -> each.integer("ratio"),
                each -> each.integer("large"),
                each -> each.number("email"),
                each -> each.number("huge"),
                each -> each.bool("email"),
                each -> each.instant("email"),
                each -> each.instant("huge"),
                each -> each.object("amr"),
                each -> each.objects("act"),
                each -> each.objects("amr"),
                each -> each.text("email", "deeper"));
        for (Consumer<TokenClaims> read : wrong) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> read.accept(claims))
                    .withMessageMatching("The claim [a-z.]+ is not an? .*")
                    .withMessageNotContaining("example.com");
        }
    }

    @Test
    void textFormHoldsNoClaim() {
        assertThat(claims).hasToString("TokenClaims");
        assertThat(claims.object("act").orElseThrow()).hasToString("TokenClaims");
    }

    @Test
    void claimsDoNotTakePartInEquality() {
        String token = Fixtures.token(Fixtures.EC, Fixtures.header(Fixtures.EC), Fixtures.claims(MORE));
        Verified with = (Verified) Fixtures.verifier(Fixtures.EC).verify(token);
        Verified without = new Verified(
                with.caller(),
                with.tokenId(),
                with.sessionId(),
                with.issuedAt(),
                with.expiresAt(),
                with.confirmation());
        assertThat(with).isEqualTo(without).hasSameHashCodeAs(without);
        assertThat(without.claims().names()).isEmpty();
    }

    /** Of plain claims, which the fast reader reads, and of others; from the cache, too. */
    @Test
    void claimsOfACachedTokenAreTheSame() {
        AccessTokenVerifier verifier = Fixtures.verifier(Fixtures.EC);
        for (String more : List.of("", ",\"email\":\"a@example.com\"", MORE)) {
            String token = Fixtures.token(Fixtures.EC, Fixtures.header(Fixtures.EC), Fixtures.claims(more));
            Verified first = (Verified) verifier.verify(token);
            Verified second = (Verified) verifier.verify(token);
            assertThat(second).isSameAs(first);
            assertThat(second.claims().text("sub")).contains("alice");
            assertThat(second.claims().has("email")).isEqualTo(!more.isEmpty());
        }
    }
}

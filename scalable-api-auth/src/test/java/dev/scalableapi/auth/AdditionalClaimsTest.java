package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.auth.Verification.Verified;
import dev.scalableapi.core.http.Caller;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Claims that an application adds to the tokens that it issues. */
class AdditionalClaimsTest {
    private static final AccessTokenRequest REQUEST = AccessTokenRequest.of(Fixtures.ALICE);

    private static Verified issued(AccessTokenRequest request) {
        String token = Fixtures.issuer(Fixtures.EC).issue(request).value();
        return (Verified) Fixtures.verifier(Fixtures.EC).verify(token);
    }

    @Test
    void addedClaimsAreReadByTheVerifier() {
        Instant birth = Instant.parse("2001-02-03T04:05:06.789Z");
        AccessTokenRequest request = REQUEST.withClaim("email", "ålice@example.com")
                .withClaim("email_verified", true)
                .withClaim("age", 42)
                .withClaim("quota", 1L << 40)
                .withClaim("ratio", 0.25)
                .withClaim("birth", birth)
                .withClaim("groups", Set.of("a"))
                .withClaim("https://shop.example/org", Map.of("id", "o1", "seats", List.of(1, 2)))
                .withSessionId("s-1");
        Verified result = issued(request);
        assertThat(result.caller()).isEqualTo(Fixtures.ALICE);
        assertThat(result.sessionId()).contains("s-1");
        TokenClaims claims = result.claims();
        assertThat(claims.text("email")).contains("ålice@example.com");
        assertThat(claims.bool("email_verified")).contains(true);
        assertThat(claims.integer("age")).hasValue(42);
        assertThat(claims.integer("quota")).hasValue(1L << 40);
        assertThat(claims.number("ratio")).hasValue(0.25);
        assertThat(claims.instant("birth")).contains(Instant.parse("2001-02-03T04:05:06Z"));
        assertThat(claims.texts("groups")).containsExactly("a");
        assertThat(claims.text("https://shop.example/org", "id")).contains("o1");
        assertThat(claims.has("https://shop.example/org", "seats")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "iss",
                "sub",
                "aud",
                "iat",
                "nbf",
                "exp",
                "jti",
                "client_id",
                "tenant",
                "sid",
                "scope",
                "roles",
                "permissions",
                "",
                " ",
                "\ud800"
            })
    void claimOfTheTokenItselfIsNotReplaced(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> REQUEST.withClaim(name, "x"));
        assertThat(issued(REQUEST).caller()).isEqualTo(Fixtures.ALICE);
    }

    @Test
    void valueThatIsNotJsonIsRejected() {
        List<@Nullable Object> values = new ArrayList<>(List.of(
                Double.NaN,
                Double.POSITIVE_INFINITY,
                1.5f,
                BigInteger.TEN,
                new Object(),
                Caller.of("x"),
                new String[] {"x"},
                "\udc00",
                List.of("\udc00"),
                Map.of("\udc00", 1),
                Map.of(1, "x"),
                Map.of("", "x"),
                Instant.EPOCH.minusSeconds(1),
                Instant.MAX,
                Collections.singletonList(null),
                Collections.singletonMap("x", null),
                Collections.singletonMap(null, "x")));
        values.add(null);
        for (Object value : values) {
            assertThatIllegalArgumentException().isThrownBy(() -> REQUEST.withClaim("x", value));
        }
    }

    @Test
    void claimsAreCopied() {
        List<String> groups = new ArrayList<>(List.of("a"));
        Map<String, Object> org = new HashMap<>(Map.of("groups", groups));
        AccessTokenRequest request = REQUEST.withClaim("org", org);
        groups.add("b");
        org.put("id", "x");
        assertThat(request.claims()).isEqualTo(Map.of("org", Map.of("groups", List.of("a"))));
        assertThat(REQUEST.claims()).isEmpty();
        assertThat(request.withClaim("org", 1).claims()).isEqualTo(Map.of("org", 1));
    }

    /** Otherwise the issuer would sign tokens that its own verifiers reject. */
    @Test
    void claimsThatAVerifierWouldRejectAreRejected() {
        Object deepest = "x";
        for (int level = 2; level <= JwsReader.MAX_DEPTH; level++) {
            deepest = List.of(deepest);
        }
        assertThat(issued(REQUEST.withClaim("deep", deepest)).claims().has("deep"))
                .isTrue();
        Object deeper = List.of(deepest);
        assertThatIllegalArgumentException().isThrownBy(() -> REQUEST.withClaim("deep", deeper));
        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        assertThatIllegalArgumentException().isThrownBy(() -> REQUEST.withClaim("deep", endless));
        AccessTokenRequest large = REQUEST.withClaim("large", "x".repeat(8000));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Fixtures.issuer(Fixtures.EC).issue(large));
    }

    @Test
    void confirmationBindsTheToken() {
        AccessTokenRequest bound = REQUEST.withClaim("cnf", Map.of("jkt", "thumb"));
        String token = Fixtures.issuer(Fixtures.EC).issue(bound).value();
        AccessTokenVerifier verifier = Fixtures.verifier(Fixtures.EC);
        assertThat(verifier.verify(token)).isEqualTo(new Verification.Rejected(Verification.Reason.PROOF_REQUIRED));
        assertThat(verifier.verify(token, confirmation -> confirmation.equals(new Confirmation("jkt", "thumb"))))
                .isInstanceOf(Verified.class);
    }
}

package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.scalableapi.auth.ClaimSource.Form;
import dev.scalableapi.auth.Verification.Reason;
import dev.scalableapi.auth.Verification.Rejected;
import dev.scalableapi.auth.Verification.Verified;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.testkit.Conformance;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Tokens in the formats of identity providers, by data that is not part of this project: signed with a key of the test,
 * verified with the key set that the case describes and with the settings that the guide names.
 */
class ProviderTokensTest {
    private static final String FILE = "providers/providers.json";
    private static int accepted;
    private static int rejected;
    private static final List<String> UNKNOWN = new ArrayList<>();

    @AfterAll
    static void print() {
        if (accepted + rejected + UNKNOWN.size() > 0) {
            System.out.printf(
                    "%s: %d accepted, %d rejected, without a profile: %s%n", FILE, accepted, rejected, UNKNOWN);
        }
    }

    @TestFactory
    Stream<DynamicTest> tokenIsAcceptedOrRejectedAsItsCaseExpects() {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode each : Conformance.json(FILE)) {
            String name = each.get("name").asText();
            @Nullable TokenProfile profile = profile(name, each);
            if (profile == null) {
                UNKNOWN.add(name);
            } else {
                tests.add(DynamicTest.dynamicTest(name, () -> check(each, profile)));
            }
        }
        return tests.stream();
    }

    /** The profile that the guide names for this provider; null for a provider without one. */
    private static @Nullable TokenProfile profile(String name, JsonNode of) {
        String audience = of.get("audience").asText();
        if (name.startsWith("Keycloak")) {
            return TokenProfile.keycloak(audience);
        } else if (name.startsWith("Auth0")) {
            return TokenProfile.auth0();
        } else if (name.startsWith("Entra ID")) {
            String tenant = of.get("claims").get("tid").asText();
            return name.contains("any tenant") ? TokenProfile.entraId(any -> true) : TokenProfile.entraId(tenant);
        } else if (name.startsWith("Okta")) {
            return TokenProfile.okta();
        } else if (name.contains("Cognito")) {
            return TokenProfile.cognito(audience);
        } else if (name.startsWith("Google")) {
            return TokenProfile.google();
        } else if (name.startsWith("Firebase")) {
            return TokenProfile.firebase();
        } else if (name.startsWith("Spring Authorization Server")) {
            return TokenProfile.springAuthorizationServer();
        } else if (name.startsWith("IdentityServer")) {
            return TokenProfile.identityServer();
        } else if (name.startsWith("Ory Hydra")) {
            return TokenProfile.hydra();
        } else if (name.startsWith("jsonwebtoken")) {
            return selfMade();
        }
        return null;
    }

    private static TokenProfile selfMade() {
        return TokenProfile.builder(TokenProfile.rfc9068())
                .types("JWT")
                .subject(ClaimSource.of(Form.STRING_OR_INTEGER, "userId"))
                .acceptAnyIssuer()
                .acceptAnyAudience()
                .tokenId()
                .acceptAnyTokenKind()
                .build();
    }

    private static void check(JsonNode of, TokenProfile profile) {
        Verification result = verifier(of, profile).verify(token(of));
        JsonNode expected = of.get("expect");
        if (expected.has("rejected")) {
            checkRejected(result, expected.get("rejected").asText());
            rejected++;
        } else {
            assertThat(result).isInstanceOf(Verified.class);
            checkCaller((Verified) result, expected);
            accepted++;
        }
        if (expected.has("roles_with_namespace_setting")) {
            TokenProfile namespaced = TokenProfile.builder(profile)
                    .roles(ClaimSource.of("https://shop.example/roles"))
                    .build();
            Verified again = (Verified) verifier(of, namespaced).verify(token(of));
            assertThat(again.caller().roles()).isEqualTo(texts(expected.get("roles_with_namespace_setting")));
        }
    }

    private static String token(JsonNode of) {
        SigningKey key = of.get("header").get("alg").asText().startsWith("HS")
                ? SigningKey.ofSecret(SignatureAlgorithm.HS256, PublishedJwks.SECRET)
                : Fixtures.RSA;
        return Fixtures.token(
                key,
                of.get("header").toString(),
                IssuedElsewhere.timed(of.get("claims").toString()));
    }

    private static AccessTokenVerifier verifier(JsonNode of, TokenProfile profile) {
        String issuer = of.get("issuer").asText().split(" ", 2)[0].replace("{tid}", "{tenantid}");
        List<String> descriptions = new ArrayList<>();
        of.get("keys").forEach(description -> descriptions.add(description.asText()));
        String tenant = of.get("claims").path("tid").asText("-");
        VerificationKeySet keys =
                VerificationKeySet.fromJwks(PublishedJwks.jwks(descriptions, issuer.replace(tenant, "{tenantid}")));
        AccessTokenVerifier.Builder builder = issuer.equals("(none)")
                ? AccessTokenVerifier.builder(keys, profile).algorithms(SignatureAlgorithm.HS256)
                : AccessTokenVerifier.builder(keys, issuer, of.get("audience").asText())
                        .profile(profile);
        return builder.clock(Fixtures.at(Fixtures.NOW)).build();
    }

    private static void checkRejected(Verification result, String why) {
        assertThat(result).isInstanceOf(Rejected.class);
        Reason reason = ((Rejected) result).reason();
        for (Reason any : Reason.values()) {
            if (why.startsWith(any.name())) {
                assertThat(reason).isEqualTo(any);
            }
        }
    }

    /** Compares the members that the case names. */
    private static void checkCaller(Verified result, JsonNode expected) {
        Caller caller = result.caller();
        compare(expected, "subject", Optional.of(caller.id()));
        compare(expected, "client", caller.client());
        compare(expected, "tenant", caller.tenant());
        compare(expected, "session", result.sessionId());
        compare(expected, "tokenId", Optional.of(result.tokenId()));
        compare(expected, "scopes", caller.scopes());
        compare(expected, "roles", caller.roles());
        compare(expected, "permissions", caller.permissions());
    }

    private static void compare(JsonNode expected, String member, Optional<String> actual) {
        if (expected.has(member)) {
            assertThat(actual).as(member).contains(expected.get(member).asText());
        }
    }

    private static void compare(JsonNode expected, String member, Set<String> actual) {
        if (expected.has(member)) {
            assertThat(actual).as(member).isEqualTo(texts(expected.get(member)));
        }
    }

    private static Set<String> texts(JsonNode array) {
        Set<String> texts = new HashSet<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}

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
import dev.scalableapi.auth.Verification.Verified;
import dev.scalableapi.core.http.Caller;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Formats of issuers for which there is no factory, each described by the public parts of a profile. */
class CustomProfilesTest {
    private static Caller caller(
            String id, Optional<String> tenant, Optional<String> client, Set<String> roles, Set<String> scopes) {
        return new Caller(id, tenant, client, roles, Set.of(), scopes);
    }

    @Test
    void zitadelHasRolesAsTheMembersOfAnObject() {
        TokenProfile zitadel = TokenProfile.builder(TokenProfile.rfc9068())
                .types("at+jwt", "JWT")
                .tenant(ClaimSource.of("urn:zitadel:iam:user:resourceowner:id"))
                .roles(ClaimSource.of(Form.MEMBER_NAMES, "urn:zitadel:iam:org:project:roles"))
                .requires("client_id")
                .build();
        AccessTokenVerifier verifier = verifier(zitadel, "https://z.example", "3589");
        String claims = """
                {"iss":"https://z.example","sub":"1701","aud":["3589","3582"],"exp":$EXP,"iat":$IAT,"nbf":$IAT,\
                "jti":"V2_1","client_id":"3589","urn:zitadel:iam:user:resourceowner:id":"org-2",\
                "urn:zitadel:iam:org:project:roles":{"admin":{"org-2":"z.example"},"clerk":{"org-2":"z.example"}}}""";
        assertThat(verified(verifier, JWT, claims).caller())
                .isEqualTo(
                        caller("1701", Optional.of("org-2"), Optional.of("3589"), Set.of("admin", "clerk"), Set.of()));
        String array = claims.replaceAll("roles\":\\{.*", "roles\":[\"admin\"]}");
        assertRejected(verifier, JWT, array, Reason.MALFORMED, "urn:zitadel:iam:org:project:roles");
    }

    /** The access token of authentik repeats the claims of the ID token; only it has a scope. */
    @Test
    void authentikHasGroups() {
        TokenProfile authentik = TokenProfile.builder(TokenProfile.rfc9068())
                .types("at+jwt", "JWT")
                .client(ClaimSource.of("azp"))
                .tokenId()
                .roles(ClaimSource.of("groups"))
                .requires("scope", "azp")
                .build();
        String issuer = "https://auth.example/application/o/orders/";
        String claims = """
                {"iss":"%s","sub":"ab12","aud":"orders","exp":$EXP,"iat":$IAT,"auth_time":$IAT,"acr":"goauthentik.io/x",\
                "azp":"orders","uid":"u1","email":"a@example.com","nonce":"n","groups":["admins"],\
                "scope":"openid email"}""".formatted(issuer);
        AccessTokenVerifier verifier = verifier(authentik, issuer, "orders");
        assertThat(verified(verifier, JWT, claims).caller())
                .isEqualTo(caller(
                        "ab12", Optional.empty(), Optional.of("orders"), Set.of("admins"), Set.of("openid", "email")));
        String id = claims.replace(",\"scope\":\"openid email\"", "");
        assertRejected(verifier, JWT, id, Reason.MISSING_CLAIM, "scope");
    }

    @Test
    void pingOneNamesTheEnvironment() {
        TokenProfile ping = TokenProfile.builder(TokenProfile.rfc9068())
                .types("JWT")
                .optionalType()
                .tenant(ClaimSource.of("env"))
                .requires("client_id", "p1.rid")
                .build();
        String claims = """
                {"client_id":"c1","iss":"https://auth.pingone.eu/e1/as","jti":"j","iat":$IAT,"exp":$EXP,"aud":["orders"],\
                "scope":"orders:read","sub":"u1","sid":"s1","env":"e1","org":"o1","p1.rid":"r1"}""";
        Verified result = verified(verifier(ping, "https://auth.pingone.eu/e1/as", "orders"), NO_TYPE, claims);
        assertThat(result.caller())
                .isEqualTo(caller("u1", Optional.of("e1"), Optional.of("c1"), Set.of(), Set.of("orders:read")));
        assertThat(result.sessionId()).contains("s1");
    }

    @Test
    void fusionAuthNamesTheKindOfToken() {
        TokenProfile fusionAuth = TokenProfile.builder(TokenProfile.rfc9068())
                .types("JWT")
                .tenant(ClaimSource.of("tid"))
                .client(ClaimSource.of("applicationId"))
                .requiresValue(ClaimSource.of("tty"), "at")
                .build();
        AccessTokenVerifier verifier = verifier(fusionAuth, "acme.com", "85a0");
        String claims = """
                {"aud":"85a0","exp":$EXP,"iat":$IAT,"iss":"acme.com","sub":"0001","jti":"3dd6","tty":"at",\
                "authenticationType":"PASSWORD","applicationId":"85a0","tid":"30663","roles":["ceo"],"scope":"openid"}""";
        assertThat(verified(verifier, JWT, claims).caller())
                .isEqualTo(caller("0001", Optional.of("30663"), Optional.of("85a0"), Set.of("ceo"), Set.of("openid")));
        assertRejected(verifier, JWT, claims.replace("\"at\"", "\"it\""), Reason.WRONG_CLAIM, "tty");
    }

    @Test
    void supabaseSignsWithASharedSecret() {
        byte[] secret = "a secret of at least 32 bytes, at random".getBytes(StandardCharsets.UTF_8);
        TokenProfile supabase = TokenProfile.builder(TokenProfile.rfc9068())
                .types("JWT")
                .tenant()
                .client()
                .session(ClaimSource.of("session_id"))
                .tokenId()
                .roles(ClaimSource.of("role"), ClaimSource.of("app_metadata", "roles"))
                .check("is_anonymous", claims -> !claims.bool("is_anonymous").orElse(false))
                .build();
        SigningKey key = SigningKey.ofSecret(SignatureAlgorithm.HS256, secret);
        AccessTokenVerifier verifier = AccessTokenVerifier.builder(
                        VerificationKeySet.of(VerificationKey.ofSecret(SignatureAlgorithm.HS256, secret)),
                        "https://x.supabase.co/auth/v1",
                        "authenticated")
                .algorithms(SignatureAlgorithm.HS256)
                .profile(supabase)
                .clock(Fixtures.at(Fixtures.NOW))
                .build();
        String claims = IssuedElsewhere.timed("""
                {"iss":"https://x.supabase.co/auth/v1","sub":"11b2","aud":"authenticated","exp":$EXP,"iat":$IAT,\
                "email":"a@example.com","phone":"","app_metadata":{"provider":"email","roles":["admin"]},\
                "user_metadata":{},"role":"authenticated","aal":"aal1","amr":[{"method":"password","timestamp":$IAT}],\
                "session_id":"s1","is_anonymous":false}""");
        String header = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
        Verified result = (Verified) verifier.verify(Fixtures.token(key, header, claims));
        assertThat(result.caller())
                .isEqualTo(
                        caller("11b2", Optional.empty(), Optional.empty(), Set.of("authenticated", "admin"), Set.of()));
        assertThat(result.claims().objects("amr").get(0).text("method")).contains("password");
        String anonymous = claims.replace("false", "true");
        assertThat(verifier.verify(Fixtures.token(key, header, anonymous)))
                .isEqualTo(new Verification.Rejected(Reason.WRONG_CLAIM));
    }

    @Test
    void clerkNamesTheOriginInPlaceOfAnAudience() {
        TokenProfile clerk = TokenProfile.builder(TokenProfile.rfc9068())
                .types("JWT")
                .audience(ClaimSource.of("azp"))
                .audiences("https://shop.example", "https://admin.shop.example")
                .tenant(ClaimSource.of("o", "id"))
                .client()
                .roles(ClaimSource.of("o", "rol"))
                .requires("sid")
                .build();
        AccessTokenVerifier verifier = verifier(clerk, "https://clerk.shop.example", "https://shop.example");
        String claims = """
                {"azp":"https://admin.shop.example","exp":$EXP,"iat":$IAT,"nbf":$IAT,"iss":"https://clerk.shop.example",\
                "jti":"j1","sid":"sess_1","sub":"user_1","v":2,"fva":[0,-1],"o":{"id":"org_1","rol":"admin","slg":"a"}}""";
        Verified result = verified(verifier, JWT, claims);
        assertThat(result.caller())
                .isEqualTo(caller("user_1", Optional.of("org_1"), Optional.empty(), Set.of("admin"), Set.of()));
        assertThat(result.sessionId()).contains("sess_1");
        String evil = claims.replace("admin.shop.example\"", "evil.example\"");
        assertRejected(verifier, JWT, evil, Reason.WRONG_AUDIENCE, "azp");
    }

    @Test
    void workOsHasNoAudience() {
        TokenProfile workOs = TokenProfile.builder(TokenProfile.rfc9068())
                .types("JWT")
                .optionalType()
                .issuers("https://api.workos.com/user_management/client_1")
                .acceptAnyAudience()
                .tenant(ClaimSource.of("org_id"))
                .roles(ClaimSource.of("role"), ClaimSource.of("roles"))
                .requires("sid")
                .build();
        String claims = """
                {"iss":"https://api.workos.com/user_management/client_1","sub":"user_1","org_id":"org_1","role":"member",\
                "roles":["member","editor"],"permissions":["posts:write"],"sid":"session_1","jti":"j","exp":$EXP,"iat":$IAT}""";
        Verified result = verified(verifier(workOs), NO_TYPE, claims);
        assertThat(result.caller())
                .isEqualTo(
                        caller("user_1", Optional.of("org_1"), Optional.empty(), Set.of("member", "editor"), Set.of())
                                .withPermissions(Set.of("posts:write")));
        String other = claims.replace("client_1", "client_2");
        assertRejected(verifier(workOs), NO_TYPE, other, Reason.WRONG_ISSUER, "iss");
    }

    @Test
    void gitHubActionsNamesTheRepository() {
        TokenProfile actions = TokenProfile.builder(TokenProfile.rfc9068())
                .types("JWT")
                .issuers("https://token.actions.githubusercontent.com")
                .audiences("https://deploy.example")
                .tenant(ClaimSource.of("repository_owner"))
                .client(ClaimSource.of("repository"))
                .roles(ClaimSource.of("environment"))
                .requiresValue(ClaimSource.of("repository"), "octo/orders", "octo/shop")
                .acceptAnyTokenKind()
                .build();
        String claims = """
                {"jti":"j","sub":"repo:octo/orders:environment:prod","environment":"prod","aud":"https://deploy.example",\
                "ref":"refs/heads/main","repository":"octo/orders","repository_owner":"octo","run_attempt":"1",\
                "iss":"https://token.actions.githubusercontent.com","nbf":$IAT,"exp":$EXP,"iat":$IAT}""";
        assertThat(verified(verifier(actions), JWT, claims).caller())
                .isEqualTo(caller(
                        "repo:octo/orders:environment:prod",
                        Optional.of("octo"),
                        Optional.of("octo/orders"),
                        Set.of("prod"),
                        Set.of()));
        String fork = claims.replace("\"octo/orders\"", "\"evil/orders\"");
        assertRejected(verifier(actions), JWT, fork, Reason.WRONG_CLAIM, "repository");
    }

    @Test
    void kubernetesNamesTheServiceAccountInAnObject() {
        TokenProfile kubernetes = TokenProfile.builder(TokenProfile.rfc9068())
                .types("JWT")
                .optionalType()
                .tenant(ClaimSource.of("kubernetes.io", "namespace"))
                .client(ClaimSource.of("kubernetes.io", "serviceaccount", "name"))
                .tokenId(ClaimSource.of("jti"))
                .requires("kubernetes.io")
                .build();
        AccessTokenVerifier verifier = verifier(kubernetes, "https://kubernetes.default.svc", "orders");
        String claims = """
                {"aud":["orders"],"exp":$EXP,"iat":$IAT,"iss":"https://kubernetes.default.svc","jti":"ea28",\
                "kubernetes.io":{"namespace":"shop","node":{"name":"n1"},"pod":{"name":"p1"},\
                "serviceaccount":{"name":"batch","uid":"14ee"}},"nbf":$IAT,"sub":"system:serviceaccount:shop:batch"}""";
        assertThat(verified(verifier, NO_TYPE, claims).caller())
                .isEqualTo(caller(
                        "system:serviceaccount:shop:batch",
                        Optional.of("shop"),
                        Optional.of("batch"),
                        Set.of(),
                        Set.of()));
        String split = claims.replace("\"kubernetes.io\":{", "\"kubernetes\":{\"io\":{")
                .replace("}},\"nbf", "}}},\"nbf");
        assertRejected(verifier, NO_TYPE, split, Reason.MISSING_CLAIM, "kubernetes.io");
    }

    /** Its roles are one string with commas, which only the application can take apart. */
    @Test
    void wso2NeedsAMappingForItsRoles() {
        TokenProfile wso2 = TokenProfile.builder(TokenProfile.rfc9068())
                .client(ClaimSource.of("azp"), ClaimSource.of("client_id"))
                .roles()
                .caller((caller, claims) ->
                        caller.withRoles(Set.of(claims.text("groups").orElse("").split(",", -1))))
                .build();
        String claims = """
                {"sub":"admin","aut":"APPLICATION_USER","aud":"c1","nbf":$IAT,"azp":"c1","scope":"default",\
                "iss":"https://is.example/oauth2/token","groups":"admin,Internal/everyone","exp":$EXP,"iat":$IAT,\
                "jti":"j"}""";
        assertThat(verified(verifier(wso2, "https://is.example/oauth2/token", "c1"), AT_JWT, claims)
                        .caller())
                .isEqualTo(caller(
                        "admin",
                        Optional.empty(),
                        Optional.of("c1"),
                        Set.of("admin", "Internal/everyone"),
                        Set.of("default")));
    }

    @Test
    void azureB2cHasATenantOnlyInTheIssuer() {
        TokenProfile b2c = TokenProfile.builder(TokenProfile.rfc9068())
                .types("JWT")
                .tenant(ClaimSource.of("tid"))
                .client(ClaimSource.of("azp"))
                .tokenId()
                .scopes(ClaimSource.of("scp"))
                .requires("scp", "azp")
                .requiresValue(ClaimSource.of("tfp"), "B2C_1_signin")
                .build();
        String issuer = "https://contoso.b2clogin.com/9122040d/v2.0/";
        String claims = """
                {"iss":"%s","exp":$EXP,"nbf":$IAT,"aud":"6e74","oid":"o1","sub":"s1","tfp":"B2C_1_signin",\
                "scp":"orders.read","azp":"75db","ver":"1.0","iat":$IAT}""".formatted(issuer);
        assertThat(verified(verifier(b2c, issuer, "6e74"), JWT, claims).caller())
                .isEqualTo(caller("s1", Optional.empty(), Optional.of("75db"), Set.of(), Set.of("orders.read")));
    }

    /** As tutorials for web frameworks sign it: with a number as user id; or without the time of issue. */
    @Test
    void selfMadeTokensAreDescribedByTheirClaims() {
        byte[] secret = "a secret of at least 32 bytes, at random".getBytes(StandardCharsets.UTF_8);
        SigningKey key = SigningKey.ofSecret(SignatureAlgorithm.HS256, secret);
        TokenProfile selfMade = TokenProfile.builder(TokenProfile.rfc9068())
                .types("JWT")
                .acceptAnyIssuer()
                .acceptAnyAudience()
                .subject(
                        ClaimSource.of(Form.STRING_OR_INTEGER, "userId"),
                        ClaimSource.of(Form.STRING_OR_INTEGER, "user", "id"),
                        ClaimSource.of("sub"))
                .roles(ClaimSource.of("role"))
                .tokenId()
                .optionalIssuedAt()
                .acceptAnyTokenKind()
                .build();
        AccessTokenVerifier verifier = AccessTokenVerifier.builder(
                        VerificationKeySet.of(key.verificationKey()), selfMade)
                .algorithms(SignatureAlgorithm.HS256)
                .clock(Fixtures.at(Fixtures.NOW))
                .build();
        String header = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
        for (String claims : List.of(
                "{\"userId\":42,\"iat\":$IAT,\"exp\":$EXP}",
                "{\"userId\":\"42\",\"iat\":$IAT,\"exp\":$EXP}",
                "{\"user\":{\"id\":42},\"iat\":$IAT,\"exp\":$EXP}",
                "{\"sub\":\"42\",\"exp\":$EXP}")) {
            Verification result = verifier.verify(Fixtures.token(key, header, IssuedElsewhere.timed(claims)));
            assertThat(result)
                    .isInstanceOfSatisfying(
                            Verified.class,
                            verified -> assertThat(verified.caller()).isEqualTo(Caller.of("42")));
        }
        for (String claims : List.of(
                "{\"userId\":4.2,\"exp\":$EXP}",
                "{\"userId\":true,\"exp\":$EXP}",
                "{\"userId\":[42],\"exp\":$EXP}",
                "{\"userId\":\"\",\"exp\":$EXP}")) {
            assertThat(verifier.verify(Fixtures.token(key, header, IssuedElsewhere.timed(claims))))
                    .isEqualTo(new Verification.Rejected(Reason.MALFORMED));
        }
        assertThat(verifier.verify(Fixtures.token(key, header, "{\"userId\":42}")))
                .isEqualTo(new Verification.Rejected(Reason.MISSING_CLAIM));
    }

    /** Such a secret can be guessed from one token. */
    @Test
    void shortSecretIsRejectedWithTheWayToMakeOne() {
        for (String secret : List.of("secret", "your-256-bit-secret", "a".repeat(31))) {
            byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> VerificationKey.ofSecret(SignatureAlgorithm.HS256, bytes))
                    .withMessageContaining("openssl rand -base64 32")
                    .withMessageNotContaining(secret);
        }
        VerificationKey.ofSecret(SignatureAlgorithm.HS256, "a".repeat(32).getBytes(StandardCharsets.UTF_8));
    }
}

package dev.scalableapi.auth;

import static dev.scalableapi.auth.IssuedElsewhere.AT_JWT;
import static dev.scalableapi.auth.IssuedElsewhere.JWT;
import static dev.scalableapi.auth.IssuedElsewhere.LOGOUT;
import static dev.scalableapi.auth.IssuedElsewhere.LOGOUT_EVENT;
import static dev.scalableapi.auth.IssuedElsewhere.NO_TYPE;
import static dev.scalableapi.auth.IssuedElsewhere.assertRejected;
import static dev.scalableapi.auth.IssuedElsewhere.verified;
import static dev.scalableapi.auth.IssuedElsewhere.verifier;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.auth.Verification.Reason;
import dev.scalableapi.auth.Verification.Rejected;
import dev.scalableapi.auth.Verification.Verified;
import dev.scalableapi.core.http.Caller;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Variants of the formats in the providers' documentation, and their other kinds of tokens. */
class ProviderProfilesTest {
    private static Caller caller(
            String id, String client, Set<String> roles, Set<String> permissions, Set<String> scopes) {
        return new Caller(id, Optional.empty(), Optional.of(client), roles, permissions, scopes);
    }

    /** An opaque token, a JWE, and a JWT of which only the provider has the key. */
    private static void assertOpaqueTokensAreRejected(AccessTokenVerifier verifier) {
        for (String token : List.of(
                "v1.MRrFE5vUgPv2nRhJ1Qh8kKkd",
                "ory_rt_3dVn0Yy2m4Wj9QpL.aZx81kq7",
                "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ.AAAA.AAAA.AAAA.AAAA")) {
            assertThat(verifier.verify(token)).isEqualTo(new Rejected(Reason.MALFORMED));
        }
    }

    @Nested
    class Keycloak {
        private static final String ISSUER = "https://kc.example/realms/shop";
        private final AccessTokenVerifier verifier = verifier(TokenProfile.keycloak("orders"), ISSUER, "orders");

        private String claims(String type, String more) {
            return """
                    {"exp":$EXP,"iat":$IAT,"jti":"onrtac:3b","iss":"%s","aud":["orders","account"],"sub":"alice",\
                    "typ":"%s","azp":"shop-web","sid":"s-1"%s}""".formatted(ISSUER, type, more);
        }

        @Test
        void rolesAreThoseOfTheRealmAndOfTheClient() {
            String roles = ",\"scope\":\"openid email\",\"realm_access\":{\"roles\":[\"admin\"]},"
                    + "\"resource_access\":{\"orders\":{\"roles\":[\"write\"]},\"account\":{\"roles\":[\"manage\"]}}";
            Verified result = verified(verifier, JWT, claims("Bearer", roles));
            assertThat(result.caller())
                    .isEqualTo(
                            caller("alice", "shop-web", Set.of("admin", "write"), Set.of(), Set.of("openid", "email")));
            assertThat(result.tokenId()).isEqualTo("onrtac:3b");
            assertThat(result.sessionId()).contains("s-1");

            TokenProfile realmOnly = TokenProfile.builder(TokenProfile.keycloak("orders"))
                    .roles(ClaimSource.of("realm_access", "roles"))
                    .build();
            assertThat(verified(verifier(realmOnly, ISSUER, "orders"), JWT, claims("Bearer", roles))
                            .caller()
                            .roles())
                    .containsExactly("admin");
        }

        /** The lightweight form leaves roles and profile out, and keeps sub and aud if their mappers say so. */
        @Test
        void lightweightTokenIsAcceptedIfItHasSubjectAndAudience() {
            String claims = claims("Bearer", ",\"scope\":\"\"");
            assertThat(verified(verifier, AT_JWT, claims).caller())
                    .isEqualTo(caller("alice", "shop-web", Set.of(), Set.of(), Set.of()));
            assertRejected(verifier, JWT, claims.replace("\"sub\":\"alice\",", ""), Reason.MISSING_CLAIM, "sub");
            assertRejected(verifier, JWT, claims.replaceAll("\"aud\":\\[[^]]*],", ""), Reason.MISSING_CLAIM, "aud");
        }

        @Test
        void roleClaimOfAnotherFormIsMalformed() {
            for (String member : List.of(
                    "\"realm_access\":[]",
                    "\"realm_access\":{\"roles\":{}}",
                    "\"realm_access\":{\"roles\":[7]}",
                    "\"realm_access\":{\"roles\":[\" \"]}")) {
                assertRejected(verifier, JWT, claims("Bearer", "," + member), Reason.MALFORMED, "realm_access.roles");
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"ID", "Refresh", "Offline", "Logout", "Serialized-ID", "bearer", "DPoP", ""})
        void otherTokensAreRejected(String type) {
            assertRejected(verifier, JWT, claims(type, ""), Reason.WRONG_CLAIM, "typ");
            assertRejected(
                    verifier, JWT, claims(type, "").replaceFirst("\"typ\":\"[^\"]*\",", ""), Reason.WRONG_CLAIM, "typ");
            assertRejected(verifier, LOGOUT, claims("Bearer", ""), Reason.WRONG_TYPE, "");
        }

        @Test
        void tokenBoundByDpopNeedsItsProof() {
            String token = IssuedElsewhere.token(JWT, claims("DPoP", ",\"cnf\":{\"jkt\":\"thumb\"}"));
            assertThat(verifier.verify(token)).isEqualTo(new Rejected(Reason.PROOF_REQUIRED));
            assertThat(verifier.verify(
                            token, confirmation -> confirmation.value().equals("thumb")))
                    .isInstanceOf(Verified.class);
        }
    }

    @Nested
    class Auth0 {
        private static final String ISSUER = "https://my.eu.auth0.com/";
        private static final String API = "https://orders.example";
        private final AccessTokenVerifier verifier = verifier(TokenProfile.auth0(), ISSUER, API);

        private String claims(String more) {
            return """
                    {"iss":"%s","sub":"auth0|1","aud":"%s","iat":$IAT,"exp":$EXP%s}""".formatted(ISSUER, API, more);
        }

        @Test
        void tokenForClientCredentialsHasNoScopeUntilOneIsGranted() {
            String claims =
                    claims(",\"gty\":\"client-credentials\",\"azp\":\"abc\"").replace("auth0|1", "abc@clients");
            Verified result = verified(verifier, JWT, claims);
            assertThat(result.caller()).isEqualTo(caller("abc@clients", "abc", Set.of(), Set.of(), Set.of()));
            assertThat(result.tokenId()).isEmpty();
            assertThat(result.claims().text("gty")).contains("client-credentials");
        }

        @Test
        void permissionsAndScopesAreSeparate() {
            String claims = claims(",\"azp\":\"web\",\"scope\":\"openid\",\"permissions\":[\"read:orders\"]");
            assertThat(verified(verifier, JWT, claims).caller())
                    .isEqualTo(caller("auth0|1", "web", Set.of(), Set.of("read:orders"), Set.of("openid")));
        }

        @Test
        void rolesAreInAClaimThatTheProfileNames() {
            TokenProfile profile = TokenProfile.builder(TokenProfile.auth0())
                    .roles(ClaimSource.of("https://shop.example/roles"))
                    .tokenId(ClaimSource.of("jti"))
                    .build();
            String claims = claims(",\"client_id\":\"web\",\"jti\":\"t-1\",\"https://shop.example/roles\":[\"admin\"]");
            Verified result = verified(verifier(profile, ISSUER, API), AT_JWT, claims);
            assertThat(result.caller().roles()).containsExactly("admin");
            assertThat(result.tokenId()).isEqualTo("t-1");
        }

        @Test
        void idRefreshAndLogoutTokensAreRejected() {
            assertRejected(verifier, JWT, claims(",\"sid\":\"s\",\"name\":\"Alice\""), Reason.MISSING_CLAIM, "azp");
            assertRejected(verifier, JWT, claims(",\"azp\":\"web\",\"nonce\":\"n\""), Reason.WRONG_CLAIM, "nonce");
            assertRejected(verifier, JWT, claims(",\"azp\":\"web\",\"at_hash\":\"h\""), Reason.WRONG_CLAIM, "at_hash");
            assertRejected(verifier, LOGOUT, claims("," + LOGOUT_EVENT), Reason.WRONG_TYPE, "");
            assertRejected(verifier, JWT, claims("," + LOGOUT_EVENT), Reason.MISSING_CLAIM, "azp");
            assertOpaqueTokensAreRejected(verifier);
        }
    }

    @Nested
    class EntraId {
        private static final String TENANT = "9122040d-6c67-4c5b-b112-36a304b66dad";
        private static final String OTHER = "11111111-2222-3333-4444-555555555555";
        private static final String V2 = "https://login.microsoftonline.com/{tenantid}/v2.0";
        private static final String V1 = "https://sts.windows.net/{tenantid}/";
        private final AccessTokenVerifier verifier = verifier(TokenProfile.entraId(TENANT), V2, "6e74172b");

        private String claims(String template, String tenant, String more) {
            return """
                    {"aud":"6e74172b","iss":"%s","iat":$IAT,"nbf":$IAT,"exp":$EXP,"sub":"s","oid":"o","tid":"%s",\
                    "uti":"u"%s}""".formatted(template.replace("{tenantid}", tenant), tenant, more);
        }

        @Test
        void tokenOfAnApplicationHasRolesAndNoScopes() {
            String claims =
                    claims(V2, TENANT, ",\"azp\":\"app\",\"azpacr\":\"1\",\"idtyp\":\"app\",\"roles\":[\"Read.All\"]");
            assertThat(verified(verifier, JWT, claims).caller())
                    .isEqualTo(caller("s", "app", Set.of("Read.All"), Set.of(), Set.of())
                            .withTenant(TENANT));
            assertRejected(verifier, JWT, claims(V2, TENANT, ",\"azp\":\"app\""), Reason.MISSING_CLAIM, "scp");
        }

        @Test
        void oidCanBeTheSubject() {
            TokenProfile profile = TokenProfile.builder(TokenProfile.entraId(TENANT))
                    .subject(ClaimSource.of("oid"))
                    .build();
            String claims = claims(V2, TENANT, ",\"azp\":\"app\",\"scp\":\"Orders.Read\"");
            assertThat(verified(verifier(profile, V2, "6e74172b"), JWT, claims)
                            .caller()
                            .id())
                    .isEqualTo("o");
        }

        @Test
        void tokenIdMayBeAbsentUnlessTokensAreRevoked() {
            String claims = claims(V2, TENANT, ",\"azp\":\"a\",\"scp\":\"r\"").replace(",\"uti\":\"u\"", "");
            assertThat(verified(verifier, JWT, claims).tokenId()).isEmpty();
        }

        @Test
        void issuerMustBeThatOfTheTokensTenant() {
            String more = ",\"azp\":\"app\",\"scp\":\"Orders.Read\"";
            for (TokenProfile profile : List.of(
                    TokenProfile.entraId(TENANT),
                    TokenProfile.entraId(TENANT, OTHER),
                    TokenProfile.entraId(any -> true))) {
                AccessTokenVerifier any = verifier(profile, V2, "6e74172b");
                verified(any, JWT, claims(V2, TENANT, more));
                String mixed = claims(V2, TENANT, more).replace("/" + TENANT, "/" + OTHER);
                assertRejected(any, JWT, mixed, Reason.WRONG_ISSUER, "iss");
                assertRejected(any, JWT, claims(V1, TENANT, more), Reason.WRONG_ISSUER, "iss");
                String literal =
                        claims(V2, "{tenantid}", more).replace("\"tid\":\"{tenantid}\"", "\"tid\":\"" + TENANT + "\"");
                assertRejected(any, JWT, literal, Reason.WRONG_ISSUER, "iss");
                String none = claims(V2, TENANT, more).replace("\"tid\"", "\"x\"");
                assertRejected(any, JWT, none, Reason.MISSING_CLAIM, "tid");
            }
            verified(verifier(TokenProfile.entraId(TENANT), V1, "6e74172b"), JWT, claims(V1, TENANT, more));
            for (String name : List.of("common", "organizations")) {
                AccessTokenVerifier all =
                        verifier(TokenProfile.entraId(TENANT, OTHER), V2.replace("{tenantid}", name), "6e74172b");
                verified(all, JWT, claims(V2, OTHER, more));
                String literal = claims(V2, OTHER, more).replace("/" + OTHER, "/" + name);
                assertRejected(all, JWT, literal, Reason.WRONG_ISSUER, "iss");
            }
            verified(
                    verifier(TokenProfile.entraId(TENANT), V2.replace("{tenantid}", TENANT), "6e74172b"),
                    JWT,
                    claims(V2, TENANT, more));
        }

        @Test
        void tenantThatIsNotAllowedIsRejected() {
            String claims = claims(V2, OTHER, ",\"azp\":\"app\",\"scp\":\"Orders.Read\"");
            assertRejected(verifier, JWT, claims, Reason.WRONG_ISSUER, "tid");
            verified(verifier(TokenProfile.entraId(TENANT, OTHER), V2, "6e74172b"), JWT, claims);
            Set<String> tenants = ConcurrentHashMap.newKeySet();
            AccessTokenVerifier changing = verifier(TokenProfile.entraId(tenants::contains), V2, "6e74172b");
            assertRejected(changing, JWT, claims, Reason.WRONG_ISSUER, "tid");
            tenants.add(OTHER);
            verified(changing, JWT, claims);
            AccessTokenVerifier failing = verifier(
                    TokenProfile.entraId(tenant -> {
                        throw new IllegalStateException("down");
                    }),
                    V2,
                    "6e74172b");
            assertRejected(failing, JWT, claims, Reason.WRONG_ISSUER, "tid");
        }

        @Test
        void keyOfAnotherIssuerIsRejected() {
            String claims = claims(V2, TENANT, ",\"azp\":\"app\",\"scp\":\"Orders.Read\"");
            for (String issuer : List.of(V2, V2.replace("{tenantid}", TENANT))) {
                assertThat(withKeyOf(issuer).verify(IssuedElsewhere.token(JWT, claims)))
                        .isInstanceOf(Verified.class);
            }
            for (String issuer : List.of(V1, V2.replace("{tenantid}", OTHER), "https://login.microsoftonline.com")) {
                assertThat(withKeyOf(issuer).verify(IssuedElsewhere.token(JWT, claims)))
                        .isEqualTo(new Rejected(Reason.WRONG_ISSUER));
            }
        }

        private AccessTokenVerifier withKeyOf(String issuer) {
            VerificationKey key = VerificationKey.ofJwk(
                    IssuedElsewhere.KID, SignatureAlgorithm.RS256, Fixtures.publicKey(Fixtures.RSA), issuer);
            return AccessTokenVerifier.builder(VerificationKeySet.of(key), V2, "6e74172b")
                    .profile(TokenProfile.entraId(TENANT))
                    .clock(Fixtures.at(Fixtures.NOW))
                    .build();
        }

        /** Keys of all tenants are published under one address, each with the issuer that it is for. */
        @Test
        void metadataForAllTenantsAreDiscovered() {
            IssuerServer server =
                    new IssuerServer(exchange -> IssuerServer.text(404, "").to(exchange));
            String origin = server.uri().toString().replace("/keys", "");
            String template = origin + "/{tenantid}/v2.0";
            String jwks = PublishedJwks.jwks(List.of("sig, no alg, x5c, member issuer with {tenantid}"), template);
            server.answer(exchange -> {
                boolean metadata = exchange.getRequestURI().getPath().startsWith("/common/v2.0/.well-known/");
                String document = "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\"}".formatted(template, origin);
                IssuerServer.text(200, metadata ? document : jwks).to(exchange);
            });
            try (server;
                    Issuer issuer = Issuer.discover(URI.create(origin + "/common/v2.0"))) {
                AccessTokenVerifier verifier = AccessTokenVerifier.builder(issuer, "6e74172b")
                        .profile(TokenProfile.entraId(TENANT, OTHER))
                        .clock(Fixtures.at(Fixtures.NOW))
                        .build();
                String more = ",\"azp\":\"app\",\"scp\":\"Orders.Read\"";
                assertThat(await(verifier, claims(template, OTHER, more))).isInstanceOf(Verified.class);
                String mixed = claims(template, TENANT, more).replace("/" + TENANT, "/" + OTHER);
                assertThat(await(verifier, mixed)).isEqualTo(new Rejected(Reason.WRONG_ISSUER));
                String third = claims(template, OTHER.replace("1", "7"), more);
                assertThat(await(verifier, third)).isEqualTo(new Rejected(Reason.WRONG_ISSUER));
                String common = claims(template, "common", more);
                assertThat(await(verifier, common)).isEqualTo(new Rejected(Reason.WRONG_ISSUER));
            }
        }

        private Verification await(AccessTokenVerifier verifier, String claims) {
            return verifier.verifyAsync(IssuedElsewhere.token(JWT, claims), none -> false)
                    .toCompletableFuture()
                    .join();
        }

        @Test
        void issuerThatDoesNotFitTheTenantsFailsAtStart() {
            TokenProfile one = TokenProfile.entraId(TENANT);
            TokenProfile two = TokenProfile.entraId(TENANT, OTHER);
            String ofTenant = V2.replace("{tenantid}", TENANT);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> verifier(one, "https://login.microsoftonline.com/v2.0", "a"))
                    .withMessageContaining("{tenantid}");
            assertThatIllegalArgumentException().isThrownBy(() -> verifier(two, ofTenant, "a"));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> verifier(TokenProfile.entraId(any -> true), ofTenant, "a"));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> verifier(TokenProfile.rfc9068(), V2, "a"))
                    .withMessageContaining("entraId");
            for (String name : List.of("contoso.onmicrosoft.com", " ", "{tenantid}", "a/b")) {
                assertThatIllegalArgumentException().isThrownBy(() -> TokenProfile.entraId(name));
                assertThatIllegalArgumentException().isThrownBy(() -> TokenProfile.entraId(TENANT, name));
            }
        }

        @Test
        void idRefreshAndLogoutTokensAreRejected() {
            String id = ",\"name\":\"Alice\",\"roles\":[\"Orders.Admin\"],\"nonce\":\"n\"";
            assertRejected(verifier, JWT, claims(V2, TENANT, id), Reason.MISSING_CLAIM, "azp");
            assertRejected(verifier, LOGOUT, claims(V2, TENANT, "," + LOGOUT_EVENT), Reason.WRONG_TYPE, "");
            assertOpaqueTokensAreRejected(verifier);
        }
    }

    @Nested
    class Okta {
        private static final String ISSUER = "https://my.okta.com/oauth2/default";
        private final AccessTokenVerifier verifier = verifier(TokenProfile.okta(), ISSUER, "api://orders");

        private String claims(String more) {
            return """
                    {"ver":1,"jti":"AT.1","iss":"%s","aud":"api://orders","iat":$IAT,"exp":$EXP,"sub":"alice@example.com"\
                    %s}""".formatted(ISSUER, more);
        }

        @Test
        void tokenForClientCredentialsHasTheClientAsSubject() {
            String claims =
                    claims(",\"cid\":\"0oa1\",\"scp\":[\"orders.read\"]").replace("alice@example.com", "0oa1");
            assertThat(verified(verifier, NO_TYPE, claims).caller())
                    .isEqualTo(caller("0oa1", "0oa1", Set.of(), Set.of(), Set.of("orders.read")));
            verified(verifier, AT_JWT, claims);
        }

        @Test
        void userIdCanBeTheSubject() {
            TokenProfile profile = TokenProfile.builder(TokenProfile.okta())
                    .subject(ClaimSource.of("uid"), ClaimSource.of("cid"))
                    .build();
            AccessTokenVerifier byUser = verifier(profile, ISSUER, "api://orders");
            String user = claims(",\"cid\":\"0oa1\",\"uid\":\"00u1\",\"scp\":[\"r\"],\"groups\":[\"Everyone\"]");
            assertThat(verified(byUser, NO_TYPE, user).caller())
                    .isEqualTo(caller("00u1", "0oa1", Set.of("Everyone"), Set.of(), Set.of("r")));
        }

        @Test
        void idRefreshAndLogoutTokensAreRejected() {
            String id = claims(",\"amr\":[\"pwd\"],\"nonce\":\"n\"").replace("AT.1", "ID.1");
            assertRejected(verifier, NO_TYPE, id, Reason.MISSING_CLAIM, "cid");
            String hash = claims(",\"cid\":\"c\",\"scp\":[\"r\"],\"at_hash\":\"h\"");
            assertRejected(verifier, NO_TYPE, hash, Reason.WRONG_CLAIM, "at_hash");
            assertRejected(verifier, LOGOUT, claims("," + LOGOUT_EVENT), Reason.WRONG_TYPE, "");
            assertRejected(verifier, NO_TYPE, claims("," + LOGOUT_EVENT), Reason.MISSING_CLAIM, "cid");
            assertOpaqueTokensAreRejected(verifier);
        }
    }

    @Nested
    class Cognito {
        private static final String ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_example";
        private final AccessTokenVerifier verifier = verifier(TokenProfile.cognito("web", "mobile"), ISSUER, "web");

        private String claims(String more) {
            return """
                    {"sub":"aaaa-bbbb","iss":"%s","version":2,"exp":$EXP,"iat":$IAT,"auth_time":$IAT,"jti":"j1"%s}""".formatted(ISSUER, more);
        }

        @Test
        void tokenForClientCredentialsHasTheClientAsSubject() {
            String claims = claims(",\"token_use\":\"access\",\"scope\":\"orders/read\",\"client_id\":\"web\"")
                    .replace("aaaa-bbbb", "web");
            assertThat(verified(verifier, NO_TYPE, claims).caller())
                    .isEqualTo(caller("web", "web", Set.of(), Set.of(), Set.of("orders/read")));
        }

        @Test
        void clientTakesThePlaceOfTheAudience() {
            String access =
                    ",\"token_use\":\"access\",\"cognito:groups\":[\"admin\"],\"origin_jti\":\"o1\",\"client_id\":";
            Verified result = verified(verifier, NO_TYPE, claims(access + "\"mobile\""));
            assertThat(result.caller().roles()).containsExactly("admin");
            assertThat(result.sessionId()).contains("o1");
            assertRejected(verifier, NO_TYPE, claims(access + "\"other\""), Reason.WRONG_AUDIENCE, "client_id");
            assertRejected(
                    verifier,
                    NO_TYPE,
                    claims(access + "\"other\",\"aud\":\"web\""),
                    Reason.WRONG_AUDIENCE,
                    "client_id");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> verifier(TokenProfile.cognito("web"), ISSUER, "orders"))
                    .withMessageContaining("[web]");
        }

        @Test
        void idRefreshAndLogoutTokensAreRejected() {
            String id = claims(",\"token_use\":\"id\",\"aud\":\"web\",\"email\":\"a@example.com\"");
            assertRejected(verifier, NO_TYPE, id, Reason.MISSING_CLAIM, "client_id");
            String both = claims(",\"token_use\":\"id\",\"aud\":\"web\",\"client_id\":\"web\"");
            assertRejected(verifier, NO_TYPE, both, Reason.WRONG_CLAIM, "token_use");
            assertRejected(verifier, NO_TYPE, claims(",\"client_id\":\"web\""), Reason.MISSING_CLAIM, "token_use");
            assertRejected(verifier, LOGOUT, claims("," + LOGOUT_EVENT), Reason.WRONG_TYPE, "");
            assertOpaqueTokensAreRejected(verifier);
        }
    }

    @Nested
    class GoogleAndFirebase {
        private static final String CLIENT = "123.apps.googleusercontent.com";
        private final AccessTokenVerifier google =
                verifier(TokenProfile.google(), "https://accounts.google.com", CLIENT);
        private final AccessTokenVerifier firebase =
                verifier(TokenProfile.firebase(), "https://securetoken.google.com/shop-1", "shop-1");

        private String google(String issuer) {
            return """
                    {"iss":"%s","aud":"%s","sub":"1076","email":"a@example.com","email_verified":true,"iat":$IAT,\
                    "nbf":$IAT,"jti":"j","exp":$EXP}""".formatted(issuer, CLIENT);
        }

        private String firebase(String more) {
            return """
                    {"iss":"https://securetoken.google.com/shop-1","aud":"shop-1","sub":"u1","user_id":"u1","iat":$IAT,\
                    "exp":$EXP%s}""".formatted(more);
        }

        /** One Tap has jti and nbf; tokens of service accounts have no hd. */
        @Test
        void bothSpellingsOfGooglesIssuerAreAccepted() {
            for (String issuer : List.of("https://accounts.google.com", "accounts.google.com")) {
                Verified result = verified(google, JWT, google(issuer));
                assertThat(result.caller()).isEqualTo(Caller.of("1076"));
                assertThat(result.tokenId()).isEmpty();
                assertThat(result.claims().bool("email_verified")).contains(true);
            }
            for (String issuer : List.of("http://accounts.google.com", "https://accounts.google.com/", "google.com")) {
                assertRejected(google, JWT, google(issuer), Reason.WRONG_ISSUER, "iss");
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> verifier(TokenProfile.google(), "https://google.com", CLIENT))
                    .withMessageContaining("accounts.google.com");
            verifier(TokenProfile.builder(TokenProfile.google())
                    .audiences(CLIENT, "456.apps.googleusercontent.com")
                    .build());
        }

        @Test
        void customClaimsOfFirebaseAreReadable() {
            String claims =
                    firebase(",\"auth_time\":$IAT,\"admin\":true,\"firebase\":{\"identities\":{\"email\":[\"a\"]},"
                            + "\"sign_in_provider\":\"password\",\"tenant\":\"t-1\"}");
            Verified result = verified(firebase, JWT, claims);
            assertThat(result.caller()).isEqualTo(Caller.of("u1").withTenant("t-1"));
            assertThat(result.claims().bool("admin")).contains(true);
            assertThat(result.claims().text("firebase", "sign_in_provider")).contains("password");
            assertRejected(firebase, JWT, firebase(""), Reason.MISSING_CLAIM, "auth_time");
        }

        @Test
        void projectOfFirebaseIsInIssuerAndAudience() {
            String token = firebase(",\"auth_time\":$IAT");
            assertRejected(firebase, JWT, token.replace("com/shop-1", "com/shop-2"), Reason.WRONG_ISSUER, "iss");
            assertRejected(firebase, JWT, token.replace("\"shop-1\"", "\"shop-2\""), Reason.WRONG_AUDIENCE, "aud");
            String cookie = token.replace("securetoken.google", "session.firebase.google");
            assertRejected(firebase, JWT, cookie, Reason.WRONG_ISSUER, "iss");
            for (String issuer : List.of("https://securetoken.google.com/shop-2", "https://securetoken.google.com/")) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> verifier(TokenProfile.firebase(), issuer, "shop-1"))
                        .withMessageContaining("https://securetoken.google.com/");
            }
        }
    }

    @Nested
    class SpringAuthorizationServer {
        private static final String ISSUER = "http://auth-server:9000";
        private final AccessTokenVerifier verifier =
                verifier(TokenProfile.springAuthorizationServer(), ISSUER, "messaging-client");

        private String claims(String more) {
            return """
                    {"sub":"messaging-client","aud":"messaging-client","iss":"%s","exp":$EXP,"iat":$IAT,"jti":"j"%s}""".formatted(ISSUER, more);
        }

        @Test
        void scopesAreAnArrayAndRolesComeFromACustomizer() {
            String claims = claims(",\"nbf\":$IAT,\"scope\":[\"message.read\"],\"roles\":[\"ADMIN\"]");
            for (String header : List.of(NO_TYPE, JWT, AT_JWT)) {
                Verified result = verified(verifier, header, claims);
                assertThat(result.caller().scopes()).containsExactly("message.read");
                assertThat(result.caller().roles()).containsExactly("ADMIN");
                assertThat(result.tokenId()).isEqualTo("j");
            }
        }

        @Test
        void idRefreshAndLogoutTokensAreRejected() {
            String id = claims(",\"azp\":\"messaging-client\",\"auth_time\":$IAT,\"sid\":\"s\"");
            assertRejected(verifier, NO_TYPE, id, Reason.MISSING_CLAIM, "scope");
            String withScope = claims(",\"scope\":[\"openid\"],\"nonce\":\"n\"");
            assertRejected(verifier, NO_TYPE, withScope, Reason.WRONG_CLAIM, "nonce");
            assertRejected(verifier, LOGOUT, claims("," + LOGOUT_EVENT), Reason.WRONG_TYPE, "");
            assertRejected(verifier, NO_TYPE, claims("," + LOGOUT_EVENT), Reason.MISSING_CLAIM, "scope");
            assertOpaqueTokensAreRejected(verifier);
        }
    }

    @Nested
    class IdentityServer {
        private static final String ISSUER = "https://ids.example";
        private final AccessTokenVerifier verifier = verifier(TokenProfile.identityServer(), ISSUER, "orders");

        private String claims(String more) {
            return """
                    {"iss":"%s","nbf":$IAT,"iat":$IAT,"exp":$EXP,"aud":"orders","jti":"J"%s}""".formatted(ISSUER, more);
        }

        @Test
        void clientIsTheSubjectOfATokenForClientCredentials() {
            String claims = claims(",\"scope\":[\"orders.read\"],\"client_id\":\"batch\"");
            assertThat(verified(verifier, AT_JWT, claims).caller())
                    .isEqualTo(caller("batch", "batch", Set.of(), Set.of(), Set.of("orders.read")));
        }

        @Test
        void scopeAndRoleAreAStringOrAnArray() {
            String user = ",\"sub\":\"1\",\"client_id\":\"web\",\"sid\":\"S\"";
            String strings = claims(user + ",\"scope\":\"openid orders.read\",\"role\":\"admin\"");
            String arrays = claims(user + ",\"scope\":[\"openid\",\"orders.read\"],\"role\":[\"admin\"]");
            for (String claims : List.of(strings, arrays)) {
                Verified result = verified(verifier, AT_JWT, claims);
                assertThat(result.caller())
                        .isEqualTo(caller("1", "web", Set.of("admin"), Set.of(), Set.of("openid", "orders.read")));
                assertThat(result.sessionId()).contains("S");
            }
        }

        @Test
        void idRefreshAndLogoutTokensAreRejected() {
            String id = claims(",\"sub\":\"1\",\"nonce\":\"n\",\"sid\":\"S\"");
            assertRejected(verifier, JWT, id, Reason.WRONG_TYPE, "");
            assertRejected(verifier, NO_TYPE, id, Reason.WRONG_TYPE, "");
            assertRejected(verifier, AT_JWT, id, Reason.MISSING_CLAIM, "client_id");
            assertRejected(verifier, LOGOUT, claims(",\"sub\":\"1\"," + LOGOUT_EVENT), Reason.WRONG_TYPE, "");
            assertOpaqueTokensAreRejected(verifier);
        }
    }

    @Nested
    class Hydra {
        private static final String ISSUER = "https://hydra.example/";
        private final AccessTokenVerifier verifier = verifier(TokenProfile.hydra(), ISSUER, "orders");

        private String claims(String more) {
            return """
                    {"aud":["orders"],"exp":$EXP,"iat":$IAT,"iss":"%s","jti":"9b","nbf":$IAT,"sub":"alice"%s}""".formatted(ISSUER, more);
        }

        @Test
        void rolesAreInExtOrAtTheTop() {
            for (String roles : List.of(
                    "\"ext\":{\"roles\":[\"admin\"]}",
                    "\"ext\":{},\"roles\":[\"admin\"]",
                    "\"roles\":\"admin\"",
                    "\"ext\":{\"roles\":[\"admin\"]},\"roles\":[\"admin\"]")) {
                String claims = claims(",\"client_id\":\"c1\",\"scp\":[\"offline\"]," + roles);
                assertThat(verified(verifier, JWT, claims).caller())
                        .isEqualTo(caller("alice", "c1", Set.of("admin"), Set.of(), Set.of("offline")));
            }
        }

        @Test
        void scopesAreInScpOrInScope() {
            for (String scopes :
                    List.of("\"scp\":[\"a\",\"b\"]", "\"scope\":\"a b\"", "\"scp\":[\"a\",\"b\"],\"scope\":\"a b\"")) {
                String claims = claims(",\"client_id\":\"c1\"," + scopes);
                assertThat(verified(verifier, JWT, claims).caller().scopes()).containsExactlyInAnyOrder("a", "b");
            }
        }

        @Test
        void idRefreshAndLogoutTokensAreRejected() {
            assertRejected(verifier, JWT, claims(",\"sid\":\"s\",\"rat\":$IAT"), Reason.MISSING_CLAIM, "client_id");
            String withClient = claims(",\"client_id\":\"c1\",\"at_hash\":\"h\"");
            assertRejected(verifier, JWT, withClient, Reason.WRONG_CLAIM, "at_hash");
            assertRejected(verifier, LOGOUT, claims("," + LOGOUT_EVENT), Reason.WRONG_TYPE, "");
            assertRejected(verifier, JWT, claims("," + LOGOUT_EVENT), Reason.MISSING_CLAIM, "client_id");
            assertOpaqueTokensAreRejected(verifier);
        }
    }
}

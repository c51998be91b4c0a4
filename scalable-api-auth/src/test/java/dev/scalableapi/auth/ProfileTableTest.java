package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.auth.Verification.Reason;
import dev.scalableapi.auth.Verification.Rejected;
import dev.scalableapi.auth.Verification.Verified;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each profile accepts what its row of the table in the guide says, and of everything else nothing. */
class ProfileTableTest {
    /** A secret key, because each test signs many tokens; signatures are tried with {@link Fixtures#RSA}. */
    private static final SigningKey KEY = SigningKey.generate(SignatureAlgorithm.HS256);

    private static final VerificationKeySet KEYS = VerificationKeySet.of(VerificationKey.ofJwk(
            IssuedElsewhere.KID, SignatureAlgorithm.HS256, KEY.verificationKey().key(), null));
    private static final SigningKey OTHER = SigningKey.generate(SignatureAlgorithm.RS256);
    private static final String KID = IssuedElsewhere.KID;
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Map<String, AccessTokenVerifier> VERIFIERS = new ConcurrentHashMap<>();

    static List<ProfileFormat> formats() {
        assertThat(ProfileFormat.ALL).extracting(ProfileFormat::name).containsExactlyElementsOf(ProfileTable.names());
        return ProfileFormat.ALL;
    }

    private final List<String> failures = new ArrayList<>();

    private static ProfileTable.Row row(ProfileFormat format) {
        return ProfileTable.row(format.name());
    }

    private static AccessTokenVerifier verifier(ProfileFormat format) {
        return VERIFIERS.computeIfAbsent(format.name(), name -> newVerifier(format));
    }

    private static AccessTokenVerifier newVerifier(ProfileFormat format) {
        return AccessTokenVerifier.builder(KEYS, format.issuer(), ProfileFormat.AUDIENCE)
                .profile(format.profile())
                .algorithms(SignatureAlgorithm.HS256)
                .cachedTokens(0)
                .clock(Fixtures.at(Fixtures.NOW))
                .build();
    }

    private void expect(ProfileFormat format, boolean accepted, String header, String claims) {
        expectToken(format, accepted, Fixtures.token(KEY, header, claims), header + " " + claims);
    }

    private void expectToken(ProfileFormat format, boolean accepted, String token, String shown) {
        check(accepted, verifier(format).verify(token), shown);
    }

    private void check(boolean accepted, Verification result, String shown) {
        if (result instanceof Verified != accepted) {
            failures.add((accepted ? "not accepted: " : "accepted: ") + shown + " -> " + result);
        }
    }

    private void assertNoFailures() {
        assertThat(failures).isEmpty();
    }

    private static String header(ProfileFormat format) {
        return ProfileFormat.header(KEY, KID, format.type());
    }

    /** The claims with one more. */
    private static String with(ProfileFormat format, String member) {
        return format.claims().replaceFirst("}$", Matcher.quoteReplacement("," + member + "}"));
    }

    /** The claims without one, which may be the last. */
    private static String without(String claims, String name) {
        String removed = claims.replaceFirst("\"" + Pattern.quote(name) + "\":(\"[^\"]*\"|\\[[^]]*]|[0-9]+),?", "");
        String claimsWithout = removed.replace(",}", "}");
        try {
            assertThat(MAPPER.readTree(claimsWithout).has(name)).isFalse();
        } catch (IOException e) {
            throw new AssertionError(claimsWithout, e);
        }
        return claimsWithout;
    }

    private static String replaced(ProfileFormat format, String name, String value) {
        String claims = without(format.claims(), name);
        return claims.replaceFirst("}$", Matcher.quoteReplacement(",\"" + name + "\":" + value + "}"));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void validTokenIsAccepted(ProfileFormat format) {
        expect(format, true, header(format), format.claims());
        assertNoFailures();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void typesAreThoseOfTheTable(ProfileFormat format) {
        ProfileTable.Row row = row(format);
        for (String type : List.of(
                "at+jwt",
                "JWT",
                "",
                "logout+jwt",
                "dpop+jwt",
                "secevent+jwt",
                "id+jwt",
                "jose",
                "token-introspection+jwt")) {
            boolean accepted =
                    type.isEmpty() ? row.has(1, "absent") : row.codes(1).contains(type);
            expect(format, accepted, ProfileFormat.header(KEY, KID, type), format.claims());
            String prefixed = "application/" + type;
            expect(format, accepted && !type.isEmpty(), ProfileFormat.header(KEY, KID, prefixed), format.claims());
        }
        assertNoFailures();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void keysInTheHeaderAreIgnoredOnlyIfTheTableSaysSo(ProfileFormat format) {
        boolean ignored = row(format).has(2, "ignored");
        SigningKey mine = SigningKey.generate(SignatureAlgorithm.ES256);
        String jwks = IssuerServer.jwks(mine);
        String jwk = jwks.substring(jwks.indexOf('[') + 1, jwks.lastIndexOf(']'));
        for (String member : List.of(
                "\"jku\":\"https://evil.example/keys\"",
                "\"x5u\":\"https://evil.example/cert\"",
                "\"x5c\":[\"AAAA\"]",
                "\"jwk\":" + jwk)) {
            String header = header(format).replaceFirst("}$", Matcher.quoteReplacement("," + member + "}"));
            expect(format, ignored, header, format.claims());
            expectToken(format, false, Fixtures.token(mine, header, format.claims()), "signed by the key in " + member);
            String named = header.replace("HS256", "ES256").replace(KID, mine.kid());
            expectToken(
                    format, false, Fixtures.token(mine, named, format.claims()), "signed by the named key " + member);
        }
        assertNoFailures();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void issuersAreThoseOfTheTable(ProfileFormat format) {
        String iss = format.tokenIssuer();
        boolean spellings = row(format).has(3, "two spellings");
        expect(format, spellings, header(format), replaced(format, "iss", "\"" + iss.replace("https://", "") + "\""));
        expect(format, false, header(format), without(format.claims(), "iss"));
        for (String other : List.of(
                iss + "/",
                iss.toUpperCase(java.util.Locale.ROOT),
                iss.replace("https", "http"),
                iss + "x",
                "https://evil.example",
                "{tenantid}",
                "null",
                " " + iss)) {
            expect(format, false, header(format), replaced(format, "iss", "\"" + other + "\""));
        }
        for (String value : List.of("[\"" + iss + "\"]", "7", "null", "\"\"", "{}")) {
            expect(format, false, header(format), replaced(format, "iss", value));
        }
        if (row(format).has(3, "of the tenant")) {
            String tenant = "11111111-2222-3333-4444-555555555555";
            expect(format, false, header(format), replaced(format, "tid", "\"" + tenant + "\""));
            String both = format.claims().replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", tenant);
            expect(format, false, header(format), both);
        }
        assertNoFailures();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void audienceIsThatOfTheTable(ProfileFormat format) {
        String claim = row(format).codes(4).get(0);
        expect(format, false, header(format), without(format.claims(), claim));
        for (String value : List.of(
                "\"other\"",
                "\"orders2\"",
                "\"Orders\"",
                "[]",
                "[\"other\"]",
                "[\"orders\",7]",
                "7",
                "null",
                "\"\"",
                "{\"orders\":1}")) {
            expect(format, false, header(format), replaced(format, claim, value));
        }
        if (!claim.equals("client_id")) {
            expect(format, true, header(format), replaced(format, claim, "[\"other\",\"orders\"]"));
        }
        if (!claim.equals("aud")) {
            String aud = replaced(format, "aud", "\"orders\"");
            expect(format, true, header(format), replaced(format, "aud", "\"other\""));
            expect(format, false, header(format), without(aud, claim));
        }
        assertNoFailures();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void subjectIsThatOfTheTable(ProfileFormat format) {
        List<String> sources = row(format).codes(5);
        assertThat(sources.get(0)).isEqualTo("sub");
        String claims = without(format.claims(), "sub");
        expect(format, sources.size() > 1, header(format), claims);
        for (String value : List.of("\"\"", "\" \"", "7", "null", "[\"alice\"]", "{}", "\"\\ud800\"", "true")) {
            expect(format, false, header(format), replaced(format, "sub", value));
        }
        assertNoFailures();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void tokenIdIsThatOfTheTable(ProfileFormat format) {
        ProfileTable.Row row = row(format);
        expect(format, !row.has(6, "required"), header(format), without(format.claims(), "jti"));
        boolean none = row.has(6, "none");
        for (String claim : none ? List.of("jti", "uti") : row.codes(6)) {
            String claims = replaced(format, claim, "\"id-7\"");
            expect(format, true, header(format), claims);
            Verified verified = (Verified) verifier(format).verify(Fixtures.token(KEY, header(format), claims));
            assertThat(verified.tokenId()).isEqualTo(none ? "" : "id-7");
            expect(format, none, header(format), replaced(format, claim, "7"));
        }
        assertNoFailures();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void scopesAndRolesHaveTheFormsOfTheTable(ProfileFormat format) {
        Map<String, Set<String>> forms = Map.of(
                "\"a b\"", Set.of("string", ""),
                "[\"a\",\"b\"]", Set.of("array", ""),
                "{\"a\":1}", Set.of(),
                "7", Set.of(),
                "true", Set.of(),
                "null", Set.of(),
                "[7]", Set.of(),
                "[null]", Set.of(),
                "[[\"a\"]]", Set.of(),
                "[\" \"]", Set.of());
        for (int column : new int[] {7, 8}) {
            String cell = row(format).cells().get(column);
            String form = cell.contains(":") && !cell.contains("cognito") ? cell.replaceFirst(".*: ", "") : "";
            for (String source : row(format).codes(column)) {
                forms.forEach((value, accepted) ->
                        expect(format, accepted.contains(form), header(format), nested(format, source, value)));
            }
        }
        assertNoFailures();
    }

    /** The claims with a value at a path, whose names are separated by dots. */
    private static String nested(ProfileFormat format, String source, String value) {
        String[] path = source.split("\\.", -1);
        StringBuilder text = new StringBuilder(value);
        for (int i = path.length - 1; i > 0; i--) {
            text.insert(0, "{\"" + path[i] + "\":").append('}');
        }
        return replaced(format, path[0], text.toString());
    }

    /** The values in the table's places become the caller's, and values in other places do not. */
    @ParameterizedTest
    @MethodSource("formats")
    void scopesAndRolesAreThoseOfTheTable(ProfileFormat format) {
        List<String> everywhere = List.of(
                "scp",
                "scope",
                "roles",
                "role",
                "groups",
                "cognito:groups",
                "permissions",
                "realm_access.roles",
                "resource_access.orders.roles",
                "resource_access.account.roles",
                "ext.roles");
        List<String> scopes = row(format).codes(7);
        List<String> roles = row(format).codes(8);
        for (String source : everywhere) {
            String value = scopes.contains(source) && row(format).has(7, "string") ? "\"v\"" : "[\"v\"]";
            boolean malformed = format.name().equals("rfc9068") && source.equals("scope");
            String claims = nested(format, source, malformed ? "\"v\"" : value);
            Verification result = verifier(format).verify(Fixtures.token(KEY, header(format), claims));
            assertThat(result).as(source).isInstanceOf(Verified.class);
            Verified verified = (Verified) result;
            assertThat(verified.caller().scopes().contains("v")).as(source).isEqualTo(scopes.contains(source));
            assertThat(verified.caller().roles().contains("v")).as(source).isEqualTo(roles.contains(source));
        }
    }

    @ParameterizedTest
    @MethodSource("formats")
    void idTokensAreAcceptedOnlyIfTheTableSaysSo(ProfileFormat format) {
        boolean accepted = row(format).has(9, "accepted");
        String header = ProfileFormat.header(KEY, KID, format.idTokenType());
        expect(format, accepted, header, format.idTokenClaims());
        assertNoFailures();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void claimsThatTheTableRequiresAreRequired(ProfileFormat format) {
        String cell = row(format).cells().get(10);
        for (String group : cell.isEmpty() ? new String[0] : cell.split(";", -1)) {
            List<String> alternatives = ProfileTable.codes(group);
            String claims = format.claims();
            for (String claim : alternatives) {
                claims = without(claims, claim);
            }
            assertThat(claims).as(group).isNotEqualTo(format.claims());
            expect(format, false, header(format), claims);
        }
        for (String claim : row(format).codes(11)) {
            expect(format, false, header(format), with(format, "\"" + claim + "\":\"x\""));
            expect(format, false, header(format), with(format, "\"" + claim + "\":null"));
        }
        assertNoFailures();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void timeIsNotRelaxed(ProfileFormat format) {
        long now = Fixtures.NOW.getEpochSecond();
        for (String claim : List.of("exp", "iat")) {
            expect(format, false, header(format), without(format.claims(), claim));
            for (String value :
                    List.of("null", "\"" + (now + 60) + "\"", "-1", "[1]", "{}", "true", "1e30", "253402300800")) {
                expect(format, false, header(format), replaced(format, claim, value));
            }
        }
        expect(format, false, header(format), replaced(format, "exp", String.valueOf(now - 30)));
        expect(format, false, header(format), replaced(format, "exp", "0"));
        expect(format, true, header(format), replaced(format, "exp", String.valueOf(now - 29)));
        expect(format, false, header(format), replaced(format, "iat", String.valueOf(now + 31)));
        expect(format, false, header(format), replaced(format, "nbf", String.valueOf(now + 31)));
        expect(format, false, header(format), replaced(format, "nbf", "\"" + now + "\""));
        expect(format, true, header(format), replaced(format, "nbf", String.valueOf(now)));
        assertNoFailures();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void boundTokensAreNotRelaxed(ProfileFormat format) {
        for (String value :
                List.of("{\"jkt\":\"x\"}", "{}", "{\"a\":1}", "{\"jkt\":\"x\",\"kid\":\"y\"}", "null", "7", "[]")) {
            expect(format, false, header(format), with(format, "\"cnf\":" + value));
        }
        assertNoFailures();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void headersAreNotRelaxed(ProfileFormat format) {
        for (String member : List.of(
                "\"crit\":[\"exp\"]",
                "\"crit\":null",
                "\"b64\":false",
                "\"b64\":true",
                "\"enc\":\"A128GCM\"",
                "\"zip\":\"DEF\"")) {
            String header = header(format).replaceFirst("}$", Matcher.quoteReplacement("," + member + "}"));
            expect(format, false, header, format.claims());
        }
        String header = header(format);
        for (String damaged : List.of(
                header.replace(KID, "other"),
                header.replace("\"" + KID + "\"", "7"),
                header.replace("\"" + KID + "\"", "null"),
                header.replace("HS256", "none"),
                header.replace("HS256", "None"),
                header.replace("HS256", "RS256"),
                header.replace("HS256", "HS512"),
                header.replace("HS256", "hs256"),
                header.replace("\"alg\":\"HS256\",", ""),
                header.replace("{", "{\"alg\":\"HS256\","),
                header.replace("{", "{\"kid\":\"" + KID + "\","),
                header.replaceFirst("}$", ",\"typ\":7}"),
                header.replaceFirst("}$", ",\"typ\":null}"),
                header.replaceFirst("}$", ",\"typ\":\"\"}"),
                header.replaceFirst("}$", ",}"),
                header + "x",
                "\ufeff" + header,
                "[]",
                "{}")) {
            expect(format, false, damaged, format.claims());
        }
        assertNoFailures();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void signaturesAreNotRelaxed(ProfileFormat format) throws Exception {
        String header = ProfileFormat.header(Fixtures.RSA, KID, format.type());
        AccessTokenVerifier verifier =
                IssuedElsewhere.verifier(format.profile(), format.issuer(), ProfileFormat.AUDIENCE);
        String token = Fixtures.token(Fixtures.RSA, header, format.claims());
        String signed = token.substring(0, token.lastIndexOf('.'));
        String signature = token.substring(token.lastIndexOf('.') + 1);
        String unsigned = encode(header.replace("RS256", "none")) + "." + encode(format.claims());
        List<String> forged = new ArrayList<>(List.of(
                signed,
                signed + ".",
                unsigned,
                unsigned + ".",
                unsigned + "." + signature,
                signed + "." + signature + "=",
                signed + "." + signature + ".",
                signed + "." + signature.substring(4),
                signed + "." + signature + "AAAA",
                signed + "." + signature + "\n",
                " " + token,
                "Bearer " + token,
                signed.replace(".", ".A") + "." + signature,
                encode(header) + "." + encode(format.claims() + " ") + "." + signature,
                Fixtures.token(OTHER, header, format.claims()),
                token + "." + signature,
                "A".repeat(9000)));
        String hmac = encode(header.replace("RS256", "HS256")) + "." + encode(format.claims());
        byte[] der = Fixtures.publicKey(Fixtures.RSA).getEncoded();
        for (byte[] secret :
                List.of(der, Fixtures.pem(der).replace("PRIVATE", "PUBLIC").getBytes(StandardCharsets.US_ASCII))) {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            forged.add(hmac + "." + Base64Url.encode(mac.doFinal(hmac.getBytes(StandardCharsets.US_ASCII))));
        }
        check(true, verifier.verify(token), "the valid token");
        for (String each : forged) {
            check(false, verifier.verify(each), each);
        }
        assertNoFailures();
    }

    private static String encode(String text) {
        return Base64Url.encode(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void jsonIsNotRelaxed(ProfileFormat format) {
        String claims = format.claims();
        for (String damaged : List.of(
                claims.replaceFirst("\\{", "{\"sub\":\"root\","),
                claims.replaceFirst("\\{", "{\"\\\\u0073ub\":\"root\","),
                with(format, "\"y\":{\"a\":1,\"a\":1}"),
                with(format, "\"y\":NaN"),
                with(format, "\"y\":01"),
                with(format, "\"y\":'a'"),
                with(format, "\"y\":" + "[".repeat(20) + "]".repeat(20)),
                with(format, "\"y\":" + "9".repeat(40)),
                claims + "x",
                claims + "{}",
                claims.replaceFirst("}$", ",}"),
                "\ufeff" + claims,
                claims.substring(1),
                "[" + claims + "]",
                "\"" + claims.replace("\"", "\\\"") + "\"",
                "null",
                "",
                claims.replace("alice", "al\u0001ice"))) {
            expect(format, false, header(format), damaged);
        }
        byte[] latin = claims.replace("alice", "\u00e9").getBytes(StandardCharsets.ISO_8859_1);
        expectToken(
                format,
                false,
                Fixtures.token(KEY, header(format).getBytes(StandardCharsets.UTF_8), latin),
                "not UTF-8");
        byte[] utf16 = claims.getBytes(StandardCharsets.UTF_16BE);
        expectToken(
                format, false, Fixtures.token(KEY, header(format).getBytes(StandardCharsets.UTF_8), utf16), "UTF-16");
        String token = Fixtures.token(KEY, header(format), claims);
        expect(format, false, header(format), "\"" + token + "\"");
        expect(format, false, header(format), token);
        assertNoFailures();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void typeIsReportedBeforeAnyClaim(ProfileFormat format) {
        String header = ProfileFormat.header(KEY, KID, "logout+jwt");
        assertThat(verifier(format).verify(Fixtures.token(KEY, header, "{broken")))
                .isEqualTo(new Rejected(Reason.WRONG_TYPE));
    }
}

package dev.scalableapi.auth;

import static dev.scalableapi.auth.Fixtures.EC;
import static dev.scalableapi.auth.Fixtures.NOW;
import static dev.scalableapi.auth.Fixtures.RSA;
import static dev.scalableapi.auth.Fixtures.claims;
import static dev.scalableapi.auth.Fixtures.header;
import static dev.scalableapi.auth.Fixtures.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import dev.scalableapi.auth.Verification.Reason;
import dev.scalableapi.core.http.Caller;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokenVerifierTest {
    private static final BigInteger ORDER =
            ((ECPublicKey) Fixtures.publicKey(EC)).getParams().getOrder();
    private static final AccessTokenVerifier VERIFIER = Fixtures.verifier(EC, RSA);

    private static void assertRejected(String token, Reason reason) {
        assertThat(VERIFIER.verify(token)).isEqualTo(new Verification.Rejected(reason));
    }

    private static void assertVerified(String token) {
        assertThat(VERIFIER.verify(token)).isInstanceOf(Verification.Verified.class);
    }

    private static String withClaims(String payload) {
        return token(EC, header(EC), payload);
    }

    private static String withHeader(String header) {
        return token(EC, header, claims(""));
    }

    @Test
    void tokenOfAnotherLibraryIsVerified() {
        String token = JWT.create()
                .withHeader(Map.of("typ", "application/AT+JWT", "kid", EC.kid(), "x5t", "ignored"))
                .withIssuer(Fixtures.ISSUER)
                .withAudience("https://other.example", Fixtures.AUDIENCE)
                .withSubject("carol")
                .withJWTId("id-2")
                .withIssuedAt(NOW)
                .withNotBefore(NOW)
                .withExpiresAt(NOW.plusSeconds(60))
                .withClaim("scope", " a  b a ")
                .withClaim("roles", List.of("x", "x"))
                .withClaim("unknown", Map.of("deep", List.of(1, 2)))
                .sign(Algorithm.ECDSA256(null, (ECPrivateKey) Fixtures.privateKey(EC)));
        Caller carol = new Caller("carol", Optional.empty(), Optional.empty(), Set.of("x"), Set.of(), Set.of("a", "b"));
        assertThat(VERIFIER.verify(token))
                .isEqualTo(new Verification.Verified(
                        carol, "id-2", Optional.empty(), NOW, NOW.plusSeconds(60), Optional.empty()));
    }

    @Test
    void tokenOfRsaIsVerified() {
        assertVerified(token(RSA, header(RSA), claims("")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"none", "None", "NONE", "nOnE", "HS256", "HS384", "es256", "ES256 ", "RS256", "PS256", "ES384"})
    void algorithmThatIsNotTheKeysOwnIsRejected(String algorithm) {
        String header = header(EC).replace("ES256", algorithm);
        assertRejected(withHeader(header), Reason.WRONG_ALGORITHM);
        String unsigned = Base64Url.encode(header.getBytes(StandardCharsets.UTF_8)) + "."
                + Base64Url.encode(claims("").getBytes(StandardCharsets.UTF_8)) + ".";
        assertRejected(unsigned, Reason.MALFORMED);
        assertRejected(unsigned + "AA", Reason.WRONG_ALGORITHM);
    }

    @Test
    void publicKeyIsNeverTakenForASharedSecret() throws Exception {
        for (SigningKey key : List.of(EC, RSA)) {
            byte[] der = Fixtures.publicKey(key).getEncoded();
            String pem = Fixtures.pem(der).replace("PRIVATE", "PUBLIC");
            for (byte[] secret : List.of(
                    der, pem.getBytes(StandardCharsets.US_ASCII), (pem + "\n").getBytes(StandardCharsets.US_ASCII))) {
                String header = header(key).replace(key.algorithm().name(), "HS256");
                assertRejected(macToken(header, secret), Reason.WRONG_ALGORITHM);
                assertRejected(macToken(header(key), secret), Reason.BAD_SIGNATURE);
            }
        }
    }

    private static String macToken(String header, byte[] secret) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        String signed = Base64Url.encode(header.getBytes(StandardCharsets.UTF_8)) + "."
                + Base64Url.encode(claims("").getBytes(StandardCharsets.UTF_8));
        return signed + "." + Base64Url.encode(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void keyOfOneIdDoesNotServeAnother() {
        assertRejected(token(SigningKey.generate(), header(EC), claims("")), Reason.BAD_SIGNATURE);
        assertRejected(token(EC, header(RSA), claims("")), Reason.BAD_SIGNATURE);
        assertRejected(token(RSA, header(EC), claims("")), Reason.BAD_SIGNATURE);
    }

    @Test
    void derSignatureIsRejected() throws Exception {
        String signed = signed();
        Signature der = Signature.getInstance("SHA256withECDSA");
        der.initSign(Fixtures.privateKey(EC));
        der.update(signed.getBytes(StandardCharsets.US_ASCII));
        assertRejected(signed + "." + Base64Url.encode(der.sign()), Reason.BAD_SIGNATURE);
    }

    private static String signed() {
        String token = withClaims(claims(""));
        return token.substring(0, token.lastIndexOf('.'));
    }

    @Test
    void signatureNumbersOutsideTheGroupAreRejected() {
        String signed = signed();
        byte[] valid = Fixtures.sign(EC, signed);
        BigInteger r = new BigInteger(1, Arrays.copyOf(valid, 32));
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(valid, 32, 64));
        BigInteger last = BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE);
        for (BigInteger bad : List.of(BigInteger.ZERO, ORDER, ORDER.add(BigInteger.ONE), last)) {
            assertRejected(signed + "." + signature(bad, s), Reason.BAD_SIGNATURE);
            assertRejected(signed + "." + signature(r, bad), Reason.BAD_SIGNATURE);
            assertRejected(signed + "." + signature(bad, bad), Reason.BAD_SIGNATURE);
        }
        assertVerified(signed + "." + signature(r, s));
    }

    private static String signature(BigInteger r, BigInteger s) {
        String hex = "%064x%064x".formatted(r, s);
        return Base64Url.encode(java.util.HexFormat.of().parseHex(hex));
    }

    @Test
    void signatureOfAnotherLengthIsRejected() {
        for (SigningKey key : List.of(EC, RSA)) {
            String token = token(key, header(key), claims(""));
            String signed = token.substring(0, token.lastIndexOf('.'));
            byte[] valid = Fixtures.sign(key, signed);
            byte[] leadingZero = new byte[valid.length + 1];
            System.arraycopy(valid, 0, leadingZero, 1, valid.length);
            for (byte[] bad : List.of(
                    Arrays.copyOf(valid, valid.length - 1),
                    Arrays.copyOf(valid, valid.length + 1),
                    Arrays.copyOf(valid, valid.length * 2),
                    leadingZero)) {
                assertRejected(signed + "." + Base64Url.encode(bad), Reason.BAD_SIGNATURE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../../../dev/null",
                "/etc/passwd",
                "' OR '1'='1",
                "x'; DROP TABLE keys;--",
                "a\\u0000b",
                "\\u0000",
                "${jndi:ldap://x}",
                "file:///etc/passwd"
            })
    void unknownKeyIdIsOnlyLookedUp(String kid) {
        assertRejected(
                withHeader("{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"" + kid + "\"}"), Reason.UNKNOWN_KEY);
    }

    @Test
    void keyIdWithSomethingBehindItIsAnother() {
        for (String more : List.of("\\u0000", " ", "/", "/../" + EC.kid())) {
            assertRejected(withHeader(header(EC).replace(EC.kid(), EC.kid() + more)), Reason.UNKNOWN_KEY);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"alg\":\"ES256\",\"typ\":\"at+jwt\"}",
                "{\"typ\":\"at+jwt\",\"kid\":\"KID\"}",
                "{\"alg\":null,\"typ\":\"at+jwt\",\"kid\":\"KID\"}",
                "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":null}",
                "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":7}",
                "{\"alg\":[\"ES256\"],\"typ\":\"at+jwt\",\"kid\":\"KID\"}",
                "{\"alg\":\"ES256\",\"typ\":5,\"kid\":\"KID\"}",
                "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"\"}",
                "null",
                "[]",
                "\"x\"",
                "7",
                " ",
                "{",
                "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"KID\",}",
                "{'alg':'ES256','typ':'at+jwt','kid':'KID'}",
                "{alg:\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"KID\"}",
                "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"KID\"}x",
                "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"KID\"}{}",
                "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"KID\"} null",
                "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"KID\"/**/}",
                "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"KID\",\"x\":NaN}",
                "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"KID\",\"x\":01}",
                "{\"alg\":\"none\",\"typ\":\"at+jwt\",\"kid\":\"KID\",\"alg\":\"ES256\"}",
                "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"KID\",\"\\u0061lg\":\"ES256\"}",
                "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"KID\",\"x\":{\"y\":[{\"z\":1,\"z\":1}]}}"
            })
    void headerThatIsNotStrictJsonWithItsMembersIsRejected(String header) {
        assertRejected(withHeader(header.replace("KID", EC.kid())), Reason.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"crit\":[\"exp\"]",
                "\"crit\":[]",
                "\"crit\":null",
                "\"b64\":false",
                "\"b64\":true",
                "\"jku\":\"https://evil.example\"",
                "\"x5u\":\"https://evil.example\"",
                "\"x5c\":[]",
                "\"jwk\":{}",
                "\"zip\":\"DEF\"",
                "\"enc\":\"A128GCM\""
            })
    void headerThatAsksForMoreIsRejected(String member) {
        assertRejected(withHeader(header(EC).replace("}", "," + member + "}")), Reason.UNSUPPORTED_HEADER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"JWT", "at+jwt ", "at+jwt;v=1", "dpop+jwt", "logout+jwt", "application/jwt", "at"})
    void tokenOfAnotherTypeIsRejected(String type) {
        assertRejected(withHeader(header(EC).replace("at+jwt", type)), Reason.WRONG_TYPE);
    }

    @Test
    void tokenWithoutTypeIsRejected() {
        assertRejected(withHeader(header(EC).replace("\"typ\":\"at+jwt\",", "")), Reason.WRONG_TYPE);
    }

    @Test
    void payloadIsNotLookedAtBeforeTheSignature() {
        String broken = token(EC, header(EC), "{broken");
        assertRejected(broken, Reason.MALFORMED);
        assertRejected(token(SigningKey.generate(), header(EC), "{broken"), Reason.BAD_SIGNATURE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "7",
                "{}x",
                "{}{}",
                "{\"sub\":\"a\",\"sub\":\"b\"}",
                "{\"a\":{\"b\":[{\"c\":1,\"c\":2}]}}",
                "{\"a\":[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]}",
                "{\"a\":111111111111111111111111111111111111111111}"
            })
    void payloadThatIsNotOneStrictObjectIsRejected(String payload) {
        assertRejected(withClaims(payload), Reason.MALFORMED);
    }

    @Test
    void duplicateAndTrailingContentAreRejectedInACompletePayload() {
        assertRejected(withClaims(claims(",\"sub\":\"admin\"")), Reason.MALFORMED);
        assertRejected(withClaims(claims(",\"x\":{\"y\":{\"z\":1,\"z\":2}}")), Reason.MALFORMED);
        assertRejected(withClaims(claims("") + "garbage"), Reason.MALFORMED);
        assertRejected(withClaims(claims("") + "\u0000"), Reason.MALFORMED);
        assertVerified(withClaims(" \n" + claims("") + "\t\r\n "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE"})
    void jsonInAnotherEncodingIsRejected(String charset) {
        byte[] header = header(EC).getBytes(StandardCharsets.UTF_8);
        byte[] payload = claims("").getBytes(StandardCharsets.UTF_8);
        Charset other = Charset.forName(charset);
        assertRejected(token(EC, header(EC).getBytes(other), payload), Reason.MALFORMED);
        assertRejected(token(EC, header, claims("").getBytes(other)), Reason.MALFORMED);
    }

    @Test
    void malformedUtf8AndByteOrderMarksAreRejected() {
        byte[] header = header(EC).getBytes(StandardCharsets.UTF_8);
        assertRejected(withClaims("\ufeff" + claims("")), Reason.MALFORMED);
        assertRejected(withHeader("\ufeff" + header(EC)), Reason.MALFORMED);
        // A lone byte, an overlong slash, an encoded surrogate, and a code point beyond the last.
        for (byte[] bad : new byte[][] {
            {(byte) 0xff},
            {(byte) 0xc0, (byte) 0xaf},
            {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
            {(byte) 0xf5, (byte) 0x80, (byte) 0x80, (byte) 0x80}
        }) {
            String hidden = claims(",\"x\":\"" + new String(bad, StandardCharsets.ISO_8859_1) + "\"");
            assertRejected(token(EC, header, hidden.getBytes(StandardCharsets.ISO_8859_1)), Reason.MALFORMED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"=", "==", "A", " ", "\n", "!", "+", "/", "\u0000", "\u00e9", "\u0141"})
    void otherSpellingOfASegmentIsRejected(String more) {
        String[] parts = withClaims(claims("")).split("\\.", -1);
        for (int i = 0; i < 3; i++) {
            String[] changed = parts.clone();
            changed[i] = parts[i] + more;
            assertThat(VERIFIER.verify(String.join(".", changed))).isInstanceOf(Verification.Rejected.class);
            changed[i] = more + parts[i];
            assertThat(VERIFIER.verify(String.join(".", changed))).isInstanceOf(Verification.Rejected.class);
        }
    }

    @Test
    void nonCanonicalLastCharacterIsRejected() {
        String token = withClaims(claims(""));
        // 64 bytes leave four unused bits: the last character is one of A, Q, g, w; the next spells the same bytes.
        char last = token.charAt(token.length() - 1);
        assertThat("AQgw").contains(String.valueOf(last));
        assertRejected(token.substring(0, token.length() - 1) + (char) (last + 1), Reason.MALFORMED);
    }

    @Test
    void anythingButThreeFullSegmentsIsRejected() {
        String token = withClaims(claims(""));
        String[] parts = token.split("\\.", -1);
        for (String bad : List.of(
                "",
                ".",
                "..",
                "...",
                "a",
                "a.b",
                parts[0] + "." + parts[1],
                token + ".",
                "." + token,
                token + "." + parts[2],
                token + "..",
                "." + parts[1] + "." + parts[2],
                parts[0] + "." + parts[1] + ".",
                token + "." + parts[1] + "." + parts[2])) {
            assertRejected(bad, Reason.MALFORMED);
        }
    }

    @Test
    void emptyPayloadIsNoClaims() {
        String[] parts = withClaims(claims("")).split("\\.", -1);
        assertRejected(parts[0] + ".." + parts[2], Reason.BAD_SIGNATURE);
        assertRejected(withClaims(""), Reason.MALFORMED);
    }

    @Test
    void sizeIsCapped() {
        assertRejected("a".repeat(8193), Reason.TOO_LARGE);
        assertRejected("a".repeat(8192), Reason.MALFORMED);
        assertRejected(".".repeat(50_000_000), Reason.TOO_LARGE);
        int room = 8192 - withClaims(claims(",\"x\":\"\"")).length();
        String full = withClaims(claims(",\"x\":\"" + "x".repeat(room * 3 / 4 - 2) + "\""));
        assertThat(full).hasSizeBetween(8180, 8192);
        assertVerified(full);
    }

    @ParameterizedTest
    @CsvSource({"-1,true", "0,true", "29,true", "30,false", "31,false"})
    void tokenIsAcceptedUntilItsExpiryAndTheSkew(long secondsAfter, boolean accepted) {
        String token = withClaims(claims(""));
        Instant expiry = NOW.plusSeconds(300);
        Verification verification = Fixtures.builder(EC)
                .clock(Fixtures.at(expiry.plusSeconds(secondsAfter)))
                .build()
                .verify(token);
        assertThat(verification instanceof Verification.Verified).isEqualTo(accepted);
        assertThat(verification.equals(new Verification.Rejected(Reason.EXPIRED)))
                .isEqualTo(!accepted);
    }

    @Test
    void withoutSkewTheExpiryItselfIsTooLate() {
        String token = withClaims(claims(""));
        AccessTokenVerifier.Builder builder = Fixtures.builder(EC).skew(Duration.ZERO);
        Instant expiry = NOW.plusSeconds(300);
        assertThat(builder.clock(Fixtures.at(expiry.minusNanos(1))).build().verify(token))
                .isInstanceOf(Verification.Verified.class);
        assertThat(builder.clock(Fixtures.at(expiry)).build().verify(token))
                .isEqualTo(new Verification.Rejected(Reason.EXPIRED));
        assertThat(builder.clock(Fixtures.at(NOW.minusNanos(1))).build().verify(token))
                .isEqualTo(new Verification.Rejected(Reason.NOT_YET_VALID));
    }

    @ParameterizedTest
    @CsvSource({"nbf,30,true", "nbf,31,false", "iat,30,true", "iat,31,false"})
    void tokenFromTheFutureIsRejectedBeyondTheSkew(String claim, long secondsAhead, boolean accepted) {
        String at = "\"" + claim + "\":" + (NOW.getEpochSecond() + secondsAhead);
        String payload =
                claim.equals("iat") ? claims("").replace("\"iat\":" + NOW.getEpochSecond(), at) : claims("," + at);
        assertThat(VERIFIER.verify(withClaims(payload)) instanceof Verification.Verified)
                .isEqualTo(accepted);
        if (!accepted) {
            assertRejected(withClaims(payload), Reason.NOT_YET_VALID);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9223372036854775807",
                "9223372036854775808",
                "-9223372036854775809",
                "31556889864403200",
                "253402300800",
                "1e999",
                "1e99999999",
                "-1",
                "-1e-9",
                "\"1800000000\"",
                "null",
                "true",
                "[1800000000]",
                "{}",
                "99999999999999999999999999999999999999999999"
            })
    void dateThatIsNoneIsRejected(String date) {
        for (String claim : List.of("exp", "iat", "nbf")) {
            String payload = claims(",\"nbf\":0").replaceAll("\"" + claim + "\":[0-9]+", "\"" + claim + "\":" + date);
            assertRejected(withClaims(payload), Reason.MALFORMED);
        }
    }

    @Test
    void dateMayHaveAFraction() {
        assertVerified(withClaims(claims(",\"nbf\":" + NOW.getEpochSecond() + ".75")));
        assertVerified(withClaims(claims("").replaceAll("\"exp\":[0-9]+", "\"exp\":253402300799")));
        assertVerified(withClaims(claims("").replaceAll("\"exp\":[0-9]+", "\"exp\":2.5e11")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"iss", "aud", "sub", "iat", "exp", "jti"})
    void missingClaimIsRejected(String claim) {
        assertRejected(withClaims(claims("").replace("\"" + claim + "\"", "\"x\"")), Reason.MISSING_CLAIM);
    }

    @ParameterizedTest
    @ValueSource(strings = {"iss", "sub", "jti"})
    void claimOfAnotherTypeIsRejected(String claim) {
        for (String value : List.of("null", "7", "true", "[\"a\"]", "{}", "\"\"", "\"  \"")) {
            String payload = claims("").replaceAll("\"" + claim + "\":\"[^\"]*\"", "\"" + claim + "\":" + value);
            assertRejected(withClaims(payload), Reason.MALFORMED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"scope\":[\"a\"]",
                "\"scope\":7",
                "\"scope\":null",
                "\"roles\":\"admin\"",
                "\"roles\":[null]",
                "\"roles\":[7]",
                "\"roles\":{}",
                "\"roles\":null",
                "\"tenant\":7",
                "\"tenant\":\"\"",
                "\"client_id\":[]"
            })
    void optionalClaimOfAnotherTypeIsRejected(String member) {
        assertRejected(withClaims(claims("," + member)), Reason.MALFORMED);
    }

    @Test
    void emptyScopeAndRolesGrantNothing() {
        Verification verification = VERIFIER.verify(withClaims(claims(",\"scope\":\"\",\"roles\":[]")));
        assertThat(verification)
                .isInstanceOfSatisfying(
                        Verification.Verified.class,
                        verified -> assertThat(verified.caller())
                                .isEqualTo(new Caller(
                                        "alice", Optional.empty(), Optional.empty(), Set.of(), Set.of(), Set.of())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://issuer.example/",
                "https://ISSUER.example",
                "https://issuer.example.evil",
                " https://issuer.example"
            })
    void otherIssuerIsRejected(String issuer) {
        assertRejected(withClaims(claims("").replace(Fixtures.ISSUER, issuer)), Reason.WRONG_ISSUER);
    }

    @Test
    void otherAudienceIsRejected() {
        String audience = "\"" + Fixtures.AUDIENCE + "\"";
        for (String other : List.of("\"https://api.example/\"", "[]", "[\"x\",\"y\"]")) {
            assertRejected(withClaims(claims("").replace(audience, other)), Reason.WRONG_AUDIENCE);
        }
        for (String malformed : List.of("7", "null", "{}", "\"\"", "[7," + audience + "]", "[[" + audience + "]]")) {
            assertRejected(withClaims(claims("").replace(audience, malformed)), Reason.MALFORMED);
        }
        assertVerified(withClaims(claims("").replace(audience, "[\"x\"," + audience + "]")));
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        VerificationKeySet keys = VerificationKeySet.of(EC.verificationKey());
        assertThatIllegalArgumentException().isThrownBy(() -> AccessTokenVerifier.builder(keys, "", "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> AccessTokenVerifier.builder(keys, "a", " "));
        AccessTokenVerifier.Builder builder = AccessTokenVerifier.builder(keys, "a", "b");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.skew(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.skew(Duration.ofSeconds(301)));
    }

    @Test
    void internalTextFormsHoldNoClaims() throws Exception {
        StrictJson json = new StrictJson(1000, 16, 32);
        assertThat(Claims.read(json, claims("").getBytes(StandardCharsets.UTF_8))
                        .toString())
                .isEqualTo("Claims");
    }
}

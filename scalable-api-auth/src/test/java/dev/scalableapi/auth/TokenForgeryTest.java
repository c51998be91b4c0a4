package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.auth.Verification.Reason;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks that are known to have worked against others, with every algorithm that they apply to. */
class TokenForgeryTest {
    private static final Map<SignatureAlgorithm, SigningKey> KEYS = keys();

    /** The order of the base point of edwards25519 (RFC 8032 section 5.1). */
    private static final BigInteger EDWARDS_ORDER =
            BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));

    private static Map<SignatureAlgorithm, SigningKey> keys() {
        Map<SignatureAlgorithm, SigningKey> keys = new EnumMap<>(SignatureAlgorithm.class);
        for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
            boolean rsa = algorithm.name().matches("[RP]S.*");
            keys.put(algorithm, rsa ? Fixtures.RSA.withAlgorithm(algorithm) : SigningKey.generate(algorithm));
        }
        return keys;
    }

    private static SigningKey key(SignatureAlgorithm algorithm) {
        return Objects.requireNonNull(KEYS.get(algorithm));
    }

    private static Verification verify(SigningKey key, String token) {
        return Fixtures.builder(key)
                .algorithms(key.algorithm(), SignatureAlgorithm.values())
                .build()
                .verify(token);
    }

    private static void assertRejected(SigningKey key, String token, Reason reason) {
        assertThat(verify(key, token)).isEqualTo(new Verification.Rejected(reason));
    }

    private static void assertVerified(SigningKey key, String token) {
        assertThat(verify(key, token)).isInstanceOf(Verification.Verified.class);
    }

    private static String signed(SigningKey key) {
        return signed(Fixtures.header(key));
    }

    private static String signed(String header) {
        return encode(header) + "." + encode(Fixtures.claims(""));
    }

    private static String encode(String text) {
        return Base64Url.encode(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @EnumSource
    void unsignedTokenIsRejected(SignatureAlgorithm algorithm) {
        SigningKey key = key(algorithm);
        for (String none : List.of("none", "None", "NONE", "nOnE", "\\u006eone")) {
            String signed = signed(Fixtures.header(key).replace(algorithm.jwsName(), none));
            assertRejected(key, signed + ".", Reason.MALFORMED);
            assertRejected(key, signed, Reason.MALFORMED);
            assertRejected(key, signed + ".AA", Reason.WRONG_ALGORITHM);
            assertRejected(key, signed + "." + Base64Url.encode(Fixtures.sign(key, signed)), Reason.WRONG_ALGORITHM);
        }
        assertRejected(key, signed(key) + ".", Reason.MALFORMED);
        assertRejected(key, signed(key), Reason.MALFORMED);
    }

    /** DER and PEM are tried in {@link AccessTokenVerifierTest}, with two algorithms. */
    @ParameterizedTest
    @EnumSource(names = {"RS256", "PS256", "ES256", "ES384", "ES512", "ED25519"})
    void whatIsPublicIsNoSecret(SignatureAlgorithm algorithm) throws Exception {
        SigningKey key = key(algorithm);
        byte[] der = Fixtures.publicKey(key).getEncoded();
        String set = new String(Jwk.set(List.of(key.verificationKey())), StandardCharsets.UTF_8);
        String jwk = set.substring(set.indexOf('[') + 1, set.lastIndexOf(']'));
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END PUBLIC KEY-----\n";
        for (String secret : List.of(set, jwk, pem, pem.strip(), new String(der, StandardCharsets.ISO_8859_1))) {
            for (String name : List.of("HS256", algorithm.jwsName())) {
                String signed = signed(Fixtures.header(key).replace(algorithm.jwsName(), name));
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.ISO_8859_1), "HmacSHA256"));
                String tag = Base64Url.encode(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
                assertRejected(
                        key, signed + "." + tag, name.equals("HS256") ? Reason.WRONG_ALGORITHM : Reason.BAD_SIGNATURE);
            }
        }
    }

    @Test
    void longKeyIdIsUnknown() {
        SigningKey key = key(SignatureAlgorithm.ES256);
        String header = Fixtures.header(key);
        for (int length : new int[] {257, 5000}) {
            String named = header.replace(key.kid(), "k".repeat(length));
            assertRejected(key, Fixtures.token(key, named, Fixtures.claims("")), Reason.UNKNOWN_KEY);
        }
        String longer = header.replace(key.kid(), "k".repeat(10_000));
        assertRejected(key, Fixtures.token(key, longer, Fixtures.claims("")), Reason.TOO_LARGE);
    }

    @ParameterizedTest
    @EnumSource(names = {"ES256", "ES384", "ES512"})
    void ecdsaSignatureInAnotherFormIsRejected(SignatureAlgorithm algorithm) throws Exception {
        SigningKey key = key(algorithm);
        String signed = signed(key);
        Signature der = Signature.getInstance("SHA" + 8 * algorithm.hashBytes() + "withECDSA");
        der.initSign(Fixtures.privateKey(key));
        der.update(signed.getBytes(StandardCharsets.US_ASCII));
        byte[] bytes = der.sign();
        int length = Fixtures.sign(key, signed).length;
        assertRejected(key, signed + "." + Base64Url.encode(bytes), Reason.BAD_SIGNATURE);
        assertThat(algorithm.isWellFormed(Fixtures.publicKey(key), bytes)).isFalse();
        assertRejected(key, signed + "." + Base64Url.encode(Arrays.copyOf(bytes, length)), Reason.BAD_SIGNATURE);
    }

    /** CVE-2022-21449. */
    @ParameterizedTest
    @EnumSource(names = {"ES256", "ES384", "ES512"})
    void ecdsaNumberThatIsZeroOrTheOrderIsRejected(SignatureAlgorithm algorithm) {
        SigningKey key = key(algorithm);
        BigInteger order = ((ECPublicKey) Fixtures.publicKey(key)).getParams().getOrder();
        String signed = signed(key);
        byte[] valid = Fixtures.sign(key, signed);
        int half = valid.length / 2;
        BigInteger r = new BigInteger(1, Arrays.copyOf(valid, half));
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(valid, half, valid.length));
        for (BigInteger bad : List.of(BigInteger.ZERO, order, order.add(BigInteger.ONE))) {
            assertNeverAsked(key, pair(bad, s, half));
            assertNeverAsked(key, pair(r, bad, half));
            assertRejected(key, signed + "." + pair(bad, s, half), Reason.BAD_SIGNATURE);
            assertRejected(key, signed + "." + pair(r, bad, half), Reason.BAD_SIGNATURE);
            assertRejected(key, signed + "." + pair(bad, bad, half), Reason.BAD_SIGNATURE);
        }
        assertRejected(key, signed + "." + pair(BigInteger.ONE, BigInteger.ONE, half), Reason.BAD_SIGNATURE);
        assertVerified(key, signed + "." + pair(r, s, half));
    }

    /** Whatever the JVM's provider would say. */
    private static void assertNeverAsked(SigningKey key, String signature) {
        byte[] bytes = Base64.getUrlDecoder().decode(signature);
        assertThat(key.algorithm().isWellFormed(Fixtures.publicKey(key), bytes)).isFalse();
    }

    private static String pair(BigInteger r, BigInteger s, int half) {
        String hex = ("%0" + 2 * half + "x").repeat(2).formatted(r, s);
        return Base64Url.encode(HexFormat.of().parseHex(hex));
    }

    /** Whatever a header says where a key could be had, nobody goes there. */
    @ParameterizedTest
    @ValueSource(strings = {"jku", "x5u", "kid", "iss", "x5t#S256", "jwk", "cty"})
    void keyIsNotFetchedFromWhereTheTokenSays(String member) throws Exception {
        SigningKey mine = SigningKey.generate();
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String url = "\"http://%s:%d/keys\""
                    .formatted(listener.getInetAddress().getHostAddress(), listener.getLocalPort());
            String value = member.equals("jwk") ? "{\"kty\":\"EC\",\"jku\":" + url + "}" : url;
            String others = Fixtures.header(key(SignatureAlgorithm.ES256)).replaceAll(",\"kid\":\"[^\"]*\"", "");
            String header = others.replace("}", ",\"" + member + "\":" + value + "}");
            String token = Fixtures.token(mine, header, Fixtures.claims(""));
            assertThat(verify(key(SignatureAlgorithm.ES256), token)).isInstanceOf(Verification.Rejected.class);
            assertNobodyConnected(listener);
        }
    }

    /** A connection would wait in the listener's queue already. */
    private static void assertNobodyConnected(ServerSocket listener) throws IOException {
        listener.setSoTimeout(1);
        try {
            listener.accept().close();
        } catch (SocketTimeoutException nobody) {
            return;
        }
        throw new AssertionError("The verifier opened a connection");
    }

    @Test
    void keyInTheTokenIsNotTaken() throws Exception {
        SigningKey known = key(SignatureAlgorithm.ES256);
        SigningKey mine = SigningKey.generate();
        String set = new String(Jwk.set(List.of(mine.verificationKey())), StandardCharsets.UTF_8);
        String jwk = set.substring(set.indexOf('[') + 1, set.lastIndexOf(']')).replace(mine.kid(), known.kid());
        String certificate =
                Base64.getEncoder().encodeToString(Fixtures.publicKey(mine).getEncoded());
        for (String member : List.of("\"jwk\":" + jwk, "\"x5c\":[\"" + certificate + "\"]")) {
            String header = Fixtures.header(known).replace("}", "," + member + "}");
            assertRejected(known, Fixtures.token(mine, header, Fixtures.claims("")), Reason.UNSUPPORTED_HEADER);
        }
        // Members that are ignored do not choose a key either.
        byte[] hash = MessageDigest.getInstance("SHA-256")
                .digest(Fixtures.publicKey(mine).getEncoded());
        String header = Fixtures.header(known).replace("}", ",\"x5t#S256\":\"" + Base64Url.encode(hash) + "\"}");
        assertRejected(known, Fixtures.token(mine, header, Fixtures.claims("")), Reason.BAD_SIGNATURE);
    }

    @ParameterizedTest
    @EnumSource
    void tokenOfOneAlgorithmUnderTheKeyIdOfAnotherIsRejected(SignatureAlgorithm algorithm) {
        SigningKey signer = key(algorithm);
        for (SignatureAlgorithm other : SignatureAlgorithm.values()) {
            if (other != algorithm) {
                SigningKey named = key(other);
                String own = Fixtures.header(signer).replace(signer.kid(), named.kid());
                assertRejected(named, Fixtures.token(signer, own, Fixtures.claims("")), Reason.WRONG_ALGORITHM);
                assertRejected(
                        named,
                        Fixtures.token(signer, Fixtures.header(named), Fixtures.claims("")),
                        Reason.BAD_SIGNATURE);
            }
        }
    }

    @Test
    void edwardsKeyGoesByBothNames() {
        SigningKey key = key(SignatureAlgorithm.ED25519);
        for (String name : List.of("EdDSA", "Ed25519")) {
            String header = Fixtures.header(key).replace("Ed25519", name);
            assertVerified(key, Fixtures.token(key, header, Fixtures.claims("")));
        }
        for (String name : List.of("Ed448", "ED25519", "eddsa")) {
            String header = Fixtures.header(key).replace("Ed25519", name);
            assertRejected(key, Fixtures.token(key, header, Fixtures.claims("")), Reason.WRONG_ALGORITHM);
        }
    }

    /** Under such a key, one signature would be right for every message. Each in all its spellings. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0100000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000080",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000080",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
            })
    void edwardsPointOfSmallOrderIsNeitherAKeyNorASignature(String hex) {
        byte[] point = HexFormat.of().parseHex(hex);
        String jwk = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"%s\"}".formatted(Base64Url.encode(point));
        assertThatIllegalArgumentException().isThrownBy(() -> VerificationKey.fromJwk(jwk));
        SigningKey key = key(SignatureAlgorithm.ED25519);
        byte[] signature = Arrays.copyOf(point, 64);
        assertRejected(key, signed(key) + "." + Base64Url.encode(signature), Reason.BAD_SIGNATURE);
        signature[32] = 1;
        assertRejected(key, signed(key) + "." + Base64Url.encode(signature), Reason.BAD_SIGNATURE);
    }

    /** Half of all numbers are the y of no point. */
    @Test
    void edwardsKeyThatIsNoPointIsRefused() {
        int refused = 0;
        for (byte y = 2; y < 34; y++) {
            byte[] point = new byte[32];
            point[0] = y;
            String jwk = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"%s\"}".formatted(Base64Url.encode(point));
            try {
                VerificationKey.fromJwk(jwk);
            } catch (IllegalArgumentException noPoint) {
                refused++;
            }
        }
        assertThat(refused).isBetween(8, 24);
    }

    /** Else there would be two signatures for one message (RFC 8032 section 5.1.7). */
    @Test
    void edwardsScalarBeyondTheOrderIsRejected() {
        SigningKey key = key(SignatureAlgorithm.ED25519);
        String signed = signed(key);
        byte[] signature = Fixtures.sign(key, signed);
        BigInteger scalar = new BigInteger(1, reversed(Arrays.copyOfRange(signature, 32, 64)));
        byte[] beyond = reversed(HexFormat.of().parseHex("%064x".formatted(scalar.add(EDWARDS_ORDER))));
        System.arraycopy(beyond, 0, signature, 32, 32);
        assertRejected(key, signed + "." + Base64Url.encode(signature), Reason.BAD_SIGNATURE);
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }

    @Test
    void encryptedTokenIsRejected() {
        SigningKey key = key(SignatureAlgorithm.RS256);
        String header = Fixtures.header(key).replace("RS256", "RSA-OAEP").replace("}", ",\"enc\":\"A256GCM\"}");
        String five = encode(header) + ".AAAA.AAAA.AAAA.AAAA";
        assertRejected(key, five, Reason.MALFORMED);
        assertRejected(key, encode(header) + ".AAAA.AAAA", Reason.UNSUPPORTED_HEADER);
        String token = Fixtures.token(key, Fixtures.header(key), Fixtures.claims(""));
        assertRejected(key, token + ".AAAA.AAAA", Reason.MALFORMED);
    }

    /** A token whose payload is a token (RFC 7519 appendix A.2): the inner one is not looked for. */
    @Test
    void nestedTokenIsRejected() {
        SigningKey key = key(SignatureAlgorithm.ES256);
        String inner = Fixtures.token(key, Fixtures.header(key), Fixtures.claims(""));
        String header = Fixtures.header(key).replace("}", ",\"cty\":\"JWT\"}");
        assertVerified(key, inner);
        assertRejected(key, Fixtures.token(key, header, inner), Reason.MALFORMED);
        assertRejected(key, Fixtures.token(key, header, "\"" + inner + "\""), Reason.MALFORMED);
    }
}

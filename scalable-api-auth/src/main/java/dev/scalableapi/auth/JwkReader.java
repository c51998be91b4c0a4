package dev.scalableapi.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON Web Keys (RFC 7517, RFC 7518 section 6, RFC 8037 section 2). Throws {@link IllegalArgumentException} for a
 * key that is not accepted; the message contains nothing of the key, and there is no cause, because a parser's message
 * could repeat a part of it.
 */
final class JwkReader {
    /** Some hundred keys. */
    static final int MAX_LENGTH = 64 * 1024;

    private static final int MAX_DEPTH = 8;
    private static final int EDWARDS_BYTES = 32;
    private static final Set<String> PRIVATE = Set.of("d", "p", "q", "dp", "dq", "qi", "oth");

    private final ObjectNode jwk;

    private JwkReader(ObjectNode jwk) {
        this.jwk = jwk;
    }

    static VerificationKey verificationKey(String json) {
        return new JwkReader(object(json)).verificationKey();
    }

    /** The members of a JWK set, which need not be JWKs. */
    static JsonNode members(byte[] set) {
        JsonNode keys = object(set).get("keys");
        if (keys == null || !keys.isArray()) {
            throw new IllegalArgumentException("A JWK set must have an array \"keys\"");
        }
        return keys;
    }

    static JwkReader of(JsonNode member) {
        if (member instanceof ObjectNode object) {
            return new JwkReader(object);
        }
        throw new IllegalArgumentException("A JWK must be a JSON object");
    }

    static SigningKey signingKey(String json) {
        JwkReader reader = new JwkReader(object(json));
        reader.checkUse("sign");
        return SigningKey.of(reader.kid(), reader.algorithm(), reader.privateKey(), reader.publicKey());
    }

    private static ObjectNode object(String json) {
        return object(json.getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode object(byte[] json) {
        try {
            return new StrictJson(MAX_LENGTH, MAX_DEPTH, StrictJson.ANY_NUMBER).object(json);
        } catch (RejectionException malformed) {
            throw new IllegalArgumentException("A JWK must be a JSON object without duplicate members, up to 64 KiB");
        }
    }

    private VerificationKey verificationKey() {
        checkPublic();
        return VerificationKey.ofJwk(kid(), algorithm(), publicKey(), issuer());
    }

    /**
     * The key as a member of a published set.
     *
     * @param permitted narrows the algorithms of a key without {@code alg}, unless none would be left
     */
    VerificationKey publishedKey(Set<SignatureAlgorithm> permitted) {
        checkPublic();
        Key key = publicKey();
        return VerificationKey.published(kid(), algorithms(key, permitted), key, issuer());
    }

    private Set<SignatureAlgorithm> algorithms(Key key, Set<SignatureAlgorithm> permitted) {
        if (text("alg").isPresent()) {
            SignatureAlgorithm own = algorithm();
            own.check(key);
            return EnumSet.of(own);
        }
        Set<SignatureAlgorithm> all = SignatureAlgorithm.allOf(key);
        Set<SignatureAlgorithm> narrowed = EnumSet.copyOf(all);
        narrowed.retainAll(permitted);
        return narrowed.isEmpty() ? all : narrowed;
    }

    private void checkPublic() {
        if (PRIVATE.stream().anyMatch(jwk::has)) {
            throw new IllegalArgumentException("The JWK holds a private key");
        }
        checkUse("verify");
    }

    /** RFC 7517 sections 4.2 and 4.3. */
    private void checkUse(String operation) {
        JsonNode operations = jwk.get("key_ops");
        boolean permitted = operations == null;
        if (operations != null && operations.isArray()) {
            for (JsonNode permission : operations) {
                permitted |= operation.equals(permission.textValue());
            }
        }
        if (!permitted || !text("use").orElse("sig").equals("sig")) {
            throw new OtherPurposeException("The JWK is not for signatures");
        }
    }

    private @Nullable String issuer() {
        return text("issuer").orElse(null);
    }

    @Nullable String kid() {
        return text("kid").orElse(null);
    }

    private SignatureAlgorithm algorithm() {
        Optional<String> name = text("alg");
        if (name.isPresent()) {
            return SignatureAlgorithm.named(name.get())
                    .orElseThrow(
                            () -> new OtherPurposeException("The JWK is for an algorithm (alg) that is not supported"));
        }
        Key key = publicKey();
        return SignatureAlgorithm.of(key);
    }

    /** The key that verifies: for {@code oct}, the secret. */
    private Key publicKey() {
        try {
            return switch (text("kty").orElse("")) {
                case "RSA" ->
                    KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(number("n"), number("e")));
                case "EC" -> {
                    Curve curve = curve();
                    yield curve.publicKey(coordinate("x", curve), coordinate("y", curve));
                }
                case "OKP" -> edwardsKey();
                case "oct" -> VerificationKey.secretKey(bytes("k"));
                default -> throw unknownType();
            };
        } catch (GeneralSecurityException e) {
            throw refused();
        }
    }

    private Key privateKey() {
        try {
            return switch (text("kty").orElse("")) {
                case "RSA" -> rsaPrivateKey();
                case "EC" -> ecPrivateKey();
                case "OKP" ->
                    KeyFactory.getInstance("Ed25519")
                            .generatePrivate(
                                    new EdECPrivateKeySpec(NamedParameterSpec.ED25519, bytes("d", EDWARDS_BYTES)));
                case "oct" -> VerificationKey.secretKey(bytes("k"));
                default -> throw unknownType();
            };
        } catch (GeneralSecurityException e) {
            throw refused();
        }
    }

    private PrivateKey rsaPrivateKey() throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA")
                .generatePrivate(new RSAPrivateCrtKeySpec(
                        number("n"),
                        number("e"),
                        number("d"),
                        number("p"),
                        number("q"),
                        number("dp"),
                        number("dq"),
                        number("qi")));
    }

    private PrivateKey ecPrivateKey() throws GeneralSecurityException {
        Curve curve = curve();
        BigInteger scalar = coordinate("d", curve);
        if (!curve.isScalar(scalar)) {
            throw refused();
        }
        ECParameterSpec parameters =
                curve.publicKey(coordinate("x", curve), coordinate("y", curve)).getParams();
        return KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(scalar, parameters));
    }

    private Curve curve() {
        return text("crv").flatMap(Curve::named).orElseThrow(JwkReader::unknownCurve);
    }

    /** By the coding of RFC 8410 section 4: its sixth byte on says that this is Ed25519. */
    private Key edwardsKey() throws GeneralSecurityException {
        if (!text("crv").orElse("").equals("Ed25519")) {
            throw unknownCurve();
        }
        byte[] key = bytes("x", EDWARDS_BYTES);
        byte[] coding = new byte[] {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
        byte[] encoded = Arrays.copyOf(coding, coding.length + EDWARDS_BYTES);
        System.arraycopy(key, 0, encoded, coding.length, EDWARDS_BYTES);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    private BigInteger coordinate(String member, Curve curve) {
        return new BigInteger(1, bytes(member, curve.bytes()));
    }

    private BigInteger number(String member) {
        return new BigInteger(1, bytes(member));
    }

    private byte[] bytes(String member, int length) {
        byte[] bytes = bytes(member);
        if (bytes.length != length) {
            throw refused();
        }
        return bytes;
    }

    private byte[] bytes(String member) {
        String text = text(member).orElseThrow(JwkReader::refused);
        byte[] bytes = Base64Url.decode(text, 0, text.length());
        if (bytes == null) {
            throw refused();
        }
        return bytes;
    }

    /** Absent, or a text. */
    private Optional<String> text(String member) {
        JsonNode value = jwk.get(member);
        if (value != null && !value.isTextual()) {
            throw refused();
        }
        return Optional.ofNullable(value).map(JsonNode::textValue);
    }

    private static IllegalArgumentException unknownType() {
        return new OtherPurposeException("The JWK is of a key type (kty) that is not supported");
    }

    private static IllegalArgumentException unknownCurve() {
        return new OtherPurposeException("The JWK is on a curve (crv) that is not supported");
    }

    private static IllegalArgumentException refused() {
        return new IllegalArgumentException("The JWK is malformed: a member is missing or has a wrong value");
    }

    /** The JWK is not for signatures that this library verifies: a set may contain it beside others. */
    static final class OtherPurposeException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        OtherPurposeException(String message) {
            super(message);
        }
    }
}

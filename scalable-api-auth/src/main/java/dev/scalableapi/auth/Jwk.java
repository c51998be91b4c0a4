package dev.scalableapi.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigInteger;
import java.security.Key;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Keys as JSON Web Keys (RFC 7517, RFC 7518 section 6, RFC 8037 section 2). */
final class Jwk {
    private static final ObjectWriter WRITER = new JsonMapper().writer();
    /** What the coding of an Ed25519 key (RFC 8410 section 4) has before the key itself. */
    private static final int EDWARDS_PREFIX = 12;

    private Jwk() {}

    /** The set as JSON, in the order of the keys. Rejects secret keys. */
    static byte[] set(Collection<VerificationKey> keys) {
        List<SortedMap<String, String>> members = keys.stream().map(Jwk::of).toList();
        return json(Map.of("keys", members));
    }

    /** A key that was published without {@code kid} or {@code alg} is published so again. */
    private static SortedMap<String, String> of(VerificationKey key) {
        if (key.algorithm().isSymmetric()) {
            throw new IllegalArgumentException("A secret key must not be published");
        }
        SortedMap<String, String> members = required(key.key());
        if (key.hasOwnId()) {
            members.put("kid", key.kid());
        }
        if (key.algorithms().size() == 1) {
            members.put("alg", key.algorithm().jwsName());
        }
        String issuer = key.issuer();
        if (issuer != null) {
            members.put("issuer", issuer);
        }
        members.put("use", "sig");
        return members;
    }

    /** The key's identity by RFC 7638: SHA-256 of its required members, sorted and without white space. */
    static String thumbprint(Key key) {
        return Base64Url.encode(sha256(json(required(key))));
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256", e);
        }
    }

    private static SortedMap<String, String> required(Key key) {
        SortedMap<String, String> members = new TreeMap<>();
        if (key instanceof ECPublicKey ec) {
            Curve curve = Curve.of(ec).orElseThrow();
            members.put("kty", "EC");
            members.put("crv", curve.jwkName());
            members.put("x", Base64Url.encode(curve.bytes(ec.getW().getAffineX())));
            members.put("y", Base64Url.encode(curve.bytes(ec.getW().getAffineY())));
        } else if (key instanceof RSAPublicKey rsa) {
            members.put("kty", "RSA");
            members.put("n", Base64Url.encode(unsigned(rsa.getModulus())));
            members.put("e", Base64Url.encode(unsigned(rsa.getPublicExponent())));
        } else if (key instanceof EdECPublicKey edwards) {
            byte[] coding = edwards.getEncoded();
            members.put("kty", "OKP");
            members.put("crv", "Ed25519");
            members.put("x", Base64Url.encode(Arrays.copyOfRange(coding, EDWARDS_PREFIX, coding.length)));
        } else {
            members.put("kty", "oct");
            members.put("k", Base64Url.encode(key.getEncoded()));
        }
        return members;
    }

    private static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private static byte[] json(Object value) {
        try {
            return WRITER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A map of strings could not be written as JSON", e);
        }
    }
}

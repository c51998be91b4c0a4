package dev.scalableapi.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Public keys as JSON Web Keys (RFC 7517, RFC 7518 section 6). */
final class Jwk {
    private static final ObjectWriter WRITER = new JsonMapper().writer();

    private Jwk() {}

    /** The set as JSON, in the keys' order. */
    static byte[] set(Collection<VerificationKey> keys) {
        List<SortedMap<String, String>> members = keys.stream().map(Jwk::of).toList();
        return json(Map.of("keys", members));
    }

    private static SortedMap<String, String> of(VerificationKey key) {
        SortedMap<String, String> members = required(key.publicKey());
        members.put("kid", key.kid());
        members.put("alg", key.algorithm().name());
        members.put("use", "sig");
        return members;
    }

    /** The key's identity by RFC 7638: SHA-256 of its required members, sorted and without white space. */
    static String thumbprint(PublicKey key) {
        return Base64Url.encode(sha256(json(required(key))));
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256", e);
        }
    }

    private static SortedMap<String, String> required(PublicKey key) {
        SortedMap<String, String> members = new TreeMap<>();
        if (key instanceof ECPublicKey ec) {
            members.put("kty", "EC");
            members.put("crv", "P-256");
            members.put("x", Base64Url.encode(coordinate(ec.getW().getAffineX())));
            members.put("y", Base64Url.encode(coordinate(ec.getW().getAffineY())));
        } else if (key instanceof RSAPublicKey rsa) {
            members.put("kty", "RSA");
            members.put("n", Base64Url.encode(unsigned(rsa.getModulus())));
            members.put("e", Base64Url.encode(unsigned(rsa.getPublicExponent())));
        }
        return members;
    }

    /** Always 32 bytes: a coordinate keeps its leading zeros. */
    private static byte[] coordinate(BigInteger number) {
        byte[] bytes = unsigned(number);
        byte[] padded = new byte[P256.BYTES];
        System.arraycopy(bytes, 0, padded, padded.length - bytes.length, bytes.length);
        return padded;
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

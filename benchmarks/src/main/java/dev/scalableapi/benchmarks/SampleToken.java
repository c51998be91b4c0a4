package dev.scalableapi.benchmarks;

import dev.scalableapi.auth.SignatureAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * An access token as a usual issuer makes it, in the shape of RFC 9068: four scopes, two roles, about 650 characters.
 * Made with nothing but the JDK, so that no library meets its own spelling.
 */
final class SampleToken {
    static final String ISSUER = "https://login.example.com/tenants/acme";
    static final String AUDIENCE = "https://api.example.com";
    static final String CLIENT = "3c9f5b1e-0d3b-4a63-9a35-0a4c1ce0f8c2";
    static final String KID = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";

    private static final long LIFETIME_SECONDS = 24 * 60 * 60;
    private static final int SECRET_BYTES = 32;

    private final SignatureAlgorithm algorithm;
    private final Key signing;
    private final Key verifying;

    private SampleToken(SignatureAlgorithm algorithm, Key signing, Key verifying) {
        this.algorithm = algorithm;
        this.signing = signing;
        this.verifying = verifying;
    }

    /** Tokens of a new random key. */
    static SampleToken of(SignatureAlgorithm algorithm) throws GeneralSecurityException {
        if (algorithm.isSymmetric()) {
            byte[] secret = new byte[SECRET_BYTES];
            new SecureRandom().nextBytes(secret);
            Key key = new SecretKeySpec(secret, "HmacSHA256");
            return new SampleToken(algorithm, key, key);
        }
        KeyPair pair = pair(algorithm);
        return new SampleToken(algorithm, pair.getPrivate(), pair.getPublic());
    }

    private static KeyPair pair(SignatureAlgorithm algorithm) throws GeneralSecurityException {
        return switch (algorithm) {
            case RS256 -> {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
                generator.initialize(2048);
                yield generator.generateKeyPair();
            }
            case ES256 -> {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(new ECGenParameterSpec("secp256r1"));
                yield generator.generateKeyPair();
            }
            case ED25519 -> KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            default -> throw new IllegalArgumentException("No sample for " + algorithm);
        };
    }

    SignatureAlgorithm algorithm() {
        return algorithm;
    }

    Key key() {
        return verifying;
    }

    PublicKey publicKey() {
        return (PublicKey) verifying;
    }

    /** The name in the header, as every library knows it: not all know RFC 9864 yet. */
    String jwsName() {
        return algorithm == SignatureAlgorithm.ED25519 ? "EdDSA" : algorithm.name();
    }

    String jcaName() {
        return switch (algorithm) {
            case HS256 -> "HmacSHA256";
            case RS256 -> "SHA256withRSA";
            case ES256 -> "SHA256withECDSAinP1363Format";
            default -> "Ed25519";
        };
    }

    /** Valid for a day. */
    String valid() throws GeneralSecurityException {
        return signed(header(KID, jwsName()), LIFETIME_SECONDS);
    }

    /** For an hour. */
    String expired() throws GeneralSecurityException {
        return signed(header(KID, jwsName()), -3600);
    }

    /** Valid, but for a bit in the middle of its signature. */
    String tampered() throws GeneralSecurityException {
        String token = valid();
        int at = token.lastIndexOf('.') + 20;
        char other = token.charAt(at) == 'A' ? 'B' : 'A';
        return token.substring(0, at) + other + token.substring(at + 1);
    }

    static String header(String kid, String algorithm) {
        return "{\"alg\":\"" + algorithm + "\",\"typ\":\"at+jwt\",\"kid\":\"" + kid + "\"}";
    }

    String signed(String header, long secondsLeft) throws GeneralSecurityException {
        String signed = encode(header) + "." + encode(claims(secondsLeft));
        return signed + "." + encode(sign(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String claims(long secondsLeft) {
        long now = Instant.now().getEpochSecond();
        return "{\"iss\":\"" + ISSUER + "\","
                + "\"sub\":\"0d9d4c5e-5a3c-4d0f-8a1e-2f6f5b8f7a11\","
                + "\"aud\":\"" + AUDIENCE + "\","
                + "\"client_id\":\"" + CLIENT + "\","
                + "\"iat\":" + (now + Math.min(secondsLeft, 0) - 60) + ","
                + "\"exp\":" + (now + secondsLeft) + ","
                + "\"jti\":\"pQ0m3rJm2kM9sX5vY1wZ7A\","
                + "\"scope\":\"orders:read orders:write products:read profile\","
                + "\"roles\":[\"customer\",\"reviewer\"],"
                + "\"tenant\":\"acme\"}";
    }

    private byte[] sign(byte[] message) throws GeneralSecurityException {
        if (algorithm.isSymmetric()) {
            Mac mac = Mac.getInstance(jcaName());
            mac.init(signing);
            return mac.doFinal(message);
        }
        Signature signature = Signature.getInstance(jcaName());
        signature.initSign((PrivateKey) signing);
        signature.update(message);
        return signature.sign();
    }

    static String encode(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

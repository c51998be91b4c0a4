package dev.scalableapi.auth;

import dev.scalableapi.core.http.Caller;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/** Keys, a fixed clock, and tokens made by hand, so that a test can make what no library would. */
final class Fixtures {
    static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
    static final String ISSUER = "https://issuer.example";
    static final String AUDIENCE = "https://api.example";
    static final Caller ALICE = new Caller(
            "alice",
            Optional.of("acme"),
            Optional.empty(),
            Set.of("admin", "staff"),
            Set.of(),
            Set.of("users:read", "catalog:write"));

    static final SigningKey EC = SigningKey.generate();
    static final SigningKey RSA = SigningKey.fromPem(pem(keyPair("RSA", 2048).getPrivate()));

    private Fixtures() {}

    static Clock at(Instant instant) {
        return Clock.fixed(instant, ZoneOffset.UTC);
    }

    static AccessTokenVerifier verifier(SigningKey... keys) {
        return builder(keys).build();
    }

    static AccessTokenVerifier.Builder builder(SigningKey... keys) {
        VerificationKey[] publicSides = new VerificationKey[keys.length];
        for (int i = 0; i < keys.length; i++) {
            publicSides[i] = keys[i].verificationKey();
        }
        return AccessTokenVerifier.builder(VerificationKeySet.of(publicSides), ISSUER, AUDIENCE)
                .clock(at(NOW));
    }

    static TokenIssuer issuer(SigningKey key) {
        return TokenIssuer.builder(key, ISSUER, AUDIENCE).clock(at(NOW)).build();
    }

    static String header(SigningKey key) {
        return """
                {"alg":"%s","typ":"at+jwt","kid":"%s"}""".formatted(key.algorithm(), key.kid());
    }

    /** The claims of a valid token, with more members before the end; each begins with a comma. */
    static String claims(String more) {
        return """
                {"iss":"%s","aud":"%s","sub":"alice","iat":%d,"exp":%d,"jti":"id-1"%s}""".formatted(ISSUER, AUDIENCE, NOW.getEpochSecond(), NOW.getEpochSecond() + 300, more);
    }

    static String token(SigningKey key, String header, String payload) {
        return token(key, header.getBytes(StandardCharsets.UTF_8), payload.getBytes(StandardCharsets.UTF_8));
    }

    static String token(SigningKey key, byte[] header, byte[] payload) {
        String signed = Base64Url.encode(header) + "." + Base64Url.encode(payload);
        return signed + "." + Base64Url.encode(sign(key, signed));
    }

    static PublicKey publicKey(SigningKey key) {
        return (PublicKey) key.verificationKey().key();
    }

    static PrivateKey privateKey(SigningKey key) {
        return Pem.privateKey(key.toPem());
    }

    static byte[] sign(SigningKey key, String signed) {
        try {
            return key.sign(signed.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static KeyPair keyPair(String kind, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static KeyPair ecKeyPair(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static String pem(PrivateKey key) {
        return pem(key.getEncoded());
    }

    static String pem(byte[] der) {
        return "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(der)
                + "\n-----END PRIVATE KEY-----";
    }
}

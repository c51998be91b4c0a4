package dev.scalableapi.auth;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;

/** How tokens are signed (RFC 7518 section 3.1). A key belongs to one algorithm for good. */
public enum SignatureAlgorithm {
    /** ECDSA on P-256 with SHA-256; a signature is r and s, 32 bytes each (RFC 7518 section 3.4). */
    ES256("SHA256withECDSAinP1363Format"),
    /** RSASSA-PKCS1-v1_5 with SHA-256, with keys of 2,048 to 16,384 bits (RFC 7518 section 3.3). */
    RS256("SHA256withRSA");

    private static final int MIN_RSA_BITS = 2048;
    /** What the JDK's provider takes; the cost of a verification grows with the square. */
    private static final int MAX_RSA_BITS = 16_384;

    private final String jcaName;

    SignatureAlgorithm(String jcaName) {
        this.jcaName = jcaName;
    }

    /** The algorithm for keys of this kind; refuses kinds and curves that there is none for. */
    static SignatureAlgorithm of(Key key) {
        if (key instanceof ECKey ec && P256.isCurveOf(ec)) {
            return ES256;
        }
        if (key instanceof RSAKey) {
            return RS256;
        }
        throw new IllegalArgumentException("A signing key must be an EC key on P-256 or an RSA key");
    }

    /** Refuses a key of another kind, and one that is too weak or malformed. */
    void check(PublicKey key) {
        if (of(key) != this) {
            throw new IllegalArgumentException("The key does not fit the algorithm " + this);
        }
        if (key instanceof ECPublicKey ec && P256.contains(ec.getW())) {
            return;
        }
        if (key instanceof RSAPublicKey rsa) {
            checkRsa(rsa);
            return;
        }
        throw new IllegalArgumentException("The key is not a public key on its curve");
    }

    private static void checkRsa(RSAPublicKey key) {
        int bits = key.getModulus().bitLength();
        if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
            throw new IllegalArgumentException("An RSA key must have 2048 to 16384 bits, but has " + bits);
        }
        BigInteger exponent = key.getPublicExponent();
        if (!key.getModulus().testBit(0)
                || !exponent.testBit(0)
                || exponent.compareTo(BigInteger.TWO) < 0
                || exponent.bitLength() > 64
                || Roca.isAffected(key.getModulus())) {
            throw new IllegalArgumentException("The RSA key's modulus or exponent is not that of a sound key");
        }
    }

    byte[] sign(PrivateKey key, byte[] message) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(jcaName);
        signature.initSign(key);
        signature.update(message);
        return signature.sign();
    }

    /** Whether the signature is right; false for one that is malformed. The key has passed {@link #check}. */
    boolean verifies(PublicKey key, byte[] message, byte[] signature) {
        if (this == ES256 && !isPairOfScalars(signature)) {
            return false;
        }
        try {
            Signature verification = Signature.getInstance(jcaName);
            verification.initVerify(key);
            verification.update(message);
            return verification.verify(signature);
        } catch (SignatureException malformed) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM can't verify " + this, e);
        }
    }

    /** Checked here too, and not left to the provider: one that let zero through accepted any message. */
    private static boolean isPairOfScalars(byte[] signature) {
        return signature.length == 2 * P256.BYTES
                && P256.isScalar(new BigInteger(1, Arrays.copyOfRange(signature, 0, P256.BYTES)))
                && P256.isScalar(new BigInteger(1, Arrays.copyOfRange(signature, P256.BYTES, 2 * P256.BYTES)));
    }
}

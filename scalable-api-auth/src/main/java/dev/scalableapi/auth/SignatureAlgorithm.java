package dev.scalableapi.auth;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * The signature algorithms of tokens (RFC 7518 section 3.1, RFC 8037, RFC 9864). A key is used with one algorithm, unless
 * an issuer publishes it without {@code alg}. There is no {@code none}.
 */
public enum SignatureAlgorithm {
    /** HMAC with SHA-256; the key has 32 bytes at least, and who verifies can sign. */
    HS256(Kind.HMAC, "HmacSHA256", 32),
    /** HMAC with SHA-384; the key has 48 bytes at least, and who verifies can sign. */
    HS384(Kind.HMAC, "HmacSHA384", 48),
    /** HMAC with SHA-512; the key has 64 bytes at least, and who verifies can sign. */
    HS512(Kind.HMAC, "HmacSHA512", 64),
    /** RSASSA-PKCS1-v1_5 with SHA-256, with keys of 2,048 to 16,384 bits. */
    RS256(Kind.RSA, "SHA256withRSA", 32),
    /** RSASSA-PKCS1-v1_5 with SHA-384, with keys of 2,048 to 16,384 bits. */
    RS384(Kind.RSA, "SHA384withRSA", 48),
    /** RSASSA-PKCS1-v1_5 with SHA-512, with keys of 2,048 to 16,384 bits. */
    RS512(Kind.RSA, "SHA512withRSA", 64),
    /** RSASSA-PSS with SHA-256 and a salt of 32 bytes, with keys of 2,048 to 16,384 bits. */
    PS256(Kind.PSS, "SHA-256", 32),
    /** RSASSA-PSS with SHA-384 and a salt of 48 bytes, with keys of 2,048 to 16,384 bits. */
    PS384(Kind.PSS, "SHA-384", 48),
    /** RSASSA-PSS with SHA-512 and a salt of 64 bytes, with keys of 2,048 to 16,384 bits. */
    PS512(Kind.PSS, "SHA-512", 64),
    /** ECDSA on P-256 with SHA-256; a signature is r and s, 32 bytes each. */
    ES256(Curve.P256, "SHA256withECDSAinP1363Format", 32),
    /** ECDSA on P-384 with SHA-384; a signature is r and s, 48 bytes each. */
    ES384(Curve.P384, "SHA384withECDSAinP1363Format", 48),
    /** ECDSA on P-521 with SHA-512; a signature is r and s, 66 bytes each. */
    ES512(Curve.P521, "SHA512withECDSAinP1363Format", 64),
    /**
     * EdDSA on edwards25519 (RFC 8032 section 5.1). Tokens name it {@code Ed25519}, as RFC 9864 has it; the older name
     * {@code EdDSA} is understood too.
     */
    ED25519(Kind.EDWARDS, "Ed25519", 64);

    private static final String OLD_EDWARDS_NAME = "EdDSA";
    private static final int EDWARDS_SIGNATURE = 64;
    private static final int MIN_RSA_BITS = 2048;
    /** What the JDK's provider takes; the cost of a verification grows with the square. */
    private static final int MAX_RSA_BITS = 16_384;

    private static final int MAX_SECRET_BYTES = 1024;

    private final Kind kind;
    private final @Nullable Curve curve;
    private final String jcaName;
    private final int hashBytes;

    SignatureAlgorithm(Kind kind, String jcaName, int hashBytes) {
        this.kind = kind;
        this.curve = null;
        this.jcaName = jcaName;
        this.hashBytes = hashBytes;
    }

    SignatureAlgorithm(Curve curve, String jcaName, int hashBytes) {
        this.kind = Kind.ECDSA;
        this.curve = curve;
        this.jcaName = jcaName;
        this.hashBytes = hashBytes;
    }

    /** {@return the name in a token's header, of RFC 7518 section 3.1 and RFC 9864} Case counts. */
    public String jwsName() {
        return this == ED25519 ? "Ed25519" : name();
    }

    /** {@return whether who verifies can also sign, because both use the one secret key} */
    public boolean isSymmetric() {
        return kind == Kind.HMAC;
    }

    @Nullable Curve curve() {
        return curve;
    }

    int hashBytes() {
        return hashBytes;
    }

    /** Whether a header or a JWK with this name means this algorithm. */
    boolean isNamed(String name) {
        return name.equals(jwsName()) || (this == ED25519 && name.equals(OLD_EDWARDS_NAME));
    }

    static Optional<SignatureAlgorithm> named(String name) {
        return Stream.of(values()).filter(algorithm -> algorithm.isNamed(name)).findFirst();
    }

    /** The usual algorithm for keys of this kind; refuses kinds and curves that there is none for. */
    static SignatureAlgorithm of(Key key) {
        if (key instanceof ECKey ec) {
            Optional<Curve> curve = Curve.of(ec);
            for (SignatureAlgorithm algorithm : values()) {
                if (curve.isPresent() && curve.get() == algorithm.curve) {
                    return algorithm;
                }
            }
        }
        if (key instanceof RSAKey) {
            return RS256;
        }
        if (isEdwards(key)) {
            return ED25519;
        }
        throw new IllegalArgumentException(
                "A signing key must be an RSA key, an EC key on P-256, P-384 or P-521, or an Ed25519 key");
    }

    /**
     * The algorithms that a key can be used with if nothing narrows the choice. All are of the key's own type, so a public
     * key is never used as a secret. Rejects keys that are of no known type, weak or malformed.
     */
    static Set<SignatureAlgorithm> allOf(Key key) {
        Set<SignatureAlgorithm> all = EnumSet.noneOf(SignatureAlgorithm.class);
        for (SignatureAlgorithm algorithm : values()) {
            if (algorithm.isOfType(key)) {
                algorithm.check(key);
                all.add(algorithm);
            }
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException("There is no algorithm for a key of this type, or the key is too short");
        }
        return all;
    }

    /** Whether the key has the type, the curve and, if it is a secret, at least the length for this algorithm. */
    private boolean isOfType(Key key) {
        return switch (kind) {
            case HMAC -> key instanceof SecretKey secret && secret.getEncoded().length >= hashBytes;
            case RSA, PSS -> key instanceof RSAKey;
            case ECDSA ->
                key instanceof ECKey ec
                        && curve != null
                        && Curve.of(ec).filter(its -> its == curve).isPresent();
            case EDWARDS -> isEdwards(key);
        };
    }

    private static boolean isEdwards(Key key) {
        return key instanceof EdECKey edwards
                && edwards.getParams().getName().equals(NamedParameterSpec.ED25519.getName());
    }

    /** Refuses a key of another kind, and one that is too weak or malformed. */
    void check(Key key) {
        boolean fits = switch (kind) {
            case HMAC -> key instanceof SecretKey secret && isLongEnough(secret);
            case RSA, PSS -> key instanceof RSAPublicKey rsa && isSound(rsa);
            case ECDSA -> key instanceof ECPublicKey ec && isOnCurve(ec);
            case EDWARDS ->
                key instanceof EdECPublicKey edwards && isEdwards(key) && Edwards25519.isSound(edwards.getPoint());
        };
        if (!fits) {
            throw new IllegalArgumentException("The key does not fit the algorithm " + jwsName());
        }
    }

    /** A key shorter than the hash can be searched for (RFC 7518 section 3.2); one that is longer gains nothing. */
    private boolean isLongEnough(SecretKey key) {
        int bytes = key.getEncoded().length;
        if (bytes < hashBytes || bytes > MAX_SECRET_BYTES) {
            throw new IllegalArgumentException("A key for " + jwsName() + " must have " + hashBytes + " to "
                    + MAX_SECRET_BYTES + " bytes, chosen at random: make one with openssl rand -base64 " + hashBytes);
        }
        return true;
    }

    private static boolean isSound(RSAPublicKey key) {
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
        return true;
    }

    private boolean isOnCurve(ECPublicKey key) {
        return curve != null && Curve.of(key).filter(its -> its == curve).isPresent() && curve.contains(key.getW());
    }

    byte[] sign(Key key, byte[] message) throws GeneralSecurityException {
        if (kind == Kind.HMAC) {
            return mac(key).doFinal(message);
        }
        Signature signature = signature();
        signature.initSign((PrivateKey) key);
        signature.update(message);
        return signature.sign();
    }

    /** A check of signatures by this key, which has passed {@link #check}. */
    SignatureCheck signatureCheck(Key key) {
        try {
            return kind == Kind.HMAC ? new MacCheck(mac(key)) : new PublicKeyCheck(this, (PublicKey) key);
        } catch (InvalidKeyException e) {
            throw new IllegalArgumentException("The JVM does not take the key for " + jwsName());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM can't verify " + jwsName(), e);
        }
    }

    private Mac mac(Key key) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(jcaName);
        mac.init(key);
        return mac;
    }

    Signature signature() throws GeneralSecurityException {
        if (kind != Kind.PSS) {
            return Signature.getInstance(jcaName);
        }
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(new PSSParameterSpec(
                jcaName, "MGF1", new MGF1ParameterSpec(jcaName), hashBytes, PSSParameterSpec.TRAILER_FIELD_BC));
        return signature;
    }

    /** Whether a signature of this form can be one at all: what is not costs no cryptography. */
    boolean isWellFormed(PublicKey key, byte[] signature) {
        if (curve != null) {
            return curve.isPairOfScalars(signature);
        }
        return signature.length
                == (key instanceof RSAPublicKey rsa ? (rsa.getModulus().bitLength() + 7) / 8 : EDWARDS_SIGNATURE);
    }

    /** {@return the name in a token's header} */
    @Override
    public String toString() {
        return jwsName();
    }

    private enum Kind {
        HMAC,
        RSA,
        PSS,
        ECDSA,
        EDWARDS
    }
}

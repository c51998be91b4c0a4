package dev.scalableapi.auth;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import javax.crypto.KeyAgreement;

/** The curve P-256 (NIST SP 800-186 section 3.2.1.3), also called secp256r1 and prime256v1. */
final class P256 {
    /** The length of a coordinate, and of each half of a signature. */
    static final int BYTES = 32;

    private static final ECParameterSpec PARAMETERS = parameters();
    private static final BigInteger PRIME = ((ECFieldFp) PARAMETERS.getCurve().getField()).getP();

    private P256() {}

    static boolean isCurveOf(ECKey key) {
        ECParameterSpec parameters = key.getParams();
        return parameters != null
                && parameters.getCurve().equals(PARAMETERS.getCurve())
                && parameters.getGenerator().equals(PARAMETERS.getGenerator())
                && parameters.getOrder().equals(PARAMETERS.getOrder())
                && parameters.getCofactor() == 1;
    }

    /** Whether the point satisfies the curve's equation: a key off the curve verifies what it should not. */
    static boolean contains(ECPoint point) {
        return !point.equals(ECPoint.POINT_INFINITY)
                && isInField(point.getAffineX())
                && isInField(point.getAffineY())
                && point.getAffineY().modPow(BigInteger.TWO, PRIME).equals(rightSide(point.getAffineX()));
    }

    /** Whether the number is from 1 to n - 1, as a private key and both halves of a signature must be. */
    static boolean isScalar(BigInteger number) {
        return number.signum() > 0 && number.compareTo(PARAMETERS.getOrder()) < 0;
    }

    private static boolean isInField(BigInteger number) {
        return number.signum() >= 0 && number.compareTo(PRIME) < 0;
    }

    /** x^3 + ax + b. */
    private static BigInteger rightSide(BigInteger x) {
        return x.modPow(BigInteger.valueOf(3), PRIME)
                .add(PARAMETERS.getCurve().getA().multiply(x))
                .add(PARAMETERS.getCurve().getB())
                .mod(PRIME);
    }

    /**
     * The two public keys of which one is the private key's; the other is its mirror image. JCA has no way from a
     * private to a public key, but a key agreement with the generator is the same multiplication, in constant time,
     * and gives the x coordinate; y is a square root, which for this prime is one power.
     */
    static ECPublicKey[] publicKeys(ECPrivateKey key) throws GeneralSecurityException {
        KeyAgreement multiplication = KeyAgreement.getInstance("ECDH");
        multiplication.init(key);
        multiplication.doPhase(publicKey(PARAMETERS.getGenerator()), true);
        BigInteger x = new BigInteger(1, multiplication.generateSecret());
        BigInteger y = rightSide(x).modPow(PRIME.add(BigInteger.ONE).shiftRight(2), PRIME);
        return new ECPublicKey[] {publicKey(new ECPoint(x, y)), publicKey(new ECPoint(x, PRIME.subtract(y)))};
    }

    private static ECPublicKey publicKey(ECPoint point) throws GeneralSecurityException {
        return (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, PARAMETERS));
    }

    private static ECParameterSpec parameters() {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec("secp256r1"));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no P-256", e);
        }
    }
}

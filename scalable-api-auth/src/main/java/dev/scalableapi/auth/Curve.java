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
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.KeyAgreement;

/** The curves that tokens are signed on (NIST SP 800-186 section 3.2.1, RFC 7518 section 6.2.1.1). */
enum Curve {
    P256("P-256", "secp256r1"),
    P384("P-384", "secp384r1"),
    P521("P-521", "secp521r1");

    private final String jwkName;
    private final String jcaName;

    @SuppressWarnings("ImmutableEnumChecker") // Has no setter.
    private final ECParameterSpec parameters;

    private final BigInteger prime;

    @SuppressWarnings("ImmutableEnumChecker") // Is compared with, and never handed out.
    private final byte[] order;

    Curve(String jwkName, String jcaName) {
        this.jwkName = jwkName;
        this.jcaName = jcaName;
        parameters = parameters(jcaName);
        prime = ((ECFieldFp) parameters.getCurve().getField()).getP();
        order = bytes(parameters.getOrder());
    }

    private static ECParameterSpec parameters(String name) {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(name));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no curve " + name, e);
        }
    }

    /** The curve of this key, if it is one of these. */
    static Optional<Curve> of(ECKey key) {
        return Stream.of(values()).filter(curve -> curve.isCurveOf(key)).findFirst();
    }

    /** The curve of this name in a JWK. */
    static Optional<Curve> named(String jwkName) {
        return Stream.of(values())
                .filter(curve -> curve.jwkName.equals(jwkName))
                .findFirst();
    }

    private boolean isCurveOf(ECKey key) {
        ECParameterSpec other = key.getParams();
        return other != null
                && other.getCurve().equals(parameters.getCurve())
                && other.getGenerator().equals(parameters.getGenerator())
                && other.getOrder().equals(parameters.getOrder())
                && other.getCofactor() == 1;
    }

    String jwkName() {
        return jwkName;
    }

    ECGenParameterSpec generation() {
        return new ECGenParameterSpec(jcaName);
    }

    /** The length of a coordinate, and of each half of a signature. */
    int bytes() {
        return (prime.bitLength() + 7) / 8;
    }

    /** The number in as many bytes as a coordinate has, with leading zeros. */
    byte[] bytes(BigInteger number) {
        byte[] all = number.toByteArray();
        byte[] padded = new byte[bytes()];
        int length = Math.min(all.length, padded.length);
        System.arraycopy(all, all.length - length, padded, padded.length - length, length);
        return padded;
    }

    /** Whether the point satisfies the curve's equation: a key off the curve verifies what it should not. */
    boolean contains(ECPoint point) {
        return !point.equals(ECPoint.POINT_INFINITY)
                && isInField(point.getAffineX())
                && isInField(point.getAffineY())
                && point.getAffineY().modPow(BigInteger.TWO, prime).equals(rightSide(point.getAffineX()));
    }

    private boolean isInField(BigInteger number) {
        return number.signum() >= 0 && number.compareTo(prime) < 0;
    }

    /** x^3 + ax + b. */
    private BigInteger rightSide(BigInteger x) {
        return x.modPow(BigInteger.valueOf(3), prime)
                .add(parameters.getCurve().getA().multiply(x))
                .add(parameters.getCurve().getB())
                .mod(prime);
    }

    /** Whether the number is from 1 to n - 1, as a private key must be. */
    boolean isScalar(BigInteger number) {
        return number.signum() > 0 && number.compareTo(parameters.getOrder()) < 0;
    }

    /**
     * Whether the signature is r and s, each from 1 to n - 1. Checked here too, and not left to the provider: one that
     * let zero through accepted any message (CVE-2022-21449).
     */
    boolean isPairOfScalars(byte[] signature) {
        int half = order.length;
        return signature.length == 2 * half && isScalar(signature, 0, half) && isScalar(signature, half, 2 * half);
    }

    private boolean isScalar(byte[] bytes, int from, int to) {
        return Arrays.compareUnsigned(bytes, from, to, order, 0, order.length) < 0 && !isZero(bytes, from, to);
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        int all = 0;
        for (int i = from; i < to; i++) {
            all |= bytes[i];
        }
        return all == 0;
    }

    ECPublicKey publicKey(BigInteger x, BigInteger y) throws GeneralSecurityException {
        ECPublicKeySpec key = new ECPublicKeySpec(new ECPoint(x, y), parameters);
        return (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(key);
    }

    /**
     * The two public keys of which one is the private key's; the other is its mirror image. JCA has no way from a
     * private to a public key, but a key agreement with the generator is the same multiplication, in constant time,
     * and gives the x coordinate; y is a square root, which for these primes is one power.
     */
    ECPublicKey[] publicKeys(ECPrivateKey key) throws GeneralSecurityException {
        ECPoint generator = parameters.getGenerator();
        KeyAgreement multiplication = KeyAgreement.getInstance("ECDH");
        multiplication.init(key);
        multiplication.doPhase(publicKey(generator.getAffineX(), generator.getAffineY()), true);
        BigInteger x = new BigInteger(1, multiplication.generateSecret());
        BigInteger y = rightSide(x).modPow(prime.add(BigInteger.ONE).shiftRight(2), prime);
        return new ECPublicKey[] {publicKey(x, y), publicKey(x, prime.subtract(y))};
    }
}

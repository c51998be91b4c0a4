package dev.scalableapi.auth;

import java.math.BigInteger;
import java.security.spec.EdECPoint;

/** The curve -x^2 + y^2 = 1 + d x^2 y^2 of Ed25519 (RFC 8032 section 5.1), as far as public keys need a look. */
final class Edwards25519 {
    private static final BigInteger PRIME = BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));
    private static final BigInteger D =
            BigInteger.valueOf(-121_665).multiply(BigInteger.valueOf(121_666).modInverse(PRIME));

    private Edwards25519() {}

    /**
     * Whether the point is on the curve, in the one spelling that it has, and not one of the eight of small order, under
     * which one signature is right for any message.
     */
    static boolean isSound(EdECPoint point) {
        BigInteger y = point.getY();
        if (y.signum() < 0 || y.compareTo(PRIME) >= 0) {
            return false;
        }
        BigInteger square = y.multiply(y).mod(PRIME);
        return isOnCurve(square) && !isOfSmallOrder(square);
    }

    /** x^2 is u/v, which is a square where uv is; for x = 0 it is neither, and the order is 1 or 2. */
    private static boolean isOnCurve(BigInteger ySquare) {
        BigInteger u = ySquare.subtract(BigInteger.ONE);
        BigInteger v = ySquare.multiply(D).add(BigInteger.ONE);
        return u.multiply(v).modPow(PRIME.shiftRight(1), PRIME).equals(BigInteger.ONE);
    }

    /** Order 4: y = 0. Order 8: the double has y = 0, so x^2 = -y^2, and the curve gives d y^4 + 2 y^2 = 1. */
    private static boolean isOfSmallOrder(BigInteger ySquare) {
        BigInteger left =
                ySquare.multiply(D).add(BigInteger.TWO).multiply(ySquare).mod(PRIME);
        return ySquare.signum() == 0 || left.equals(BigInteger.ONE);
    }
}

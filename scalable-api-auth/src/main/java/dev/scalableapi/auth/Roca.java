package dev.scalableapi.auth;

import java.math.BigInteger;

/**
 * Knows the RSA keys of the flawed generator of CVE-2017-15361 (Nemec et al., "The Return of Coppersmith's Attack", 2017,
 * section 3.4), whose modulus modulo small primes is always a power of 65537. Such a key can be factored. A sound key is
 * taken for one in fewer than one of 2^27 cases.
 */
final class Roca {
    private static final int GENERATOR = 65_537;
    /** The largest prime that all affected key lengths have in common. */
    private static final int LAST_PRIME = 167;

    private Roca() {}

    static boolean isAffected(BigInteger modulus) {
        for (int prime = 3; prime <= LAST_PRIME; prime += 2) {
            if (BigInteger.valueOf(prime).isProbablePrime(32)
                    && !isPowerOfGenerator(
                            modulus.mod(BigInteger.valueOf(prime)).intValue(), prime)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPowerOfGenerator(int residue, int prime) {
        int power = 1;
        do {
            if (power == residue) {
                return true;
            }
            power = power * (GENERATOR % prime) % prime;
        } while (power != 1);
        return false;
    }
}

package dev.scalableapi.auth;

import java.security.PublicKey;

/**
 * A public key that verifies tokens, bound to one id and one algorithm, so that a token can choose neither. Immutable.
 *
 * @param kid the key's id, which tokens name in their header (RFC 7515 section 4.1.4); 1 to 256 characters
 * @param algorithm the only algorithm that the key is used with
 * @param publicKey an EC key on P-256, or an RSA key of 2,048 to 16,384 bits
 */
public record VerificationKey(String kid, SignatureAlgorithm algorithm, PublicKey publicKey) {
    private static final int MAX_KID = 256;

    /**
     * Checks the key.
     *
     * @param kid the key's id
     * @param algorithm the key's only algorithm
     * @param publicKey of the kind that the algorithm is for
     * @throws IllegalArgumentException if the id is blank or too long, or the key is of another kind than the
     *     algorithm's, weak or malformed
     */
    public VerificationKey {
        if (kid.isBlank() || kid.length() > MAX_KID) {
            throw new IllegalArgumentException("A key's id must have 1 to " + MAX_KID + " characters");
        }
        algorithm.check(publicKey);
    }

    /**
     * {@return the key with its thumbprint (RFC 7638) as id, and the algorithm that its kind is for}
     *
     * @param publicKey an EC key on P-256, or an RSA key of 2,048 to 16,384 bits
     * @throws IllegalArgumentException if the key is of another kind, weak or malformed
     */
    public static VerificationKey of(PublicKey publicKey) {
        SignatureAlgorithm algorithm = SignatureAlgorithm.of(publicKey);
        algorithm.check(publicKey);
        return new VerificationKey(Jwk.thumbprint(publicKey), algorithm, publicKey);
    }

    /** {@return id and algorithm} */
    @Override
    public String toString() {
        return "VerificationKey[" + kid + ", " + algorithm + "]";
    }
}

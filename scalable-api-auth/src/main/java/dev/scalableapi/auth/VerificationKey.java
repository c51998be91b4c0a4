package dev.scalableapi.auth;

import java.security.Key;
import java.security.PublicKey;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A key that verifies tokens, bound to an id and an algorithm, so that a token can choose neither. Weak keys and keys that
 * do not fit their algorithm are rejected at construction. Immutable and thread-safe; two keys are equal if id, algorithm,
 * issuer and key are equal.
 *
 * <p>A key that an issuer publishes in a JWK set without {@code alg} is bound to the algorithms of its type instead, for
 * example RS256 to RS512 and PS256 to PS512 for an RSA key, of which the verifier uses those that it permits. A public key
 * is never used as a secret.
 */
public final class VerificationKey {
    private static final int MAX_KID = 256;
    private static final String TENANT = "{tenantid}";

    private final String kid;
    private final boolean hasOwnId;
    private final Key key;
    private final @Nullable String issuer;
    /** One for each algorithm, in the order of the constants. */
    private final EnumMap<SignatureAlgorithm, SignatureCheck> checks;

    private final SignatureAlgorithm algorithm;

    private VerificationKey(
            String kid, boolean hasOwnId, Set<SignatureAlgorithm> algorithms, Key key, @Nullable String issuer) {
        if (kid.isBlank() || kid.length() > MAX_KID) {
            throw new IllegalArgumentException("A key's id must have 1 to " + MAX_KID + " characters");
        }
        checks = new EnumMap<>(SignatureAlgorithm.class);
        for (SignatureAlgorithm each : algorithms) {
            each.check(key);
            checks.put(each, each.signatureCheck(key));
        }
        algorithm = checks.keySet().iterator().next();
        this.kid = kid;
        this.hasOwnId = hasOwnId;
        this.key = key;
        this.issuer = issuer;
    }

    /**
     * {@return the key with its thumbprint (RFC 7638) as id, and the usual algorithm for its kind: RS256 for RSA, ES256,
     * ES384 or ES512 by the curve, Ed25519}
     *
     * @param publicKey an RSA key of 2,048 to 16,384 bits, an EC key on P-256, P-384 or P-521, or an Ed25519 key
     * @throws IllegalArgumentException if the key is of another kind, weak or malformed
     */
    public static VerificationKey of(PublicKey publicKey) {
        return of(SignatureAlgorithm.of(publicKey), publicKey);
    }

    /**
     * {@return the key with its thumbprint (RFC 7638) as id}
     *
     * @param algorithm the only algorithm that the key is used with
     * @param publicKey of the kind that the algorithm is for
     * @throws IllegalArgumentException if the key does not fit the algorithm, is weak or malformed
     */
    public static VerificationKey of(SignatureAlgorithm algorithm, PublicKey publicKey) {
        return ofKey(null, algorithm, publicKey);
    }

    /**
     * {@return the key with an id of the issuer's choice}
     *
     * @param kid what tokens name in their header (RFC 7515 section 4.1.4); 1 to 256 characters
     * @param algorithm the only algorithm that the key is used with
     * @param publicKey of the kind that the algorithm is for
     * @throws IllegalArgumentException if the id is blank or too long, or the key does not fit the algorithm, is weak or
     *     malformed
     */
    public static VerificationKey of(String kid, SignatureAlgorithm algorithm, PublicKey publicKey) {
        return ofKey(kid, algorithm, publicKey);
    }

    /**
     * {@return a secret key with its thumbprint (RFC 7638) as id} Who has it can sign, too: share it between parties that
     * trust each other as themselves, or use a pair of keys.
     *
     * @param algorithm HS256, HS384 or HS512
     * @param secret random bytes, at least as many as the algorithm's hash has; copied
     * @throws IllegalArgumentException if the algorithm is none of these, or the secret is too short or beyond 1,024
     *     bytes
     */
    public static VerificationKey ofSecret(SignatureAlgorithm algorithm, byte[] secret) {
        return ofKey(null, algorithm, secretKey(secret));
    }

    static SecretKeySpec secretKey(byte[] secret) {
        if (secret.length == 0) {
            throw new IllegalArgumentException("The secret is empty");
        }
        return new SecretKeySpec(secret, "HMAC");
    }

    /**
     * {@return the key in this text, with its thumbprint as id, and the usual algorithm for its kind}
     *
     * @param pem one block {@code PUBLIC KEY} (RFC 7468 section 13)
     * @throws IllegalArgumentException if the text is no such key, or one that is refused
     */
    public static VerificationKey fromPem(String pem) {
        return of(Pem.publicKey(pem));
    }

    /**
     * {@return the key in this JSON Web Key} Its id is the member {@code kid}, else its thumbprint; its algorithm the
     * member {@code alg}, else the usual one for its kind. A {@code use} other than {@code sig}, {@code key_ops} without
     * {@code verify}, and private members are refused.
     *
     * @param json a JWK (RFC 7517 section 4) of type {@code RSA}, {@code EC}, {@code OKP} or, then with {@code alg},
     *     {@code oct}; at most 64 KiB
     * @throws IllegalArgumentException if the text is no such key, or one that is refused; the message holds nothing of it
     */
    public static VerificationKey fromJwk(String json) {
        return JwkReader.verificationKey(json);
    }

    /** A key with one algorithm, and with its thumbprint as id if the id is null. */
    static VerificationKey ofKey(@Nullable String kid, SignatureAlgorithm algorithm, Key key) {
        return ofJwk(kid, algorithm, key, null);
    }

    /** The same, bound to the issuer that the JWK names in the member {@code issuer}; null if it names none. */
    static VerificationKey ofJwk(@Nullable String kid, SignatureAlgorithm algorithm, Key key, @Nullable String issuer) {
        algorithm.check(key);
        return new VerificationKey(kid == null ? Jwk.thumbprint(key) : kid, true, EnumSet.of(algorithm), key, issuer);
    }

    /**
     * A key as an issuer publishes it in a JWK set.
     *
     * @param kid null if it has none: then its thumbprint is its id, and tokens that name no key can be meant for it even
     *     if there are other keys
     * @param algorithms at least one, for which the key has been checked
     * @param issuer the member {@code issuer} of the JWK; null if it has none
     */
    static VerificationKey published(
            @Nullable String kid, Set<SignatureAlgorithm> algorithms, Key key, @Nullable String issuer) {
        return new VerificationKey(kid == null ? Jwk.thumbprint(key) : kid, kid != null, algorithms, key, issuer);
    }

    /** {@return the key's id, which tokens name in their header} */
    public String kid() {
        return kid;
    }

    /**
     * {@return the only algorithm that the key is used with; the usual one for its type if an issuer published the key
     * without {@code alg}}
     */
    public SignatureAlgorithm algorithm() {
        return algorithm;
    }

    /** The algorithms that the key is used with: more than one only if it was published without {@code alg}. */
    Set<SignatureAlgorithm> algorithms() {
        return Collections.unmodifiableSet(checks.keySet());
    }

    /** The algorithm with this name, if the key is used with it; otherwise null. */
    @Nullable SignatureAlgorithm algorithmNamed(String name) {
        for (SignatureAlgorithm each : checks.keySet()) {
            if (each.isNamed(name)) {
                return each;
            }
        }
        return null;
    }

    /** Whether the key was published with an id, or given one; otherwise its id is its thumbprint. */
    boolean hasOwnId() {
        return hasOwnId;
    }

    Key key() {
        return key;
    }

    /** The member {@code issuer} of the JWK, which may contain {@code {tenantid}}; null if it has none. */
    @Nullable String issuer() {
        return issuer;
    }

    /**
     * Rejects a token of another issuer than the one that the JWK names. A key without an issuer is accepted for all.
     *
     * @param tokenIssuer the claim {@code iss}
     * @param tenant what replaces {@code {tenantid}} in the JWK's issuer: the tenant of the token, which must be an
     *     allowed one; null if nothing is replaced, so that the issuers must be equal as they are
     */
    void checkIssuer(String tokenIssuer, @Nullable String tenant) throws RejectionException {
        if (issuer == null) {
            return;
        }
        String expected = tenant == null ? issuer : issuer.replace(TENANT, tenant);
        if (!expected.equals(tokenIssuer)) {
            throw new RejectionException(Verification.Reason.WRONG_ISSUER, "iss");
        }
    }

    /** A check for {@link #algorithm()}. */
    SignatureCheck signatureCheck() {
        return signatureCheck(algorithm);
    }

    /** A check for one of the key's algorithms. */
    SignatureCheck signatureCheck(SignatureAlgorithm algorithm) {
        return Objects.requireNonNull(checks.get(algorithm));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VerificationKey that
                && kid.equals(that.kid)
                && checks.keySet().equals(that.checks.keySet())
                && key.equals(that.key)
                && Objects.equals(issuer, that.issuer);
    }

    @Override
    public int hashCode() {
        return kid.hashCode();
    }

    /** {@return id and algorithm; the algorithms if there are several} */
    @Override
    public String toString() {
        return "VerificationKey[" + kid + ", " + (checks.size() == 1 ? algorithm : checks.keySet()) + "]";
    }
}

package dev.scalableapi.auth;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A key that signs tokens, with the side that verifies them. Its algorithm follows from its kind, unless another is asked
 * for: ES256, ES384 or ES512 by the curve, RS256 for RSA, Ed25519; weak keys are refused. Its id is its thumbprint (RFC
 * 7638), so the same key has the same id everywhere.
 *
 * <p>Pairs are read and written as a PKCS #8 private key in PEM (RFC 7468 section 10), not encrypted, as
 * {@code openssl genpkey} makes them. Immutable and thread-safe.
 */
public final class SigningKey {
    private static final int RSA_BITS = 3072;
    private static final String PROBE = "scalable-api";

    private final Key key;
    private final VerificationKey verificationKey;

    private SigningKey(Key key, VerificationKey verificationKey) {
        this.key = key;
        this.verificationKey = verificationKey;
    }

    /** {@return a new random key for ES256} */
    public static SigningKey generate() {
        return generate(SignatureAlgorithm.ES256);
    }

    /**
     * {@return a new random key} RSA keys have 3,072 bits, secrets as many bytes as the algorithm's hash.
     *
     * @param algorithm what it is for
     */
    public static SigningKey generate(SignatureAlgorithm algorithm) {
        if (algorithm.isSymmetric()) {
            byte[] secret = new byte[algorithm.hashBytes()];
            new SecureRandom().nextBytes(secret);
            return ofSecret(algorithm, secret);
        }
        try {
            KeyPair pair = generator(algorithm).generateKeyPair();
            return new SigningKey(pair.getPrivate(), VerificationKey.of(algorithm, pair.getPublic()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM can't make a key for " + algorithm, e);
        }
    }

    private static KeyPairGenerator generator(SignatureAlgorithm algorithm) throws GeneralSecurityException {
        if (algorithm.curve() != null) {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(algorithm.curve().generation());
            return generator;
        }
        if (algorithm == SignatureAlgorithm.ED25519) {
            return KeyPairGenerator.getInstance("Ed25519");
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(RSA_BITS);
        return generator;
    }

    /**
     * {@return a key that both signs and verifies} Who verifies its tokens must have it, and could sign: prefer a pair.
     *
     * @param algorithm HS256, HS384 or HS512
     * @param secret random bytes, at least as many as the algorithm's hash has; copied
     * @throws IllegalArgumentException if the algorithm is none of these, or the secret is too short or beyond 1,024
     *     bytes
     */
    public static SigningKey ofSecret(SignatureAlgorithm algorithm, byte[] secret) {
        VerificationKey verificationKey = VerificationKey.ofSecret(algorithm, secret);
        return new SigningKey(verificationKey.key(), verificationKey);
    }

    /**
     * {@return the key in this JSON Web Key} Its id is the member {@code kid}, else its thumbprint; its algorithm the
     * member {@code alg}, else the usual one for its kind.
     *
     * @param json a private JWK (RFC 7517 section 4), RSA keys with all members of RFC 7518 section 6.3.2; at most 64 KiB
     * @throws IllegalArgumentException if the text is no such key, or one that is refused, or its two sides don't belong
     *     together; the message holds nothing of it
     */
    public static SigningKey fromJwk(String json) {
        return JwkReader.signingKey(json);
    }

    /** Of a private and a public key that may not belong together, or of a secret, twice. */
    static SigningKey of(@Nullable String kid, SignatureAlgorithm algorithm, Key key, Key publicSide) {
        VerificationKey verificationKey = VerificationKey.ofKey(kid, algorithm, publicSide);
        SigningKey signingKey = new SigningKey(key, verificationKey);
        if (!signingKey.isSound()) {
            throw refused();
        }
        return signingKey;
    }

    /**
     * {@return the key in this file} The file's permissions are the operator's: secrets mounted into a container are
     * often readable by a group.
     *
     * @param file one private key in PEM
     * @throws IllegalArgumentException if the content is no such key, or one that is refused
     * @throws UncheckedIOException if the file can't be read
     */
    public static SigningKey read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return fromPem(new String(in.readNBytes(Pem.MAX_LENGTH + 1), StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@return the key in this file, or a new one that is now kept there} Safe when several processes on one host start
     * at once: all get the key of the first.
     *
     * @param file in a directory that exists
     * @throws IllegalArgumentException if there is a file, but not with a key that is accepted
     * @throws UncheckedIOException if the file can be neither read nor written
     */
    public static SigningKey readOrGenerate(Path file) {
        if (Files.notExists(file)) {
            try {
                generate().store(file);
            } catch (FileAlreadyExistsException anotherWasFaster) {
                return read(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return read(file);
    }

    /**
     * {@return the key in this text}
     *
     * @param pem one block {@code PRIVATE KEY}
     * @throws IllegalArgumentException if the text is no such key, or one that is refused
     */
    public static SigningKey fromPem(String pem) {
        PrivateKey key = Pem.privateKey(pem);
        try {
            if (key instanceof ECPrivateKey ec) {
                Curve curve =
                        Curve.of(ec).filter(its -> its.isScalar(ec.getS())).orElseThrow(SigningKey::refused);
                return ofPair(key, curve.publicKeys(ec));
            }
            if (key instanceof RSAPrivateCrtKey rsa) {
                var publicSide = new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent());
                return ofPair(key, KeyFactory.getInstance("RSA").generatePublic(publicSide));
            }
            if (key instanceof EdECPrivateKey edwards) {
                return ofPair(key, publicKey(edwards));
            }
        } catch (GeneralSecurityException e) {
            throw refused();
        }
        throw refused();
    }

    /** JCA has no way from a private to a public key, but its generator makes a pair from the bytes that it is given. */
    private static PublicKey publicKey(EdECPrivateKey key) throws GeneralSecurityException {
        byte[] seed = key.getBytes().orElseThrow(SigningKey::refused);
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        generator.initialize(NamedParameterSpec.ED25519, new Seed(seed));
        return generator.generateKeyPair().getPublic();
    }

    /** Of these public keys, takes the one that verifies what the private key signs. */
    private static SigningKey ofPair(PrivateKey key, PublicKey... candidates) {
        for (PublicKey candidate : candidates) {
            SigningKey signingKey = new SigningKey(key, VerificationKey.of(candidate));
            if (signingKey.isSound()) {
                return signingKey;
            }
        }
        throw refused();
    }

    private boolean isSound() {
        byte[] probe = PROBE.getBytes(StandardCharsets.US_ASCII);
        try {
            return verificationKey.signatureCheck().verifies(probe, probe.length, sign(probe));
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    byte[] sign(byte[] message) throws GeneralSecurityException {
        return algorithm().sign(key, message);
    }

    /** Without a cause: the parser's message could repeat a part of the key. */
    private static IllegalArgumentException refused() {
        return new IllegalArgumentException("The signing key is not a sound key of a kind that is accepted");
    }

    /**
     * {@return the same key for another algorithm of its kind, such as PS256 for an RSA key}
     *
     * @param algorithm what it is for
     * @throws IllegalArgumentException if the key does not fit the algorithm
     */
    public SigningKey withAlgorithm(SignatureAlgorithm algorithm) {
        return new SigningKey(key, VerificationKey.ofKey(kid(), algorithm, verificationKey.key()));
    }

    /**
     * {@return the private key as PEM: a secret}
     *
     * @throws IllegalStateException if it is not one of a pair: PEM has no form for bare secrets
     */
    public String toPem() {
        if (key instanceof PrivateKey privateKey) {
            return Pem.of(privateKey);
        }
        throw new IllegalStateException("PEM has no form for a secret key");
    }

    /**
     * Writes the key as PEM to a new file, whole or not at all. On POSIX file systems only its owner may read it; on
     * others it has the directory's permissions.
     *
     * @param file must not exist; in a directory that exists
     * @throws UncheckedIOException if the file exists, or can't be written
     */
    public void write(Path file) {
        try {
            store(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The temporary file is made with owner-only permissions; no other process ever sees it half written. */
    private void store(Path file) throws IOException {
        Path temporary = Files.createTempFile(file.toAbsolutePath().getParent(), ".signing-key", null);
        try {
            Files.writeString(temporary, toPem(), StandardCharsets.US_ASCII);
            publish(temporary, file);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** A link, because it fails where a file exists, while a move may replace it. */
    private static void publish(Path temporary, Path file) throws IOException {
        try {
            Files.createLink(file, temporary);
        } catch (FileAlreadyExistsException | NoSuchFileException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException noLinks) {
            Files.move(temporary, file);
        }
    }

    /** {@return the key's id: its thumbprint by RFC 7638} */
    public String kid() {
        return verificationKey.kid();
    }

    /** {@return the algorithm that it signs with} */
    public SignatureAlgorithm algorithm() {
        return verificationKey.algorithm();
    }

    /** {@return the side that verifies} */
    public VerificationKey verificationKey() {
        return verificationKey;
    }

    /** {@return id and algorithm} */
    @Override
    public String toString() {
        return "SigningKey[" + kid() + ", " + algorithm() + "]";
    }

    /** Gives the bytes that it was given, once; asked for more, the pair would not fit and be refused. */
    private static final class Seed extends SecureRandom {
        private static final long serialVersionUID = 1L;

        private final byte[] seed;

        private Seed(byte[] seed) {
            this.seed = seed;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(seed, 0, bytes, 0, Math.min(seed.length, bytes.length));
        }
    }
}

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
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.Optional;

/**
 * A private key that signs tokens, with its public side. Its algorithm follows from its kind: ES256 for EC keys on
 * P-256, RS256 for RSA keys of at least 2,048 bits; other keys are refused. Its id is its thumbprint (RFC 7638), so the
 * same key has the same id everywhere.
 *
 * <p>It is read and written as a PKCS #8 private key in PEM (RFC 7468 section 10), not encrypted, as
 * {@code openssl genpkey} makes them. Immutable and thread-safe.
 */
public final class SigningKey {
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";
    /** An RSA key of 16,384 bits needs less than 13,000. */
    private static final int MAX_PEM = 16 * 1024;

    private static final String PROBE = "scalable-api";

    private final PrivateKey privateKey;
    private final VerificationKey verificationKey;

    private SigningKey(PrivateKey privateKey, VerificationKey verificationKey) {
        this.privateKey = privateKey;
        this.verificationKey = verificationKey;
    }

    /** {@return a new random key for ES256} */
    public static SigningKey generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            return new SigningKey(pair.getPrivate(), VerificationKey.of(pair.getPublic()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM can't make an EC key", e);
        }
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
            return fromPem(new String(in.readNBytes(MAX_PEM + 1), StandardCharsets.US_ASCII));
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
        PrivateKey key = decode(der(pem));
        try {
            if (key instanceof ECPrivateKey ec && P256.isCurveOf(ec) && P256.isScalar(ec.getS())) {
                return ofPair(key, P256.publicKeys(ec));
            }
            if (key instanceof RSAPrivateCrtKey rsa) {
                var publicSide = new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent());
                return ofPair(key, KeyFactory.getInstance("RSA").generatePublic(publicSide));
            }
        } catch (GeneralSecurityException e) {
            throw refused();
        }
        throw refused();
    }

    /** Of these public keys, takes the one that verifies what the private key signs. */
    private static SigningKey ofPair(PrivateKey key, PublicKey... candidates) throws GeneralSecurityException {
        byte[] probe = PROBE.getBytes(StandardCharsets.US_ASCII);
        for (PublicKey candidate : candidates) {
            VerificationKey publicSide = VerificationKey.of(candidate);
            SignatureAlgorithm algorithm = publicSide.algorithm();
            if (algorithm.verifies(candidate, probe, algorithm.sign(key, probe))) {
                return new SigningKey(key, publicSide);
            }
        }
        throw refused();
    }

    private static byte[] der(String pem) {
        String text = pem.strip();
        if (pem.length() > MAX_PEM
                || !text.startsWith(BEGIN)
                || !text.endsWith(END)
                || text.length() < BEGIN.length() + END.length()) {
            throw new IllegalArgumentException("A signing key must be one PEM block \"PRIVATE KEY\" (PKCS #8)");
        }
        String base64 = text.substring(BEGIN.length(), text.length() - END.length());
        try {
            return Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
        } catch (IllegalArgumentException malformed) {
            throw refused();
        }
    }

    private static PrivateKey decode(byte[] der) {
        PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(der);
        return decode("EC", encoded).or(() -> decode("RSA", encoded)).orElseThrow(SigningKey::refused);
    }

    /** Empty where the key is of another kind, or malformed. */
    private static Optional<PrivateKey> decode(String kind, PKCS8EncodedKeySpec encoded) {
        try {
            return Optional.of(KeyFactory.getInstance(kind).generatePrivate(encoded));
        } catch (InvalidKeySpecException anotherKind) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no " + kind + " keys", e);
        }
    }

    /** Without a cause: the parser's message could repeat a part of the key. */
    private static IllegalArgumentException refused() {
        return new IllegalArgumentException(
                "The signing key is not a sound PKCS #8 private key, EC on P-256 or RSA with at least 2048 bits");
    }

    /** {@return the private key as PEM: a secret} */
    public String toPem() {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(privateKey.getEncoded());
        return BEGIN + "\n" + base64 + "\n" + END + "\n";
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

    /** {@return the public side} */
    public VerificationKey verificationKey() {
        return verificationKey;
    }

    PrivateKey privateKey() {
        return privateKey;
    }

    /** {@return id and algorithm} */
    @Override
    public String toString() {
        return "SigningKey[" + kid() + ", " + algorithm() + "]";
    }
}

package dev.scalableapi.auth.login;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** PBKDF2-HMAC-SHA256 by the JDK. */
final class Pbkdf2PasswordHasher implements PasswordHasher {
    /** The OWASP Password Storage Cheat Sheet's count for this function. */
    static final int ITERATIONS = 600_000;

    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int MAX_PASSWORD = 1024;
    /** Seven digits, so that a damaged row can't keep a thread busy for hours; 22 and 43 characters: the two lengths. */
    private static final Pattern FORMAT =
            Pattern.compile("\\$pbkdf2-sha256\\$i=([1-9][0-9]{0,6})\\$([A-Za-z0-9+/]{22})\\$([A-Za-z0-9+/]{43})");

    private final SecureRandom random = new SecureRandom();
    private final int iterations;

    Pbkdf2PasswordHasher(int iterations) {
        this.iterations = iterations;
    }

    @Override
    public String hash(String password) {
        if (!isAcceptable(password)) {
            throw new IllegalArgumentException("A password must have 1 to 1024 well-formed characters");
        }
        byte[] salt = randomBytes(SALT_BYTES);
        return new Stored(iterations, salt, derive(password, iterations, salt)).format();
    }

    @Override
    public boolean verify(String password, String stored) {
        Stored expected = Stored.parse(stored)
                .orElseThrow(() -> new IllegalArgumentException("A stored password hash has an unknown format"));
        return isAcceptable(password)
                && MessageDigest.isEqual(expected.hash, derive(password, expected.iterations, expected.salt));
    }

    @Override
    public boolean needsRehash(String stored) {
        return Stored.parse(stored)
                .filter(known -> known.iterations >= iterations)
                .isEmpty();
    }

    /** A random hash: to know a password for it is to invert the function. */
    @Override
    public String decoy() {
        return new Stored(iterations, randomBytes(SALT_BYTES), randomBytes(HASH_BYTES)).format();
    }

    /** NUL is refused because HMAC pads its key with it: with and without, it would be the same password. */
    private static boolean isAcceptable(String password) {
        return !password.isEmpty()
                && password.length() <= MAX_PASSWORD
                && password.indexOf('\0') < 0
                && StandardCharsets.UTF_8.newEncoder().canEncode(password);
    }

    private static byte[] derive(String password, int iterations, byte[] salt) {
        char[] characters = Normalizer.normalize(password, Normalizer.Form.NFC).toCharArray();
        PBEKeySpec key = new PBEKeySpec(characters, salt, iterations, HASH_BYTES * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(key)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no PBKDF2-HMAC-SHA256", e);
        } finally {
            key.clearPassword();
        }
    }

    private byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Override
    public String toString() {
        return "PasswordHasher[PBKDF2-HMAC-SHA256, " + iterations + " iterations]";
    }

    /** What the stored string says. */
    private static final class Stored {
        private final int iterations;
        private final byte[] salt;
        private final byte[] hash;

        private Stored(int iterations, byte[] salt, byte[] hash) {
            this.iterations = iterations;
            this.salt = salt;
            this.hash = hash;
        }

        private static Optional<Stored> parse(String text) {
            Matcher matcher = FORMAT.matcher(text);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            Base64.Decoder base64 = Base64.getDecoder();
            return Optional.of(new Stored(
                    Integer.parseInt(matcher.group(1)),
                    base64.decode(matcher.group(2)),
                    base64.decode(matcher.group(3))));
        }

        private String format() {
            Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
            return "$pbkdf2-sha256$i=" + iterations + "$" + base64.encodeToString(salt) + "$"
                    + base64.encodeToString(hash);
        }
    }
}

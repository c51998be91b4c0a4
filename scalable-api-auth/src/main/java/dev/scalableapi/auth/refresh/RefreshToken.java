package dev.scalableapi.auth.refresh;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a refresh token says. Its text is {@code family.generation.secret.tag}: 16 random bytes, a decimal number that
 * counts from 0, 32 secret bytes and 16 bytes of an HMAC over all before, the bytes in base64url. Immutable.
 *
 * @param family the login, in base64url
 * @param generation how many tokens of the family came before
 * @param secret in base64url
 */
record RefreshToken(String family, long generation, String secret) {
    private static final int FAMILY_BYTES = 16;
    private static final int SECRET_BYTES = 32;
    private static final int MAX_LENGTH = 128;

    private static final Pattern FAMILY = Pattern.compile("[A-Za-z0-9_-]{22}");
    private static final Pattern FORM =
            Pattern.compile("([A-Za-z0-9_-]{22})\\.(0|[1-9][0-9]{0,14})\\.([A-Za-z0-9_-]{43})\\.([A-Za-z0-9_-]{22})");

    static RefreshToken first(SecureRandom random) {
        return new RefreshToken(random(random, FAMILY_BYTES), 0, random(random, SECRET_BYTES));
    }

    private static String random(SecureRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return base64(bytes);
    }

    /** Null unless the text has the form. */
    static @Nullable Presented parse(String text) {
        if (text.length() > MAX_LENGTH) {
            return null;
        }
        Matcher parts = FORM.matcher(text);
        return parts.matches()
                ? new Presented(
                        new RefreshToken(parts.group(1), Long.parseLong(parts.group(2)), parts.group(3)),
                        parts.group(4))
                : null;
    }

    static boolean isFamily(String text) {
        return FAMILY.matcher(text).matches();
    }

    /** The text without the tag. */
    String body() {
        return family + '.' + generation + '.' + secret;
    }

    /** What a store holds of it: the SHA-256 of its text without the tag. Without a salt, for the secret is random. */
    String hash() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return base64(sha256.digest(body().getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JVM has no SHA-256", e);
        }
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** {@return family and generation, without the secret} */
    @Override
    public String toString() {
        return "RefreshToken[" + family + "." + generation + "]";
    }

    /**
     * A text of the right form, of which nobody knows yet whether we made it.
     *
     * @param token what it says
     * @param tag what is to prove it
     */
    record Presented(RefreshToken token, String tag) {}
}

package dev.scalableapi.auth.refresh;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One server key: an HMAC-SHA256 (RFC 2104) that tags tokens, and that makes of each the one secret that can follow, so
 * that no store needs to hold it. Immutable and thread-safe.
 *
 * @param key the secret
 */
record RefreshTokenKey(SecretKeySpec key) {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int TAG_BYTES = 16;
    /** What is computed for one purpose is of no use for the other. */
    private static final String TAG = "scalable-api refresh token tag:";

    private static final String SUCCESSOR = "scalable-api refresh token successor:";

    static RefreshTokenKey of(byte[] key) {
        return new RefreshTokenKey(new SecretKeySpec(key, ALGORITHM));
    }

    String write(RefreshToken token) {
        return token.body() + '.' + tag(token);
    }

    /**
     * In constant time. The tag is over the token's exact characters, and compared as characters too: another spelling of
     * the same bytes is another token.
     */
    boolean hasMade(RefreshToken.Presented presented) {
        return MessageDigest.isEqual(ascii(tag(presented.token())), ascii(presented.tag()));
    }

    /** Its secret is over the family, its own generation, and the secret before it. */
    RefreshToken successorOf(RefreshToken token) {
        RefreshToken seed = new RefreshToken(token.family(), token.generation() + 1, token.secret());
        return new RefreshToken(seed.family(), seed.generation(), RefreshToken.base64(mac(SUCCESSOR, seed)));
    }

    private String tag(RefreshToken token) {
        return RefreshToken.base64(Arrays.copyOf(mac(TAG, token), TAG_BYTES));
    }

    private byte[] mac(String purpose, RefreshToken token) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(ascii(purpose + token.body()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no " + ALGORITHM, e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** {@return the name alone} */
    @Override
    public String toString() {
        return "RefreshTokenKey";
    }
}

package dev.scalableapi.core.page;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One secret for cursors: an HMAC-SHA-256 (RFC 2104) that has its key and the beginning of every message, and is copied for
 * each. Its id is made from the secret, so that none has to be configured. Immutable and thread-safe.
 */
final class CursorKey {
    private static final String ALGORITHM = "HmacSHA256";
    /** What is computed for one purpose is of no use for another. */
    private static final String CURSOR = "scalable-api cursor 1:";

    private static final String ID = "scalable-api cursor key id:";

    private final int id;
    private final Mac prototype;

    private CursorKey(int id, Mac prototype) {
        this.id = id;
        this.prototype = prototype;
    }

    static CursorKey of(byte[] secret) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            int id = ByteBuffer.wrap(mac.doFinal(ascii(ID))).getInt();
            mac.update(ascii(CURSOR));
            // Copied at once, so that a JVM that can't do it is known at the start.
            return new CursorKey(id, copy(mac));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no " + ALGORITHM, e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    int id() {
        return id;
    }

    /** A MAC that knows the scope; to be copied, too. */
    Mac within(byte[] scope) {
        Mac mac = copy(prototype);
        mac.update(scope);
        return mac;
    }

    static Mac copy(Mac mac) {
        try {
            return (Mac) mac.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("This JVM's HMAC can't be copied; put the provider SunJCE first", e);
        }
    }
}

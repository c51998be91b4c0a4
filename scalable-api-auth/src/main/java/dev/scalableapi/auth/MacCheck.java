package dev.scalableapi.auth;

import java.security.MessageDigest;
import javax.crypto.Mac;

/** Copies a MAC that has its key, and perhaps the beginning of the message, for each check. */
final class MacCheck implements SignatureCheck {
    private final Mac prototype;
    private final int absorbed;

    MacCheck(Mac keyed) {
        this(keyed, 0);
    }

    private MacCheck(Mac prototype, int absorbed) {
        this.prototype = prototype;
        this.absorbed = absorbed;
    }

    @Override
    public SignatureCheck having(byte[] message, int length) {
        Mac mac = copy();
        mac.update(message, absorbed, length - absorbed);
        return new MacCheck(mac, length);
    }

    @Override
    public boolean verifies(byte[] message, int length, byte[] signature) {
        Mac mac = copy();
        mac.update(message, absorbed, length - absorbed);
        return MessageDigest.isEqual(mac.doFinal(), signature);
    }

    private Mac copy() {
        try {
            return (Mac) prototype.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("This JVM's HMAC can't be copied; put the provider SunJCE first", e);
        }
    }
}

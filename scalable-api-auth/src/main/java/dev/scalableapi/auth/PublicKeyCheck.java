package dev.scalableapi.auth;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Keeps some {@link Signature} objects that have the key, since finding a provider and giving it the key costs as much as
 * some checks. Whoever needs one takes it out of its slot, or makes one; no thread waits for another, and none is bound to
 * a thread, so that virtual threads share them.
 */
final class PublicKeyCheck implements SignatureCheck {
    private static final int SLOTS = 16;

    private final SignatureAlgorithm algorithm;
    private final PublicKey key;
    private final AtomicReferenceArray<@Nullable Signature> prepared = new AtomicReferenceArray<>(SLOTS);

    /** Prepares one at once: a key that the provider does not take is found here. */
    PublicKeyCheck(SignatureAlgorithm algorithm, PublicKey key) throws GeneralSecurityException {
        this.algorithm = algorithm;
        this.key = key;
        prepared.set(0, prepare());
    }

    private Signature prepare() throws GeneralSecurityException {
        Signature signature = algorithm.signature();
        signature.initVerify(key);
        return signature;
    }

    @Override
    public boolean verifies(byte[] message, int length, byte[] signature) {
        if (!algorithm.isWellFormed(key, signature)) {
            return false;
        }
        try {
            return check(message, length, signature);
        } catch (SignatureException malformed) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM can't verify " + algorithm, e);
        }
    }

    /** A verification leaves the object as it was before; after a failure it is dropped, whatever its state. */
    private boolean check(byte[] message, int length, byte[] signature) throws GeneralSecurityException {
        int slot = slot();
        Signature taken = prepared.getAndSet(slot, null);
        Signature verification = taken == null ? prepare() : taken;
        verification.update(message, 0, length);
        boolean right = verification.verify(signature);
        prepared.setRelease(slot, verification);
        return right;
    }

    @SuppressWarnings("deprecation") // threadId() came with Java 19.
    private static int slot() {
        return (int) (Thread.currentThread().getId() % SLOTS);
    }
}

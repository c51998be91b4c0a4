package dev.scalableapi.core.page;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server's secrets for cursors: one that signs, and others whose cursors are accepted. All processes that serve a list
 * have the same. Thread-safe; a change is seen at once, and whole.
 *
 * <p>To rotate without a refused cursor: {@link #replace} everywhere by the same current key with the new one among the
 * others; then everywhere by the new one with the old one among the others; then, when no cursor of the old one can be
 * alive, by the new one alone.
 */
public final class CursorKeyRing {
    private static final int MIN_BYTES = 32;
    private static final int MAX_BYTES = 1_024;
    private static final int MAX_KEYS = 4;

    private volatile List<CursorKey> keys;

    private CursorKeyRing(List<CursorKey> keys) {
        this.keys = keys;
    }

    /**
     * {@return a ring}
     *
     * @param current signs; 32 to 1,024 bytes from a cryptographic random source
     * @param others accepted as well; at most three, each as the current one
     * @throws IllegalArgumentException if a key is too short or too long, there are too many, or one comes twice
     */
    public static CursorKeyRing of(byte[] current, byte[]... others) {
        return new CursorKeyRing(keys(current, others));
    }

    /** {@return a ring of one new random key: for a single process, whose cursors then end with it} */
    public static CursorKeyRing generate() {
        byte[] key = new byte[MIN_BYTES];
        new SecureRandom().nextBytes(key);
        return of(key);
    }

    /**
     * Puts these keys in the place of all that there are.
     *
     * @param current signs from now on
     * @param others accepted as well
     * @throws IllegalArgumentException as {@link #of} does; then nothing has changed
     */
    public void replace(byte[] current, byte[]... others) {
        keys = keys(current, others);
    }

    private static List<CursorKey> keys(byte[] current, byte[]... others) {
        if (others.length >= MAX_KEYS) {
            throw new IllegalArgumentException("There must be at most " + MAX_KEYS + " keys for cursors");
        }
        List<CursorKey> keys = new ArrayList<>();
        keys.add(key(current));
        for (byte[] other : others) {
            keys.add(key(other));
        }
        if (keys.stream().map(CursorKey::id).distinct().count() < keys.size()) {
            throw new IllegalArgumentException("The keys for cursors must differ");
        }
        return List.copyOf(keys);
    }

    private static CursorKey key(byte[] secret) {
        if (secret.length < MIN_BYTES || secret.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "A key for cursors must have " + MIN_BYTES + " to " + MAX_BYTES + " bytes");
        }
        return CursorKey.of(secret);
    }

    /** The one that signs. */
    CursorKey current() {
        return keys.get(0);
    }

    @Nullable CursorKey find(int id) {
        for (CursorKey key : keys) {
            if (key.id() == id) {
                return key;
            }
        }
        return null;
    }

    /** {@return how many keys there are, without them} */
    @Override
    public String toString() {
        return "CursorKeyRing[" + keys.size() + "]";
    }
}

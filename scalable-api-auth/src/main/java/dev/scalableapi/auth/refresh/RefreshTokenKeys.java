package dev.scalableapi.auth.refresh;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * The server's keys for refresh tokens: one that makes them, and older ones whose tokens are still accepted. All processes
 * that share a store have the same keys. Immutable and thread-safe.
 *
 * <p>To change the key without a logout: add the new one as an older one everywhere; then make it the current one
 * everywhere and keep the former as an older one; drop that when no token of it can be left, which is after the idle
 * lifetime. A key that somebody else may know is replaced at once instead, and all users log in again.
 */
public final class RefreshTokenKeys {
    private static final int MIN_BYTES = 32;
    private static final int MAX_BYTES = 1_024;
    private static final int MAX_KEYS = 4;

    private final List<RefreshTokenKey> keys;

    private RefreshTokenKeys(List<RefreshTokenKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * {@return keys}
     *
     * @param current makes new tokens; 32 to 1,024 bytes from a cryptographic random source
     * @param older made tokens that are still accepted; at most three, each as the current one
     * @throws IllegalArgumentException if a key is too short or too long, there are too many, or one comes twice
     */
    public static RefreshTokenKeys of(byte[] current, byte[]... older) {
        if (older.length >= MAX_KEYS) {
            throw new IllegalArgumentException("There must be at most " + MAX_KEYS + " keys for refresh tokens");
        }
        List<RefreshTokenKey> keys = new ArrayList<>();
        keys.add(key(current));
        for (byte[] one : older) {
            keys.add(key(one));
        }
        if (new HashSet<>(keys).size() < keys.size()) {
            throw new IllegalArgumentException("The keys for refresh tokens must differ");
        }
        return new RefreshTokenKeys(keys);
    }

    private static RefreshTokenKey key(byte[] bytes) {
        if (bytes.length < MIN_BYTES || bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "A key for refresh tokens must have " + MIN_BYTES + " to " + MAX_BYTES + " bytes");
        }
        return RefreshTokenKey.of(bytes);
    }

    /** {@return one new random key: for a single process, whose tokens then end with it} */
    public static RefreshTokenKeys generate() {
        byte[] key = new byte[MIN_BYTES];
        new SecureRandom().nextBytes(key);
        return of(key);
    }

    /** The text of a token that has no predecessor, by the current key. */
    String write(RefreshToken token) {
        return keys.get(0).write(token);
    }

    /** Whether one of the keys has made the tag. */
    boolean haveMade(RefreshToken.Presented presented) {
        return keys.stream().anyMatch(key -> key.hasMade(presented));
    }

    /** What each key makes the successor, the current key's first. */
    List<RefreshToken> successorsOf(RefreshToken token) {
        return keys.stream().map(key -> key.successorOf(token)).toList();
    }

    /** The text of a successor by the key that it comes from, so that it is the same in all processes. */
    String writeSuccessor(int key, RefreshToken successor) {
        return keys.get(key).write(successor);
    }

    /** {@return how many keys there are, without them} */
    @Override
    public String toString() {
        return "RefreshTokenKeys[" + keys.size() + "]";
    }
}

package dev.scalableapi.redis;

import io.lettuce.core.RedisURI;
import java.time.Duration;

/**
 * Where a store keeps its keys, and how long it waits for them.
 *
 * @param uri of the Redis; may hold a password
 * @param namespace begins all keys
 * @param timeout of an operation
 */
record RedisTarget(RedisURI uri, String namespace, Duration timeout) {
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final int LONGEST_NAMESPACE = 64;

    RedisTarget {
        if (!isNamespace(namespace)) {
            throw new IllegalArgumentException(
                    "A namespace must be 1 to 64 letters, digits, dots, dashes and underscores");
        }
        if (timeout.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("timeout must be at least 1 ms");
        }
    }

    static RedisTarget of(RedisURI uri, String namespace) {
        return new RedisTarget(uri, namespace, TIMEOUT);
    }

    static RedisURI parse(String uri) {
        try {
            return RedisURI.create(uri);
        } catch (IllegalArgumentException malformed) {
            // No cause: its message repeats the URI.
            throw new IllegalArgumentException("The URI of the Redis is malformed");
        }
    }

    private static boolean isNamespace(String text) {
        return !text.isEmpty()
                && text.length() <= LONGEST_NAMESPACE
                && text.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || "._-".indexOf(c) >= 0));
    }

    RedisLink open() {
        return RedisLink.open(uri, timeout);
    }

    /** Without the URI, which may hold a password. */
    @Override
    public String toString() {
        return "RedisTarget[namespace=" + namespace + "]";
    }
}

package dev.scalableapi.redis;

import io.lettuce.core.RedisURI;
import java.time.Duration;

/** What all stores ask of the names and times that they are created with. */
final class RedisNames {
    static final Duration TIMEOUT = Duration.ofMillis(500);

    private static final int LONGEST_NAMESPACE = 64;

    private RedisNames() {}

    static String requireNamespace(String text) {
        if (text.isEmpty() || text.length() > LONGEST_NAMESPACE || !text.chars().allMatch(RedisNames::isName)) {
            throw new IllegalArgumentException(
                    "A namespace must be 1 to 64 letters, digits, dots, dashes and underscores");
        }
        return text;
    }

    private static boolean isName(int c) {
        return c < 128 && (Character.isLetterOrDigit(c) || "._-".indexOf(c) >= 0);
    }

    static Duration requireTimeout(Duration timeout) {
        if (timeout.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("timeout must be at least 1 ms");
        }
        return timeout;
    }

    static RedisURI parse(String uri) {
        try {
            return RedisURI.create(uri);
        } catch (IllegalArgumentException malformed) {
            // No cause: its message repeats the URI.
            throw new IllegalArgumentException("The URI of the Redis is malformed");
        }
    }
}

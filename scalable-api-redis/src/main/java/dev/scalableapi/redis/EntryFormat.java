package dev.scalableapi.redis;

import dev.scalableapi.core.cache.StoredEntry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * How an entry stands in Redis: 13 decimal digits that say when it becomes stale, in milliseconds since 1970 by the
 * Redis's clock; a version of 16 characters; the value.
 */
final class EntryFormat {
    private static final int DIGITS = 13;
    private static final int HEAD = DIGITS + UniqueTokens.LENGTH;

    private EntryFormat() {}

    /** Empty if it is not of this form. */
    static Optional<StoredEntry> read(byte[] bytes, long nowMillis) {
        if (!isEntry(bytes)) {
            return Optional.empty();
        }
        String version = new String(bytes, DIGITS, UniqueTokens.LENGTH, StandardCharsets.US_ASCII);
        byte[] value = Arrays.copyOfRange(bytes, HEAD, bytes.length);
        return Optional.of(StoredEntry.of(value, version, Duration.ofMillis(number(bytes) - nowMillis)));
    }

    private static boolean isEntry(byte[] bytes) {
        if (bytes.length < HEAD) {
            return false;
        }
        for (int i = 0; i < HEAD; i++) {
            if (i < DIGITS ? !isDigit(bytes[i]) : !isOfVersion(bytes[i])) {
                return false;
            }
        }
        return true;
    }

    private static long number(byte[] bytes) {
        long number = 0;
        for (int i = 0; i < DIGITS; i++) {
            number = number * 10 + bytes[i] - '0';
        }
        return number;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static boolean isOfVersion(byte b) {
        return isDigit(b) || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b == '-' || b == '_';
    }
}

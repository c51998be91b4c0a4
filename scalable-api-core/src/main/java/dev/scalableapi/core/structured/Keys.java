package dev.scalableapi.core.structured;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The keys of parameters and dictionaries (RFC 9651 section 3.1.2). */
final class Keys {
    private Keys() {}

    /** A copy in the same order, which nobody can change. */
    static <V> Map<String, V> checked(Map<String, V> map) {
        Map<String, V> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put(requireKey(key), Objects.requireNonNull(value)));
        return Collections.unmodifiableMap(copy);
    }

    private static String requireKey(String key) {
        if (key.isEmpty() || !isFirst(key.charAt(0)) || !key.chars().allMatch(c -> isFurther((char) c))) {
            throw new IllegalArgumentException(
                    "A key must be of lower-case letters, digits, _ - . and *, and begin with a letter or *");
        }
        return key;
    }

    static boolean isFirst(char c) {
        return c == '*' || (c >= 'a' && c <= 'z');
    }

    static boolean isFurther(char c) {
        return isFirst(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    }
}

package dev.scalableapi.auth;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks and copies additional claims of issued tokens: only values of JSON that every verifier reads the same way. */
final class IssuedClaims {
    /** Claims that {@link TokenIssuer} writes itself, and one that would change when its tokens are valid. */
    private static final Set<String> RESERVED = Set.of(
            "iss",
            "sub",
            "aud",
            "iat",
            "nbf",
            "exp",
            "jti",
            Claims.CLIENT_ID,
            Claims.TENANT,
            Claims.SESSION,
            Claims.SCOPE,
            Claims.ROLES,
            Claims.PERMISSIONS);

    private IssuedClaims() {}

    /** The name of an additional claim. */
    static String name(String name) {
        if (RESERVED.contains(name)) {
            throw new IllegalArgumentException("The claim " + name + " is written from the caller and the settings");
        }
        return memberName(name);
    }

    private static String memberName(@Nullable Object name) {
        if (!(name instanceof String text) || text.isBlank()) {
            throw new IllegalArgumentException("The name of a claim must be a string that is not blank");
        }
        return wellFormed(text);
    }

    /** A copy that nobody can change. The claims are the first level of nesting. */
    static Object value(@Nullable Object value) {
        return value(value, 2);
    }

    private static Object value(@Nullable Object value, int level) {
        if (value instanceof String text) {
            return wellFormed(text);
        } else if (value instanceof Instant instant) {
            return numericDate(instant);
        } else if (value instanceof Boolean || value instanceof Integer || value instanceof Long) {
            return value;
        } else if (value instanceof Double number && Double.isFinite(number)) {
            return value;
        }
        if (level > JwsReader.MAX_DEPTH) {
            throw new IllegalArgumentException("Claims may be nested " + JwsReader.MAX_DEPTH + " levels deep");
        }
        if (value instanceof Iterable<?> elements) {
            return array(elements, level);
        } else if (value instanceof Map<?, ?> members) {
            return object(members, level);
        }
        throw new IllegalArgumentException(
                "A claim must be a string, a boolean, an integer, a finite double, an Instant,"
                        + " a collection or a map of these");
    }

    private static Long numericDate(Instant instant) {
        long seconds = instant.getEpochSecond();
        if (seconds < 0 || seconds > ClaimValue.LAST_SECOND) {
            throw new IllegalArgumentException("A date must be from 1970 to the end of the year 9999");
        }
        return seconds;
    }

    private static List<Object> array(Iterable<?> elements, int level) {
        List<Object> array = new ArrayList<>();
        for (Object element : elements) {
            array.add(value(element, level + 1));
        }
        return Collections.unmodifiableList(array);
    }

    private static Map<String, Object> object(Map<?, ?> members, int level) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (Map.Entry<?, ?> member : members.entrySet()) {
            object.put(memberName(member.getKey()), value(member.getValue(), level + 1));
        }
        return Collections.unmodifiableMap(object);
    }

    /** UTF-8 has no form for a lone surrogate; written as a question mark, it would be another text. */
    static String wellFormed(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException("A text for a token is not well-formed Unicode");
        }
        return text;
    }
}

package dev.scalableapi.errors;

import dev.scalableapi.core.http.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads violations from a member of an error, which may be another server's and have any form. */
final class ViolationReader {
    private ViolationReader() {}

    static List<Violation> read(@Nullable Object member) {
        List<Violation> violations = new ArrayList<>();
        if (member instanceof List<?> list) {
            for (Object element : list) {
                Violation violation = violation(element);
                if (violation != null) {
                    violations.add(violation);
                }
            }
        }
        return List.copyOf(violations);
    }

    private static @Nullable Violation violation(Object element) {
        if (element instanceof Violation violation) {
            return violation;
        }
        return element instanceof Map<?, ?> members ? violation(members) : null;
    }

    private static @Nullable Violation violation(Map<?, ?> members) {
        Violation.Location location = location(members.get("location"));
        Object name = members.get(location == Violation.Location.BODY ? "pointer" : "parameter");
        if (location == null
                || !(name instanceof String place)
                || !(members.get("message") instanceof String message)) {
            return null;
        }
        try {
            return withKey(new Violation(location, place, message), members);
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    @SuppressWarnings("unchecked") // The names of members are texts.
    private static Violation withKey(Violation violation, Map<?, ?> members) {
        if (!(members.get("key") instanceof String key)) {
            return violation;
        }
        return members.get("parameters") instanceof Map<?, ?> parameters
                ? violation.withKey(key, (Map<String, Object>) parameters)
                : violation.withKey(key);
    }

    private static Violation.@Nullable Location location(@Nullable Object name) {
        for (Violation.Location location : Violation.Location.values()) {
            if (location.name().toLowerCase(Locale.ROOT).equals(name)) {
                return location;
            }
        }
        return null;
    }
}

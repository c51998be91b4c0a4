package dev.scalableapi.core.http;

import dev.scalableapi.core.internal.json.JsonCopy;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Checks what an application adds to an error: extension members and the parameters of a message. */
final class Members {
    private static final int MAX_MEMBERS = 20;
    private static final int MAX_NAME = 64;
    private static final int MAX_DEPTH = 6;
    private static final int MAX_SIZE = 8_192;

    private static final int MAX_PARAMETERS = 16;
    private static final int MAX_PARAMETER_SIZE = 2_000;

    /** Of problem details (RFC 9457 section 3.1), of the envelope, and of both. */
    private static final Set<String> TAKEN = Set.of(
            "type",
            "title",
            "status",
            "detail",
            "instance",
            "code",
            "message",
            "documentation",
            "traceId",
            "details",
            "errors",
            "truncated");

    private Members() {}

    /** A checked copy of extension members. */
    @SuppressWarnings("unchecked") // The copy of a map has the names that were checked.
    static Map<String, Object> extensions(Map<String, Object> members) {
        if (members.size() > MAX_MEMBERS) {
            throw new IllegalArgumentException("An error has at most " + MAX_MEMBERS + " extension members");
        }
        members.keySet().forEach(Members::requireExtensionName);
        return (Map<String, Object>) JsonCopy.of(members, MAX_DEPTH, MAX_SIZE);
    }

    /** RFC 9457 section 3.2 recommends at least three of these characters, so that formats other than JSON have the name. */
    private static void requireExtensionName(String name) {
        if (!isName(name) || name.length() < 3) {
            throw new IllegalArgumentException("The name of an extension member is a letter, and 2 to " + (MAX_NAME - 1)
                    + " letters, digits and underscores: " + name);
        }
        if (TAKEN.contains(name)) {
            throw new IllegalArgumentException("This member of an error is not an extension: " + name);
        }
    }

    /** A checked copy of the parameters of a message. */
    @SuppressWarnings("unchecked") // The copy of a map has the names that were checked.
    static Map<String, Object> parameters(Map<String, Object> parameters) {
        if (parameters.size() > MAX_PARAMETERS) {
            throw new IllegalArgumentException("A violation has at most " + MAX_PARAMETERS + " parameters");
        }
        parameters.forEach((name, value) -> {
            if (!isName(name) || value instanceof Map) {
                throw new IllegalArgumentException(
                        "A parameter has a name of a letter, and letters, digits and underscores, and no members: "
                                + name);
            }
        });
        // Sorted, as the order of Map.of changes from one start to the next.
        return (Map<String, Object>) JsonCopy.of(new TreeMap<>(parameters), 2, MAX_PARAMETER_SIZE);
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= MAX_NAME
                && isLetter(name.charAt(0))
                && name.chars().allMatch(c -> isLetter(c) || (c >= '0' && c <= '9') || c == '_');
    }

    private static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}

package dev.scalableapi.core.http;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.Objects;

/**
 * What is wrong with one input, and where it stands. All of it is shown to the client. Immutable.
 *
 * @param location the part of the request
 * @param name of the parameter or the header; for the body a JSON pointer (RFC 6901), empty for the whole of it
 * @param message a sentence for people, safe to show
 */
public record Violation(Location location, String name, String message) {
    private static final int LONGEST_POINTER = 200;

    /**
     * Checks the pointer, and that nothing is null.
     *
     * @param location the part of the request
     * @param name of the parameter or the header, or a JSON pointer
     * @param message a sentence for people
     * @throws IllegalArgumentException if the body's pointer is none
     */
    public Violation {
        Objects.requireNonNull(location, "location");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(message, "message");
        if (location == Location.BODY && !isPointer(name)) {
            throw new IllegalArgumentException("The place in a body is named by a JSON pointer, such as /price/amount");
        }
    }

    /** Strictly: Jackson's own would take a tilde for itself where it begins no escape. */
    private static boolean isPointer(String text) {
        for (int tilde = text.indexOf('~'); tilde >= 0; tilde = text.indexOf('~', tilde + 1)) {
            char escaped = tilde + 1 < text.length() ? text.charAt(tilde + 1) : ' ';
            if (escaped != '0' && escaped != '1') {
                return false;
            }
        }
        return text.isEmpty() || text.charAt(0) == '/';
    }

    /**
     * {@return a violation within the body}
     *
     * @param pointer a JSON pointer, such as {@code /price/amount}; empty for the whole body
     * @param message a sentence for people
     * @throws IllegalArgumentException if the pointer is none
     */
    public static Violation body(String pointer, String message) {
        return new Violation(Location.BODY, pointer, message);
    }

    /**
     * {@return a violation within the body}
     *
     * @param pointer made of names and indexes, which it escapes; where it is longer than 200 characters, the innermost
     *     place around it that is not, since the names of members are the client's
     * @param message a sentence for people
     */
    public static Violation body(JsonPointer pointer, String message) {
        JsonPointer place = pointer;
        while (place.length() > LONGEST_POINTER) {
            place = place.head();
        }
        return body(place.toString(), message);
    }

    /**
     * {@return a violation by a parameter of the query}
     *
     * @param name the parameter's
     * @param message a sentence for people
     */
    public static Violation query(String name, String message) {
        return new Violation(Location.QUERY, name, message);
    }

    /**
     * {@return a violation by a header}
     *
     * @param name the header's
     * @param message a sentence for people
     */
    public static Violation header(String name, String message) {
        return new Violation(Location.HEADER, name, message);
    }

    /**
     * {@return a violation by a parameter of the path}
     *
     * @param name the parameter's
     * @param message a sentence for people
     */
    public static Violation path(String name, String message) {
        return new Violation(Location.PATH, name, message);
    }

    /** The parts of a request that a client fills. */
    public enum Location {
        /** The content. */
        BODY,
        /** The parameters behind the question mark. */
        QUERY,
        /** The header fields. */
        HEADER,
        /** The parameters within the path. */
        PATH
    }
}

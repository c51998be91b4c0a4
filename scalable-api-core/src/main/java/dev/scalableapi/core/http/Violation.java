package dev.scalableapi.core.http;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with one input, and where it is. All of it is shown to the client. Immutable.
 *
 * <p>A key and parameters make the message translatable whatever its numbers are: the key {@code page.range} with the
 * parameters {@code min} and {@code max} stands for "The parameter page must be an integer from {min} to {max}." Every
 * violation of this library has a key.
 *
 * @param location the part of the request
 * @param name of the parameter or the header; for the body a JSON pointer (RFC 6901), empty for the whole body
 * @param message a sentence for people, safe to show
 * @param key stable name of the kind of message, for programs and translations; null if the message has none
 * @param parameters values in the message, sorted by name: texts, numbers, booleans and lists of these
 */
public record Violation(
        Location location,
        String name,
        String message,
        @Nullable String key,
        Map<String, Object> parameters) {
    private static final int LONGEST_POINTER = 200;
    private static final int LONGEST_KEY = 200;

    /**
     * Checks all and copies the parameters.
     *
     * @param location the part of the request
     * @param name of the parameter or the header, or a JSON pointer
     * @param message a sentence for people
     * @param key stable name of the kind of message
     * @param parameters values in the message
     * @throws IllegalArgumentException if the location is the body and the name is no JSON pointer; if the key is empty, has
     *     more than 200 characters, or others than visible ASCII; if there are more than 16 parameters, their names have
     *     other characters than ASCII letters, digits and underscores, or their values are of other types or longer than
     *     about 2,000 characters together
     */
    public Violation {
        Objects.requireNonNull(location, "location");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(message, "message");
        if (location == Location.BODY && !isPointer(name)) {
            throw new IllegalArgumentException("The place in a body is named by a JSON pointer, such as /price/amount");
        }
        if (key != null && (key.isEmpty() || key.length() > LONGEST_KEY || !HttpGrammar.isVisible(key))) {
            throw new IllegalArgumentException("The key of a message has 1 to 200 characters of visible ASCII");
        }
        parameters = Members.parameters(parameters);
    }

    /**
     * Makes a violation without a key.
     *
     * @param location the part of the request
     * @param name of the parameter or the header, or a JSON pointer
     * @param message a sentence for people
     * @throws IllegalArgumentException if the body's pointer is none
     */
    public Violation(Location location, String name, String message) {
        this(location, name, message, null, Map.of());
    }

    /**
     * {@return the same violation with a key for its message}
     *
     * @param messageKey stable, such as {@code quantity.max}
     * @throws IllegalArgumentException as {@link Violation}
     */
    public Violation withKey(String messageKey) {
        return withKey(messageKey, Map.of());
    }

    /**
     * {@return the same violation with a key and parameters for its message}
     *
     * @param messageKey stable, such as {@code quantity.max}
     * @param messageParameters values in the message by name, such as {@code Map.of("max", 3)}
     * @throws IllegalArgumentException as {@link Violation}
     */
    public Violation withKey(String messageKey, Map<String, Object> messageParameters) {
        return new Violation(location, name, message, messageKey, messageParameters);
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

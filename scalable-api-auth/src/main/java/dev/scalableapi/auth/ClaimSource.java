package dev.scalableapi.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The place of a value in the claims of a token, and the JSON form that it must have. A token whose claim has another
 * form is rejected as malformed. Immutable.
 *
 * <p>The path is a list of member names, so that a name may contain any character:
 * {@code of("realm_access", "roles")} is the member {@code roles} of the claim {@code realm_access};
 * {@code of("https://shop.example/roles")} and {@code of("cognito:groups")} are claims.
 *
 * @param path the name of the claim, then the names of the members that lead from it to the value
 * @param form the JSON form of the value
 */
public record ClaimSource(List<String> path, Form form) {
    private static final int MAX_PATH = 8;

    /** The JSON form of a value. */
    public enum Form {
        /** A string; where several values are possible, a string or an array of strings. */
        ANY,
        /** A string. */
        STRING,
        /** A string, or an integer, which is read as its decimal digits. Only where one value is possible. */
        STRING_OR_INTEGER,
        /** An array of strings. Only where several values are possible. */
        ARRAY,
        /** An object, whose member names are the values. Only where several values are possible. */
        MEMBER_NAMES
    }

    /**
     * Copies the path.
     *
     * @param path the names that lead to the value, outermost first
     * @param form the accepted form of the value
     * @throws IllegalArgumentException if the path is empty, has more than 8 names, or a name is empty
     */
    public ClaimSource {
        path = List.copyOf(path);
        if (path.isEmpty() || path.size() > MAX_PATH || path.contains("")) {
            throw new IllegalArgumentException(
                    "The path of a claim has 1 to " + MAX_PATH + " names that are not empty");
        }
    }

    /**
     * {@return the source of a string, or of an array of strings where several values are possible}
     *
     * @param claim the name of the claim
     * @param members the names of the members that lead from the claim to the value
     */
    public static ClaimSource of(String claim, String... members) {
        return of(Form.ANY, claim, members);
    }

    /**
     * {@return the source of a value in this form}
     *
     * @param form the JSON form of the value
     * @param claim the name of the claim
     * @param members the names of the members that lead from the claim to the value
     */
    public static ClaimSource of(Form form, String claim, String... members) {
        return new ClaimSource(
                Stream.concat(Stream.of(claim), Stream.of(members)).toList(), form);
    }

    boolean isSingle() {
        return form != Form.ARRAY && form != Form.MEMBER_NAMES;
    }

    boolean isMultiple() {
        return form != Form.STRING_OR_INTEGER;
    }

    /** The path in one string, for logs and metrics. */
    String name() {
        return String.join(".", path);
    }

    /** The value; null if it is absent, or if an object on the path is absent or a JSON null. */
    @Nullable JsonNode find(ObjectNode claims) throws RejectionException {
        JsonNode node = claims;
        for (String member : path) {
            if (node.isNull()) {
                return null;
            }
            if (!node.isObject()) {
                throw malformed();
            }
            node = node.get(member);
            if (node == null) {
                return null;
            }
        }
        return node;
    }

    /** The value as one string that is not blank; null if it is absent. */
    @Nullable String text(ObjectNode claims) throws RejectionException {
        JsonNode node = find(claims);
        if (node == null) {
            return null;
        }
        if (form == Form.STRING_OR_INTEGER && node.isIntegralNumber()) {
            return node.asText();
        }
        return text(node);
    }

    /** The values, none of them blank; null if they are absent. */
    @Nullable List<String> texts(ObjectNode claims) throws RejectionException {
        JsonNode node = find(claims);
        if (node == null) {
            return null;
        }
        if (form == Form.MEMBER_NAMES) {
            return memberNames(node);
        }
        return node.isArray() && form != Form.STRING ? elements(node) : List.of(only(node));
    }

    /** The values, each of which may contain several, separated by spaces (RFC 6749 section 3.3); null if absent. */
    @Nullable List<String> words(ObjectNode claims) throws RejectionException {
        JsonNode node = find(claims);
        if (node != null && node.isTextual() && (form == Form.ANY || form == Form.STRING)) {
            return Scopes.words(node.textValue());
        }
        List<String> texts = texts(claims);
        if (texts == null) {
            return null;
        }
        List<String> words = new ArrayList<>(texts.size());
        for (String text : texts) {
            words.addAll(Scopes.words(text));
        }
        return words;
    }

    private String only(JsonNode node) throws RejectionException {
        if (form == Form.ARRAY) {
            throw malformed();
        }
        return text(node);
    }

    private List<String> elements(JsonNode array) throws RejectionException {
        List<String> texts = new ArrayList<>(array.size());
        for (JsonNode element : array) {
            texts.add(text(element));
        }
        return texts;
    }

    private List<String> memberNames(JsonNode node) throws RejectionException {
        if (!node.isObject()) {
            throw malformed();
        }
        List<String> names = new ArrayList<>(node.size());
        for (Iterator<String> each = node.fieldNames(); each.hasNext(); ) {
            names.add(wellFormed(each.next()));
        }
        return names;
    }

    private String text(JsonNode node) throws RejectionException {
        if (!node.isTextual()) {
            throw malformed();
        }
        return wellFormed(node.textValue());
    }

    private String wellFormed(String text) throws RejectionException {
        if (text.isBlank() || !ParsedClaim.isWellFormed(text)) {
            throw malformed();
        }
        return text;
    }

    RejectionException malformed() {
        return new RejectionException(Verification.Reason.MALFORMED, name());
    }
}

package dev.scalableapi.core.fields;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.Violation;
import java.util.Map;

/**
 * Reads a mask by recursive descent; the depth is limited, so the stack is too. For one text, by one thread.
 *
 * <pre>
 * list  = field *( "," field )
 * field = "*" / name [ "." field / "(" list ")" ]
 * name  = 1*( letter / mark / digit / connector, such as "_" / "-" / "@" / "$" / ":" )
 * </pre>
 */
final class FieldMaskParser {
    private static final int MAX_LENGTH = 2_000;
    private static final int MAX_DEPTH = 10;
    private static final int MAX_NAMES = 200;
    private static final int MAX_ECHO = 64;
    private static final String NAME_PUNCTUATION = "-@$:";

    private final String text;
    private final UnknownNames unknownNames;
    private int at;
    private int names;

    FieldMaskParser(String text, UnknownNames unknownNames) {
        this.text = text;
        this.unknownNames = unknownNames;
    }

    Selection parse(Shape shape) {
        Selection.Draft draft = new Selection.Draft();
        list(draft, shape, 1);
        if (at < text.length()) {
            throw malformed("Nothing, a comma, a dot or an opening parenthesis", "fields.end");
        }
        return draft.build();
    }

    private void list(Selection.Draft draft, Shape shape, int depth) {
        do {
            field(draft, shape, depth);
        } while (skip(','));
    }

    private void field(Selection.Draft draft, Shape shape, int depth) {
        if (depth > MAX_DEPTH) {
            throw refusal(
                    "The fields nest deeper than " + MAX_DEPTH + " levels at offset " + at + ".",
                    "fields.depth",
                    Map.of("max", MAX_DEPTH, "offset", at));
        }
        int start = at;
        String name = skip('*') ? "*" : name();
        if (at > MAX_LENGTH) {
            throw refusal(
                    "The list of fields is longer than " + MAX_LENGTH + " characters.",
                    "fields.length",
                    Map.of("max", MAX_LENGTH));
        }
        if (name.equals("*") && !shape.isLeaf()) {
            draft.all();
            return;
        }
        Shape member = shape.member(name);
        if (member != null) {
            members(draft.member(name), member, depth);
        } else if (unknownNames == UnknownNames.LEFT_OUT) {
            members(new Selection.Draft(), Shape.FREE_FORM, depth);
        } else {
            throw refusal(
                    "There is no field " + shortened(name) + ", named at offset " + start + ".",
                    "fields.unknown",
                    Map.of("field", shortened(name), "offset", start));
        }
    }

    private void members(Selection.Draft draft, Shape shape, int depth) {
        if (skip('.')) {
            field(draft, shape, depth + 1);
        } else if (skip('(')) {
            list(draft, shape, depth + 1);
            if (!skip(')')) {
                throw malformed("A closing parenthesis", "fields.parenthesis");
            }
        } else {
            draft.all();
        }
    }

    private String name() {
        int start = at;
        while (at < text.length() && isNameCharacter(text.codePointAt(at))) {
            at += Character.charCount(text.codePointAt(at));
        }
        if (at == start) {
            throw malformed("The name of a field", "fields.name");
        }
        if (++names > MAX_NAMES) {
            throw refusal("More than " + MAX_NAMES + " fields are named.", "fields.count", Map.of("max", MAX_NAMES));
        }
        return text.substring(start, at);
    }

    private static boolean isNameCharacter(int c) {
        return NAME_PUNCTUATION.indexOf(c) >= 0
                || (Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c));
    }

    private boolean skip(char c) {
        boolean there = at < text.length() && text.charAt(at) == c;
        if (there) {
            at++;
        }
        return there;
    }

    private static String shortened(String name) {
        if (name.length() <= MAX_ECHO) {
            return name;
        }
        // Half of a surrogate pair cannot be written as UTF-8.
        int end = Character.isHighSurrogate(name.charAt(MAX_ECHO - 1)) ? MAX_ECHO - 1 : MAX_ECHO;
        return name.substring(0, end) + "...";
    }

    private ApiException malformed(String expected, String key) {
        return refusal(expected + " is expected at offset " + at + ".", key, Map.of("offset", at));
    }

    private static ApiException refusal(String message, String key, Map<String, Object> parameters) {
        return ApiException.of(
                400,
                "INVALID_PARAMETER",
                Violation.query(FieldMask.PARAMETER, message).withKey(key, parameters));
    }

    /** What becomes of the name of a field that there is not. */
    enum UnknownNames {
        REFUSED,
        LEFT_OUT
    }
}

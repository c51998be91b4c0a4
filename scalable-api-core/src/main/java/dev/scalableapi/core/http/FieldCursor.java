package dev.scalableapi.core.http;

import org.jspecify.annotations.Nullable;

/**
 * Reads a field value from left to right by the lexical rules of RFC 9110 section 5.6. It looks at each character once,
 * and never backwards. Not thread-safe.
 */
final class FieldCursor {
    private final String text;
    private int position;

    FieldCursor(String text) {
        this.text = text;
    }

    boolean atEnd() {
        return position == text.length();
    }

    /** The character under the cursor; NUL, which no field value holds, at the end. */
    char peek() {
        return atEnd() ? 0 : text.charAt(position);
    }

    /** Moves behind the character if the cursor stands on it. */
    boolean take(char expected) {
        if (peek() != expected || atEnd()) {
            return false;
        }
        position++;
        return true;
    }

    /** Optional white space: blanks and tabs. */
    void skipWhitespace() {
        while (peek() == ' ' || peek() == '\t') {
            position++;
        }
    }

    int position() {
        return position;
    }

    /** The token at the cursor; empty where there is none. */
    String token() {
        int start = position;
        skipToken();
        return text.substring(start, position);
    }

    void skipToken() {
        while (!atEnd() && HttpGrammar.isTokenCharacter(text.charAt(position))) {
            position++;
        }
    }

    /** A token, or what a quoted string spells; null where there is neither. */
    @Nullable String tokenOrQuoted() {
        if (peek() == '"') {
            return quoted();
        }
        String token = token();
        return token.isEmpty() ? null : token;
    }

    private @Nullable String quoted() {
        StringBuilder spelled = new StringBuilder();
        position++;
        while (!atEnd()) {
            char c = text.charAt(position++);
            if (c == '"') {
                return spelled.toString();
            }
            if (c == '\\') {
                if (atEnd()) {
                    return null;
                }
                c = text.charAt(position++);
            }
            spelled.append(c);
        }
        return null;
    }

    /** The characters up to the next double quote, and moves behind that; null if there is no further one. */
    @Nullable String untilQuote() {
        int quote = text.indexOf('"', position);
        if (quote < 0) {
            return null;
        }
        String before = text.substring(position, quote);
        position = quote + 1;
        return before;
    }

    /** Moves to the comma that ends this member of a list, or to the end; a comma in quotes is none. */
    void skipMember() {
        while (!atEnd() && peek() != ',') {
            if (peek() != '"') {
                position++;
            } else if (quoted() == null) {
                position = text.length();
            }
        }
    }
}

package dev.scalableapi.core.http;

import org.jspecify.annotations.Nullable;

/**
 * Reads a field value from left to right by the lexical rules of RFC 9110 section 5.6. It looks at each character once,
 * and never backwards. Not thread-safe.
 */
sealed class FieldCursor permits EntityTagCursor {
    final String text;
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
        int start = position + 1;
        String spelled = skipQuoted() ? unescaped(text.substring(start, position - 1)) : null;
        return spelled != null && HttpGrammar.isFieldValue(spelled) ? spelled : null;
    }

    private static String unescaped(String text) {
        StringBuilder spelled = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            i += text.charAt(i) == '\\' ? 1 : 0;
            spelled.append(text.charAt(i));
        }
        return spelled.toString();
    }

    /** Whether the quoted string at the cursor ends; moves behind it. */
    private boolean skipQuoted() {
        position++;
        while (!atEnd()) {
            char c = text.charAt(position++);
            if (c == '"') {
                return true;
            }
            if (c == '\\' && !atEnd()) {
                position++;
            }
        }
        return false;
    }

    /** Whether a token or a quoted string stands at the cursor; moves behind it. */
    boolean skipTokenOrQuoted() {
        if (peek() == '"') {
            return skipQuoted();
        }
        int start = position;
        skipToken();
        return position > start;
    }

    /** What comes before the first of these characters, or before the end. */
    String upTo(String stops) {
        int start = position;
        while (!atEnd() && stops.indexOf(text.charAt(position)) < 0) {
            position++;
        }
        return text.substring(start, position);
    }

    void skipEntityTagCharacters() {
        while (!atEnd() && HttpGrammar.isEntityTagCharacter(text.charAt(position))) {
            position++;
        }
    }

    /** Moves to the comma that ends this member of a list, or to the end; a comma in quotes is none. */
    void skipMember() {
        while (!atEnd() && peek() != ',') {
            if (peek() == '"') {
                skipQuoted();
            } else {
                position++;
            }
        }
    }

    /** Whether a list has a member that begins with this token, in any case. */
    static boolean listHas(String list, String token) {
        FieldCursor cursor = new FieldCursor(list);
        while (!cursor.atEnd()) {
            cursor.skipWhitespace();
            int start = cursor.position();
            cursor.skipToken();
            if (cursor.position() - start == token.length()
                    && list.regionMatches(true, start, token, 0, token.length())) {
                return true;
            }
            cursor.skipMember();
            cursor.take(',');
        }
        return false;
    }
}

package dev.scalableapi.core.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The character classes of RFC 9110 section 5.6 and the percent-encoding of RFC 3986 section 2.1. */
final class HttpGrammar {
    private static final String TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~";

    private HttpGrammar() {}

    static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isTokenCharacter(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    static boolean isTokenCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || TOKEN_PUNCTUATION.indexOf(c) >= 0;
    }

    /** Whether the text can stand as a field value: no CR, LF, NUL or other control character but the tab. */
    static boolean isFieldValue(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                return false;
            }
        }
        return true;
    }

    /** Decodes each escape once as UTF-8; null where an escape or the UTF-8 that it spells is malformed. */
    static @Nullable String percentDecode(String text, PlusSign plus) {
        if (text.indexOf('%') < 0 && (plus == PlusSign.LITERAL || text.indexOf('+') < 0)) {
            return text;
        }
        ByteBuffer bytes = ByteBuffer.allocate(text.length() * 3);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int octet = i + 2 < text.length() ? octet(text.charAt(i + 1), text.charAt(i + 2)) : -1;
                if (octet < 0) {
                    return null;
                }
                bytes.put((byte) octet);
                i += 2;
            } else if (c == '+' && plus == PlusSign.SPACE) {
                bytes.put((byte) ' ');
            } else if (c < 0x80) {
                bytes.put((byte) c);
            } else {
                bytes.put(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException malformed) {
            return null;
        }
    }

    private static int octet(char high, char low) {
        int h = hex(high);
        int l = hex(low);
        return h < 0 || l < 0 ? -1 : h << 4 | l;
    }

    /** ASCII only, unlike {@link Character#digit}, which also takes full-width digits. */
    private static int hex(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        char lower = (char) (c | 0x20);
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    /** What a plus sign means: a space in a query (the form encoding), itself in a path. */
    enum PlusSign {
        SPACE,
        LITERAL
    }
}

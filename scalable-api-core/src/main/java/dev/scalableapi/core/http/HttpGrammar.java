package dev.scalableapi.core.http;

import dev.scalableapi.core.internal.AsciiDigits;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The character classes of RFC 9110 section 5.6 and the percent-encoding of RFC 3986 section 2.1. */
final class HttpGrammar {
    /** A bit for each character of a token below 64, and one for each from 64 on. */
    private static final long TOKEN_LOW = bits("!#$%&'*+-.0123456789");

    private static final long TOKEN_HIGH = bits("ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~");
    private static final String NOT_IN_AUTHORITY = "/\\?#@\"<>{}|^`,;";

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
        return c < 128 && ((c < 64 ? TOKEN_LOW : TOKEN_HIGH) >>> c & 1) != 0;
    }

    /** A shift counts by the last six bits of the character, so both halves begin at bit 0. */
    private static long bits(String characters) {
        return characters.chars().mapToLong(c -> 1L << c).reduce(0, (one, other) -> one | other);
    }

    /** What may stand between the quotes of an entity tag (RFC 9110 section 8.8.3). */
    static boolean isEntityTagCharacter(char c) {
        return c == '!' || (c >= '#' && c <= '~') || (c >= 0x80 && c <= 0xff);
    }

    /** Whether the text can stand as a field value: octets, without CR, LF, NUL and other controls but the tab. */
    static boolean isFieldValue(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
                return false;
            }
        }
        return true;
    }

    /** Whether the text is visible ASCII: no white space, no control character, nothing that needs an encoding. */
    static boolean isVisible(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) <= ' ' || text.charAt(i) >= 0x7f) {
                return false;
            }
        }
        return true;
    }

    /** The quoted string that spells a text which can stand in a field. */
    static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** Whether the text is a number as fields spell it: of at least one digit, without a sign, in ASCII. */
    static boolean isDigits(String text) {
        return AsciiDigits.isAllDigits(text);
    }

    /** Whether the text can be host and port; a user's name before them is refused (RFC 9110 section 4.2.4). */
    static boolean isAuthority(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (NOT_IN_AUTHORITY.indexOf(text.charAt(i)) >= 0) {
                return false;
            }
        }
        return isVisible(text);
    }

    /**
     * Decodes each escape once as UTF-8; null where an escape or the UTF-8 that it spells is malformed, or where
     * something stands unescaped that is not ASCII.
     */
    static @Nullable String percentDecode(String text, PlusSign plus) {
        int plain = plainPrefix(text, plus);
        return plain == text.length() ? text : decode(text, plain, plus);
    }

    private static int plainPrefix(String text, PlusSign plus) {
        int i = 0;
        while (i < text.length() && isPlain(text.charAt(i), plus)) {
            i++;
        }
        return i;
    }

    private static boolean isPlain(char c, PlusSign plus) {
        return c < 0x80 && c != '%' && (c != '+' || plus == PlusSign.LITERAL);
    }

    private static @Nullable String decode(String text, int plain, PlusSign plus) {
        ByteBuffer octets = ByteBuffer.allocate(text.length());
        octets.put(text.substring(0, plain).getBytes(StandardCharsets.US_ASCII));
        for (int i = plain; i < text.length(); i++) {
            char c = text.charAt(i);
            int octet = isPlain(c, plus) ? c : -1;
            if (c == '+' && plus == PlusSign.SPACE) {
                octet = ' ';
            } else if (c == '%' && i + 2 < text.length()) {
                octet = octet(text.charAt(++i), text.charAt(++i));
            }
            if (octet < 0) {
                return null;
            }
            octets.put((byte) octet);
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(octets.flip()).toString();
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
    static int hex(char c) {
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

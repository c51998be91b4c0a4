package dev.scalableapi.auth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Base64url without padding (RFC 4648 section 5, RFC 7515 section 2). Decoding takes the one canonical spelling of the
 * bytes and nothing else, so that two different tokens never decode to the same bytes.
 */
final class Base64Url {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final int NONE = 0x80;
    /** The value of each byte, or {@link #NONE}: a string, since it can't be changed. */
    private static final String VALUES = values();

    private Base64Url() {}

    private static String values() {
        StringBuilder values = new StringBuilder(256);
        for (char c = 0; c < 256; c++) {
            int value = ALPHABET.indexOf(c);
            values.append((char) (value < 0 ? NONE : value));
        }
        return values.toString();
    }

    static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Decodes a part of the text; null unless it is canonical. */
    static byte @Nullable [] decode(String text, int start, int end) {
        return decode(text.substring(start, end).getBytes(StandardCharsets.ISO_8859_1), 0, end - start);
    }

    /** Decodes a part of the text, one byte a character; null unless it is canonical. */
    static byte @Nullable [] decode(byte[] text, int start, int end) {
        int extra = (end - start) & 3;
        if (extra == 1) {
            return null;
        }
        byte[] bytes = new byte[(end - start) / 4 * 3 + Math.max(0, extra - 1)];
        int last = end - extra;
        int written = 0;
        int seen = 0;
        for (int i = start; i < last; i += 4) {
            int a = value(text[i]);
            int b = value(text[i + 1]);
            int c = value(text[i + 2]);
            int d = value(text[i + 3]);
            seen |= a | b | c | d;
            int group = a << 18 | b << 12 | c << 6 | d;
            bytes[written] = (byte) (group >> 16);
            bytes[written + 1] = (byte) (group >> 8);
            bytes[written + 2] = (byte) group;
            written += 3;
        }
        if (extra > 0) {
            seen |= tail(text, last, extra, bytes, written);
        }
        return (seen & NONE) == 0 ? bytes : null;
    }

    /** The last one or two bytes; the bits that are left over must be zero. */
    private static int tail(byte[] text, int from, int extra, byte[] bytes, int written) {
        int a = value(text[from]);
        int b = value(text[from + 1]);
        bytes[written] = (byte) (a << 2 | b >> 4);
        if (extra == 2) {
            return a | b | ((b & 0xf) == 0 ? 0 : NONE);
        }
        int c = value(text[from + 2]);
        bytes[written + 1] = (byte) (b << 4 | c >> 2);
        return a | b | c | ((c & 3) == 0 ? 0 : NONE);
    }

    private static int value(byte character) {
        return VALUES.charAt(character & 0xff);
    }
}

package dev.scalableapi.auth;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Base64url without padding (RFC 4648 section 5, RFC 7515 section 2). Decoding takes the one canonical spelling of the
 * bytes and nothing else, so that two different tokens never decode to the same bytes.
 */
final class Base64Url {
    private Base64Url() {}

    static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Decodes a part of the text; null unless it is canonical. */
    static byte @Nullable [] decode(String text, int start, int end) {
        int extra = (end - start) % 4;
        byte[] bytes = new byte[(end - start) / 4 * 3 + Math.max(0, extra - 1)];
        int bits = 0;
        int pending = 0;
        int written = 0;
        for (int i = start; i < end; i++) {
            int value = value(text.charAt(i));
            if (value < 0) {
                return null;
            }
            bits = bits << 6 | value;
            pending += 6;
            if (pending >= 8) {
                pending -= 8;
                bytes[written++] = (byte) (bits >> pending);
                bits &= (1 << pending) - 1;
            }
        }
        return extra == 1 || bits != 0 ? null : bytes;
    }

    private static int value(char c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return c == '-' ? 62 : c == '_' ? 63 : -1;
    }
}

package dev.scalableapi.errors;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The text of a URI by RFC 3986: the JDK's may hold letters beyond ASCII, and brackets elsewhere than around an address. */
final class UriReference {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private UriReference() {}

    static String of(URI uri) {
        String text = uri.toString();
        return isPlain(text) ? text : escaped(uri);
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80 || c == '[' || c == ']') {
                return false;
            }
        }
        return true;
    }

    private static String escaped(URI uri) {
        String text = ascii(uri.toString());
        String host = uri.getHost();
        int end = host != null && host.startsWith("[") ? text.indexOf(']') + 1 : 0;
        return text.substring(0, end) + text.substring(end).replace("[", "%5B").replace("]", "%5D");
    }

    /** By hand, as {@link URI#toASCIIString} fails at a lone surrogate; that becomes a question mark. */
    private static String ascii(String text) {
        StringBuilder ascii = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b < 0) {
                HEX.toHexDigits(ascii.append('%'), b);
            } else {
                ascii.append((char) b);
            }
        }
        return ascii.toString();
    }
}

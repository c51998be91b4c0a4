package dev.scalableapi.core.internal;

/**
 * The digits 0 to 9. {@link Integer#parseInt}, {@link java.math.BigDecimal} and {@link Character#isDigit} also accept the
 * digits of other scripts, which the grammars of HTTP and JSON exclude.
 */
public final class AsciiDigits {
    private AsciiDigits() {}

    /**
     * {@return whether the text has at least one character, and each of them is a digit}
     *
     * @param text any text
     */
    public static boolean isAllDigits(String text) {
        return !text.isEmpty() && end(text, 0) == text.length();
    }

    /**
     * {@return the index after the digits that begin at an index; the index itself if there is none}
     *
     * @param text any text
     * @param start from 0 to the length of the text
     */
    public static int end(String text, int start) {
        int end = start;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end;
    }
}

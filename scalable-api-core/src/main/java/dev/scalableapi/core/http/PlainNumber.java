package dev.scalableapi.core.http;

import dev.scalableapi.core.internal.AsciiDigits;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads numbers that a client or a setting writes as text, such as amounts of money: ASCII digits without leading zeros,
 * and in decimals an optional fraction, which is a point followed by at least one digit. {@link BigDecimal} and
 * {@link Long#parseLong} accept more: a plus sign, an exponent, a point without digits on both sides, and the digits of
 * other scripts.
 *
 * <p>Each method returns an empty result for any other text, for a decimal of more than 50 characters, and for an integer
 * that a {@code long} cannot hold. No method throws.
 */
public final class PlainNumber {
    private static final int MAX_DECIMAL = 50;
    private static final int MAX_INTEGER = 20;

    private PlainNumber() {}

    /**
     * {@return the number, which is not negative, with as many decimal places as the text has}
     *
     * @param text any text; a sign is rejected
     */
    public static Optional<BigDecimal> parseDecimal(String text) {
        return isDecimal(text, 0) ? Optional.of(new BigDecimal(text)) : Optional.empty();
    }

    /**
     * {@return the number, with as many decimal places as the text has}
     *
     * @param text any text; a minus sign may precede the digits
     */
    public static Optional<BigDecimal> parseSignedDecimal(String text) {
        return isDecimal(text, firstDigit(text)) ? Optional.of(new BigDecimal(text)) : Optional.empty();
    }

    /**
     * {@return the number, which is not negative}
     *
     * @param text any text; a sign is rejected
     */
    public static OptionalLong parseInteger(String text) {
        return isInteger(text, 0) ? parse(text) : OptionalLong.empty();
    }

    /**
     * {@return the number}
     *
     * @param text any text; a minus sign may precede the digits, but not a zero
     */
    public static OptionalLong parseSignedInteger(String text) {
        int start = firstDigit(text);
        return isInteger(text, start) && (start == 0 || text.charAt(start) != '0') ? parse(text) : OptionalLong.empty();
    }

    private static int firstDigit(String text) {
        return text.startsWith("-") ? 1 : 0;
    }

    /** The limit comes first, because the time to read a number grows faster than its length. */
    private static boolean isDecimal(String text, int start) {
        if (text.length() > MAX_DECIMAL) {
            return false;
        }
        int point = wholeEnd(text, start);
        boolean isWhole = point > start && point == text.length();
        return isWhole
                || (point > start
                        && text.charAt(point) == '.'
                        && AsciiDigits.end(text, point + 1) == text.length()
                        && text.length() > point + 1);
    }

    private static boolean isInteger(String text, int start) {
        return text.length() > start && text.length() <= MAX_INTEGER && wholeEnd(text, start) == text.length();
    }

    /** The index after the whole part; the start if there is none or it has a leading zero. */
    private static int wholeEnd(String text, int start) {
        int end = AsciiDigits.end(text, start);
        return end > start + 1 && text.charAt(start) == '0' ? start : end;
    }

    private static OptionalLong parse(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException tooLarge) {
            return OptionalLong.empty();
        }
    }
}

package dev.scalableapi.core.page;

import dev.scalableapi.core.internal.AsciiDigits;

/** Plain decimal integers from 1: without sign, white space or leading zeros. */
final class PositiveInteger {
    /** What has more digits than {@link Integer#MAX_VALUE} is larger. */
    private static final int INT_DIGITS = 10;

    private PositiveInteger() {}

    static boolean isSpelledBy(String text) {
        return AsciiDigits.isAllDigits(text) && text.charAt(0) != '0';
    }

    /** The number; any number beyond those of an int stands for all of them. */
    static long parse(String digits) {
        return digits.length() > INT_DIGITS ? Long.MAX_VALUE : Long.parseLong(digits);
    }
}

package dev.scalableapi.core.page;

/** Plain decimal integers from 1: without sign, white space or leading zeros. */
final class PositiveInteger {
    /** What has more digits than {@link Integer#MAX_VALUE} is larger. */
    private static final int INT_DIGITS = 10;

    private PositiveInteger() {}

    /** ASCII only, unlike {@link Integer#parseInt}, which also takes a sign and the digits of other scripts. */
    static boolean isSpelledBy(String text) {
        return !text.isEmpty() && text.charAt(0) != '0' && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** The number; any number beyond those of an int stands for all of them. */
    static long parse(String digits) {
        return digits.length() > INT_DIGITS ? Long.MAX_VALUE : Long.parseLong(digits);
    }
}

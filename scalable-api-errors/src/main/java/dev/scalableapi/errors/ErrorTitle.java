package dev.scalableapi.errors;

import java.util.Locale;

/** Titles that are made from codes. */
final class ErrorTitle {
    private ErrorTitle() {}

    /** The same at each occurrence, as RFC 9457 section 3.1.3 asks. */
    static String of(String code) {
        String words = code.replace('_', ' ').toLowerCase(Locale.ROOT);
        return words.isEmpty() ? words : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }
}

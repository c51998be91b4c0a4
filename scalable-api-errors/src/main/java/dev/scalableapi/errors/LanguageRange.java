package dev.scalableapi.errors;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One range of an {@code Accept-Language} with its weight in thousandths (RFC 9110 section 12.5.4).
 *
 * <p>Not the JDK's class of this name: that one takes any text for a weight, and adds ranges of its own.
 */
record LanguageRange(String range, int weight) {
    /** So many ranges are looked at: nobody speaks more. */
    private static final int MAX_RANGES = 32;

    /** Longer than any tag in use (RFC 5646 section 4.4.1); each part costs a look-up. */
    private static final int LONGEST = 100;

    private static final int FULL = 1000;

    /**
     * The language by the lookup of RFC 4647 section 3.4: for the best range that is or begins with a language of ours,
     * that language. Empty where there is none, or where the field is malformed.
     *
     * @param field the field's lines joined
     * @param languages which we have, in lower case
     */
    static Optional<String> lookup(String field, Predicate<String> languages) {
        List<LanguageRange> ranges = parse(field);
        return ranges.stream()
                .filter(range -> range.weight > 0)
                .sorted(Comparator.comparingInt(LanguageRange::weight).reversed())
                .flatMap(range -> range.lookup(languages).stream())
                .filter(language -> !isRefused(language, ranges))
                .findFirst();
    }

    private static boolean isRefused(String language, List<LanguageRange> ranges) {
        return ranges.stream().anyMatch(range -> range.weight == 0 && range.range.equals(language));
    }

    private Optional<String> lookup(Predicate<String> languages) {
        String tag = range;
        while (!tag.isEmpty() && !languages.test(tag)) {
            tag = tag.substring(0, Math.max(0, tag.lastIndexOf('-')));
        }
        return tag.isEmpty() ? Optional.empty() : Optional.of(tag);
    }

    /** In the order of the field; none where it is malformed. */
    private static List<LanguageRange> parse(String field) {
        List<LanguageRange> ranges = new ArrayList<>();
        for (String member : field.split(",", MAX_RANGES + 1)) {
            String text = member.strip();
            int semicolon = text.indexOf(';');
            String range = (semicolon < 0 ? text : text.substring(0, semicolon)).strip();
            int weight = semicolon < 0
                    ? FULL
                    : thousandths(text.substring(semicolon + 1).strip());
            if (ranges.size() == MAX_RANGES) {
                return ranges;
            }
            if (!text.isEmpty()) {
                if (weight < 0 || !isRange(range)) {
                    return List.of();
                }
                ranges.add(new LanguageRange(range.toLowerCase(Locale.ROOT), weight));
            }
        }
        return ranges;
    }

    /** RFC 4647 section 2.1: letters, then letters and digits, at most eight between hyphens; or an asterisk. */
    private static boolean isRange(String text) {
        if (text.equals("*")) {
            return true;
        }
        int part = 0;
        boolean digits = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean digit = c >= '0' && c <= '9' && digits;
            if (c == '-' && part > 0) {
                part = 0;
                digits = true;
            } else if ((letter || digit) && part < 8) {
                part++;
            } else {
                return false;
            }
        }
        return part > 0 && text.length() <= LONGEST;
    }

    /** Thousandths, or -1 if the text is no weight. The zero before the point may be missing, as in {@code q=.5}. */
    private static int thousandths(String text) {
        boolean named = text.startsWith("q=") || text.startsWith("Q=");
        String given = named ? text.substring(2) : "";
        String value = given.startsWith(".") && given.length() > 1 ? "0" + given : given;
        boolean shaped = !value.isEmpty() && value.length() <= 5 && (value.length() == 1 || value.charAt(1) == '.');
        if (!shaped || value.charAt(0) < '0' || value.charAt(0) > '1') {
            return -1;
        }
        int weight = (value.charAt(0) - '0') * FULL;
        for (int i = 2, unit = 100; i < value.length(); i++, unit /= 10) {
            int digit = value.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            weight += digit * unit;
        }
        return weight > FULL ? -1 : weight;
    }
}

package dev.scalableapi.errors;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The ranges of an {@code Accept} field (RFC 9110 section 12.5.1). What is malformed counts as not there. */
record AcceptField(List<Range> ranges) {
    /** More ranges than any client sends. */
    private static final int MAX_RANGES = 64;

    static AcceptField parse(String field) {
        List<Range> ranges = new ArrayList<>(4);
        for (String element : split(field, ',')) {
            List<String> parts = split(element, ';');
            int weight = weight(parts.subList(1, parts.size()));
            if (weight >= 0 && ranges.size() < MAX_RANGES) {
                ranges.add(new Range(parts.get(0).strip().toLowerCase(Locale.ROOT), weight));
            }
        }
        return new AcceptField(ranges);
    }

    /** How much a media type is wanted: the weight that its most specific range gives it. */
    Weight weigh(String mediaType) {
        return ranges.stream()
                .map(range -> new Weight(range.weight, range.specificity(mediaType)))
                .filter(weight -> weight.specificity > 0)
                .max(Comparator.comparingInt(Weight::specificity).thenComparingInt(Weight::thousandths))
                .orElse(new Weight(0, 0));
    }

    /** Splits outside of quoted strings. */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>(4);
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && quoted) {
                i++;
            } else if (c == separator && !quoted) {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    /** In thousandths, 1000 where there is none, -1 where it is malformed. */
    private static int weight(List<String> parameters) {
        for (String parameter : parameters) {
            String trimmed = parameter.strip();
            if (trimmed.regionMatches(true, 0, "q=", 0, 2)) {
                return thousandths(trimmed.substring(2));
            }
        }
        return 1000;
    }

    private static int thousandths(String qvalue) {
        boolean wellFormed = !qvalue.isEmpty()
                && qvalue.length() <= 5
                && (qvalue.charAt(0) == '0' || qvalue.charAt(0) == '1')
                && (qvalue.length() == 1 || qvalue.charAt(1) == '.');
        if (!wellFormed) {
            return -1;
        }
        int value = qvalue.charAt(0) - '0';
        for (int i = 2; i < 5; i++) {
            int digit = i < qvalue.length() ? qvalue.charAt(i) - '0' : 0;
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value <= 1000 ? value : -1;
    }

    record Range(String mediaRange, int weight) {
        /** 3 for the type itself, 2 for its family, 1 for everything, 0 if it is another. */
        int specificity(String mediaType) {
            if (mediaRange.equals(mediaType)) {
                return 3;
            }
            if (mediaRange.equals("application/*")) {
                return 2;
            }
            return mediaRange.equals("*/*") ? 1 : 0;
        }
    }

    record Weight(int thousandths, int specificity) implements Comparable<Weight> {
        private static final Comparator<Weight> BY_WEIGHT =
                Comparator.comparingInt(Weight::thousandths).thenComparingInt(Weight::effectiveSpecificity);

        @Override
        public int compareTo(Weight other) {
            return BY_WEIGHT.compare(this, other);
        }

        /** How a type is refused does not make it preferred. */
        private int effectiveSpecificity() {
            return thousandths == 0 ? 0 : specificity;
        }
    }
}

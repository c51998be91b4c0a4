package dev.scalableapi.core.structured;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;

/** A value by itself, of one of eight types (RFC 9651 section 3.3). Immutable. */
public sealed interface BareItem {
    /**
     * A whole number of at most 15 digits.
     *
     * @param value the number
     */
    record Whole(long value) implements BareItem {
        private static final long LARGEST = 999_999_999_999_999L;

        /**
         * Checks.
         *
         * @param value the number
         * @throws IllegalArgumentException if it has more digits
         */
        public Whole {
            if (value < -LARGEST || value > LARGEST) {
                throw new IllegalArgumentException("An integer has 15 digits at the most");
            }
        }
    }

    /**
     * A number with a fraction: at most 12 digits before the point, and three after it, to which it is rounded, half to
     * even.
     *
     * @param value the number
     */
    record Decimal(BigDecimal value) implements BareItem {
        private static final int FRACTION = 3;
        private static final int DIGITS = 12;
        private static final BigDecimal LIMIT = BigDecimal.TEN.pow(DIGITS);

        /**
         * Checks and rounds.
         *
         * @param value the number
         * @throws IllegalArgumentException if it has more digits before the point
         */
        public Decimal {
            value = rounded(value);
        }

        private static BigDecimal rounded(BigDecimal exact) {
            // By its magnitude first: to round one with an exponent of millions would fill the memory.
            long magnitude = exact.precision() - (long) exact.scale();
            boolean isNothing = exact.signum() == 0 || magnitude < -FRACTION;
            BigDecimal near = isNothing ? BigDecimal.ZERO : magnitude > DIGITS ? LIMIT : exact;
            BigDecimal rounded = near.setScale(FRACTION, RoundingMode.HALF_EVEN);
            if (rounded.abs().compareTo(LIMIT) >= 0) {
                throw new IllegalArgumentException("A decimal has 12 digits before the point at the most");
            }
            BigDecimal shortest = rounded.stripTrailingZeros();
            return shortest.scale() < 1 ? rounded.setScale(1, RoundingMode.UNNECESSARY) : shortest;
        }
    }

    /**
     * A text of visible ASCII and blanks.
     *
     * @param value the text; may be empty
     */
    record Text(String value) implements BareItem {
        /**
         * Checks.
         *
         * @param value the text
         * @throws IllegalArgumentException if it holds anything else; see {@link Display}
         */
        public Text {
            if (!value.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
                throw new IllegalArgumentException("A string holds visible ASCII and blanks alone");
            }
        }
    }

    /**
     * A word of a fixed vocabulary.
     *
     * @param value begins with a letter or an asterisk; then come letters, digits and {@code !#$%&'*+-.^_`|~:/}
     */
    record Token(String value) implements BareItem {
        private static final String PUNCTUATION = "!#$%&'*+-.^_`|~:/";

        /**
         * Checks.
         *
         * @param value the word
         * @throws IllegalArgumentException if it is not of this form
         */
        public Token {
            if (!isToken(value)) {
                throw new IllegalArgumentException("A token begins with a letter or *, and holds no separator");
            }
        }

        private static boolean isToken(String value) {
            return !value.isEmpty() && isFirst(value.charAt(0)) && value.chars().allMatch(c -> isFurther((char) c));
        }

        static boolean isFirst(char c) {
            return c == '*' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        }

        static boolean isFurther(char c) {
            return isFirst(c) || (c >= '0' && c <= '9') || PUNCTUATION.indexOf(c) >= 0;
        }
    }

    /** Octets. */
    final class Binary implements BareItem {
        private final byte[] value;

        private Binary(byte[] value) {
            this.value = value;
        }

        /**
         * {@return the octets as a value}
         *
         * @param octets copied
         */
        public static Binary of(byte[] octets) {
            return new Binary(octets.clone());
        }

        /** {@return a copy of the octets} */
        public byte[] value() {
            return value.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Binary binary && Arrays.equals(value, binary.value);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(value);
        }

        @Override
        public String toString() {
            return "Binary[" + value.length + " octets]";
        }
    }

    /**
     * True or false.
     *
     * @param value which
     */
    record Flag(boolean value) implements BareItem {
        static final Flag TRUE = new Flag(true);
    }

    /**
     * A moment.
     *
     * @param value in whole seconds: what is beyond them is cut
     */
    record Date(Instant value) implements BareItem {
        /**
         * Checks and cuts.
         *
         * @param value the moment
         * @throws IllegalArgumentException if its seconds since 1970 have more than 15 digits
         */
        public Date {
            value = Instant.ofEpochSecond(new Whole(value.getEpochSecond()).value());
        }
    }

    /**
     * A text of any characters, for people.
     *
     * @param value the text; may be empty
     */
    record Display(String value) implements BareItem {
        /**
         * Checks.
         *
         * @param value the text
         * @throws IllegalArgumentException if it is no well-formed Unicode
         */
        public Display {
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
                throw new IllegalArgumentException("A display string must be well-formed Unicode");
            }
        }
    }

    /**
     * {@return a number as a value}
     *
     * @param value the number
     * @throws IllegalArgumentException if it has more than 15 digits
     */
    static BareItem of(long value) {
        return new Whole(value);
    }

    /**
     * {@return a text as a value: as a string where it is ASCII, else as a display string}
     *
     * @param value the text
     * @throws IllegalArgumentException if it is no well-formed Unicode
     */
    static BareItem of(String value) {
        Objects.requireNonNull(value);
        return value.chars().allMatch(c -> c >= ' ' && c < 0x7f) ? new Text(value) : new Display(value);
    }

    /**
     * {@return a name as a value: a token where it is one, else a string, as in fields whose members name who has added them}
     *
     * @param value the name
     * @throws IllegalArgumentException if it holds anything but visible ASCII and blanks
     */
    static BareItem tokenOrString(String value) {
        return Token.isToken(value) ? new Token(value) : new Text(value);
    }

    /**
     * {@return a truth value}
     *
     * @param value which
     */
    static BareItem of(boolean value) {
        return value ? Flag.TRUE : new Flag(false);
    }
}

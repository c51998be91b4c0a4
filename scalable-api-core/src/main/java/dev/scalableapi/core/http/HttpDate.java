package dev.scalableapi.core.http;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * Dates as HTTP writes them (RFC 9110 section 5.6.7): in whole seconds, always in GMT. It writes the preferred form and
 * reads the two obsolete ones too.
 */
public final class HttpDate {
    private static final List<String> DAYS =
            List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");
    private static final long YEAR_0 = -62_167_219_200L;
    private static final long YEAR_10000 = 253_402_300_800L;
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

    private HttpDate() {}

    /**
     * {@return the date in the preferred form, such as {@code Sun, 06 Nov 1994 08:49:37 GMT}}
     *
     * @param instant cut to the second
     * @throws IllegalArgumentException if its year does not have at most four digits
     */
    public static String format(Instant instant) {
        long second = instant.getEpochSecond();
        if (second < YEAR_0 || second >= YEAR_10000) {
            throw new IllegalArgumentException("HTTP has no digits for the year of " + instant);
        }
        LocalDateTime date = LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
        int month = date.getMonthValue() * 3;
        StringBuilder text = new StringBuilder(29)
                .append(DAYS.get(date.getDayOfWeek().getValue() - 1), 0, 3)
                .append(", ");
        two(text, date.getDayOfMonth())
                .append(' ')
                .append(MONTHS, month - 3, month)
                .append(' ');
        two(two(text, date.getYear() / 100), date.getYear() % 100).append(' ');
        two(text, date.getHour()).append(':');
        two(text, date.getMinute()).append(':');
        return two(text, date.getSecond()).append(" GMT").toString();
    }

    private static StringBuilder two(StringBuilder text, int number) {
        return text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }

    /**
     * {@return the instant that a field names, in any of the three forms; empty if it is none, or its day of the week is
     * wrong}
     *
     * @param text a field value
     */
    public static Optional<Instant> parse(String text) {
        return parse(text, Clock.systemUTC());
    }

    /**
     * {@return the same, by another clock} Of the years that two digits can stand for, the last counts with which the date
     * is at most 50 years ahead.
     *
     * @param text a field value
     * @param clock tells what is ahead
     */
    public static Optional<Instant> parse(String text, Clock clock) {
        try {
            return Optional.of(new Parser(text, clock).parse());
        } catch (DateTimeException | IndexOutOfBoundsException malformed) {
            return Optional.empty();
        }
    }

    /** Reads by fixed positions; whatever does not fit ends in one of the two exceptions caught above. */
    private record Parser(String text, Clock clock) {
        Instant parse() {
            int comma = text.indexOf(',');
            if (comma < 0) {
                return asctime();
            }
            return comma == 3 ? preferred() : rfc850(comma);
        }

        /** {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
        private Instant preferred() {
            expect(3, ", ");
            expect(7, " ");
            expect(11, " ");
            expect(16, " ");
            expect(25, " GMT");
            return instant(day(0, 3, 3), date(number(12, 16), month(8), number(5, 7), 17, 29), 17);
        }

        /** {@code Sunday, 06-Nov-94 08:49:37 GMT}. */
        private Instant rfc850(int comma) {
            expect(comma, ", ");
            expect(comma + 4, "-");
            expect(comma + 8, "-");
            expect(comma + 11, " ");
            expect(comma + 20, " GMT");
            LocalDateTime latest =
                    LocalDateTime.now(clock.withZone(ZoneOffset.UTC)).plusYears(50);
            int year = latest.getYear() - Math.floorMod(latest.getYear() - number(comma + 9, comma + 11), 100);
            LocalDateTime date = date(year, month(comma + 5), number(comma + 2, comma + 4), comma + 12, comma + 24);
            return instant(day(0, comma, 9), date.isAfter(latest) ? date.minusYears(100) : date, comma + 12);
        }

        /** {@code Sun Nov  6 08:49:37 1994}. */
        private Instant asctime() {
            expect(3, " ");
            expect(7, " ");
            expect(10, " ");
            expect(19, " ");
            int day = text.charAt(8) == ' ' ? number(9, 10) : number(8, 10);
            return instant(day(0, 3, 3), date(number(20, 24), month(4), day, 11, 24), 11);
        }

        /** A leap second is the one before; {@link #instant} adds it. */
        private LocalDateTime date(int year, int month, int day, int time, int end) {
            expect(time + 2, ":");
            expect(time + 5, ":");
            int second = number(time + 6, time + 8);
            if (text.length() != end || second > 60) {
                throw new DateTimeException("No date");
            }
            return LocalDateTime.of(
                    year, month, day, number(time, time + 2), number(time + 3, time + 5), Math.min(second, 59));
        }

        private Instant instant(DayOfWeek weekday, LocalDateTime date, int time) {
            if (date.getDayOfWeek() != weekday) {
                throw new DateTimeException("No date");
            }
            return date.toInstant(ZoneOffset.UTC).plusSeconds(number(time + 6, time + 8) / 60);
        }

        private void expect(int position, String expected) {
            if (!text.startsWith(expected, position)) {
                throw new DateTimeException("No date");
            }
        }

        private int number(int start, int end) {
            int number = 0;
            for (int i = start; i < end; i++) {
                char c = text.charAt(i);
                if (c < '0' || c > '9') {
                    throw new DateTimeException("No date");
                }
                number = number * 10 + c - '0';
            }
            return number;
        }

        private int month(int start) {
            int found = MONTHS.indexOf(text.substring(start, start + 3));
            if (found % 3 != 0) {
                throw new DateTimeException("No date");
            }
            return found / 3 + 1;
        }

        private DayOfWeek day(int start, int end, int letters) {
            String name = text.substring(start, end);
            for (DayOfWeek day : DayOfWeek.values()) {
                String full = DAYS.get(day.getValue() - 1);
                if (name.equals(full.substring(0, Math.min(letters, full.length())))) {
                    return day;
                }
            }
            throw new DateTimeException("No date");
        }
    }
}

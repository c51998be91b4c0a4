package dev.scalableapi.core.internal.json;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.YearMonth;
import java.time.ZoneOffset;

/**
 * Dates and times in the format of RFC 3339 section 5.6. Reading is strict: years of four digits, ASCII digits only, seconds
 * always present, at most nine digits of fraction, hours up to 23, offsets up to 18 hours. {@code t} and {@code z} may be in
 * lower case. A leap second is read as the second before it, as {@link java.time.Instant#parse} does. For one text.
 */
final class Rfc3339 {
    private static final int MAX_YEAR = 9_999;
    private static final int NANO_DIGITS = 9;
    private static final int SECONDS_PER_HOUR = 3_600;

    private final String text;
    private int at;
    private boolean leapSecond;

    private Rfc3339(String text) {
        this.text = text;
    }

    static OffsetDateTime dateTime(String text) {
        Rfc3339 reader = new Rfc3339(text);
        LocalDateTime local = reader.localDateTime();
        OffsetDateTime read = OffsetDateTime.of(local, reader.offset());
        reader.end();
        return reader.leapSecond ? requireEndOfUtcMonth(read) : read;
    }

    /** A leap second is the last second of a month in UTC (ITU-R TF.460). */
    private static OffsetDateTime requireEndOfUtcMonth(OffsetDateTime time) {
        OffsetDateTime utc = time.withOffsetSameInstant(ZoneOffset.UTC);
        if (utc.getHour() != 23
                || utc.getMinute() != 59
                || utc.getDayOfMonth() != utc.toLocalDate().lengthOfMonth()) {
            throw new DateTimeException("No leap second can be at this time");
        }
        return time;
    }

    static LocalDateTime dateTimeWithoutOffset(String text) {
        Rfc3339 reader = new Rfc3339(text);
        LocalDateTime read = reader.localDateTime();
        reader.end();
        reader.refuseLeapSecond();
        return read;
    }

    static LocalDate date(String text) {
        Rfc3339 reader = new Rfc3339(text);
        LocalDate read = reader.localDate();
        reader.end();
        return read;
    }

    static LocalTime time(String text) {
        Rfc3339 reader = new Rfc3339(text);
        LocalTime read = reader.localTime();
        reader.end();
        reader.refuseLeapSecond();
        return read;
    }

    static OffsetTime timeWithOffset(String text) {
        Rfc3339 reader = new Rfc3339(text);
        LocalTime read = reader.localTime();
        ZoneOffset offset = reader.offset();
        reader.end();
        reader.refuseLeapSecond();
        return OffsetTime.of(read, offset);
    }

    static ZoneOffset offset(String text) {
        Rfc3339 reader = new Rfc3339(text);
        ZoneOffset read = reader.offset();
        reader.end();
        return read;
    }

    static YearMonth yearMonth(String text) {
        Rfc3339 reader = new Rfc3339(text);
        int year = reader.digits(4);
        reader.expect('-');
        YearMonth read = YearMonth.of(year, reader.digits(2));
        reader.end();
        return read;
    }

    /** ISO 8601:2000, such as {@code --12-03}; RFC 3339 has no form for it. */
    static MonthDay monthDay(String text) {
        Rfc3339 reader = new Rfc3339(text);
        reader.expect('-');
        reader.expect('-');
        int month = reader.digits(2);
        reader.expect('-');
        MonthDay read = MonthDay.of(month, reader.digits(2));
        reader.end();
        return read;
    }

    private LocalDateTime localDateTime() {
        LocalDate date = localDate();
        char separator = next();
        if (separator != 'T' && separator != 't') {
            throw new DateTimeException("No T between date and time");
        }
        return LocalDateTime.of(date, localTime());
    }

    private LocalDate localDate() {
        int year = digits(4);
        expect('-');
        int month = digits(2);
        expect('-');
        return LocalDate.of(year, month, digits(2));
    }

    private LocalTime localTime() {
        int hour = digits(2);
        expect(':');
        int minute = digits(2);
        expect(':');
        int second = digits(2);
        if (second == 60) {
            leapSecond = true;
            second = 59;
        }
        return LocalTime.of(hour, minute, second, fraction());
    }

    private int fraction() {
        if (at == text.length() || text.charAt(at) != '.') {
            return 0;
        }
        int start = ++at;
        int nanos = 0;
        while (at < text.length() && isDigit(text.charAt(at))) {
            if (at - start == NANO_DIGITS) {
                throw new DateTimeException("More than nine digits of fraction");
            }
            nanos = 10 * nanos + text.charAt(at++) - '0';
        }
        if (at == start) {
            throw new DateTimeException("No digit after the point");
        }
        for (int digits = at - start; digits < NANO_DIGITS; digits++) {
            nanos *= 10;
        }
        return nanos;
    }

    private ZoneOffset offset() {
        char sign = next();
        if (sign == 'Z' || sign == 'z') {
            return ZoneOffset.UTC;
        }
        if (sign != '+' && sign != '-') {
            throw new DateTimeException("Neither Z nor an offset");
        }
        int hours = digits(2);
        expect(':');
        int minutes = digits(2);
        if (minutes > 59) {
            throw new DateTimeException("More than 59 minutes");
        }
        int seconds = SECONDS_PER_HOUR * hours + 60 * minutes;
        return ZoneOffset.ofTotalSeconds(sign == '-' ? -seconds : seconds);
    }

    private int digits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            char c = next();
            if (!isDigit(c)) {
                throw new DateTimeException("A digit is missing");
            }
            value = 10 * value + c - '0';
        }
        return value;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private void expect(char separator) {
        if (next() != separator) {
            throw new DateTimeException("A separator is missing");
        }
    }

    private char next() {
        if (at == text.length()) {
            throw new DateTimeException("The text ends too early");
        }
        return text.charAt(at++);
    }

    private void end() {
        if (at < text.length()) {
            throw new DateTimeException("The text goes on");
        }
    }

    /** Without an offset, nothing is known of UTC, which has the leap seconds. */
    private void refuseLeapSecond() {
        if (leapSecond) {
            throw new DateTimeException("A leap second without an offset");
        }
    }

    /** An offset with seconds, which RFC 3339 does not have, is written as the same time in UTC. */
    static String text(OffsetDateTime time) {
        OffsetDateTime written =
                time.getOffset().getTotalSeconds() % 60 == 0 ? time : time.withOffsetSameInstant(ZoneOffset.UTC);
        StringBuilder text = new StringBuilder(35);
        append(written.toLocalDate(), text);
        append(written.toLocalTime(), text.append('T'));
        return text.append(written.getOffset().getId()).toString();
    }

    static String text(LocalDateTime time) {
        StringBuilder text = new StringBuilder(29);
        append(time.toLocalDate(), text);
        append(time.toLocalTime(), text.append('T'));
        return text.toString();
    }

    static String text(LocalDate date) {
        StringBuilder text = new StringBuilder(10);
        append(date, text);
        return text.toString();
    }

    static String text(LocalTime time) {
        StringBuilder text = new StringBuilder(18);
        append(time, text);
        return text.toString();
    }

    static String text(OffsetTime time) {
        OffsetTime written =
                time.getOffset().getTotalSeconds() % 60 == 0 ? time : time.withOffsetSameInstant(ZoneOffset.UTC);
        StringBuilder text = new StringBuilder(24);
        append(written.toLocalTime(), text);
        return text.append(written.getOffset().getId()).toString();
    }

    static String text(ZoneOffset offset) {
        if (offset.getTotalSeconds() % 60 != 0) {
            throw new DateTimeException("The offset has seconds");
        }
        return offset.getId();
    }

    static String text(YearMonth month) {
        requireFourDigits(month.getYear());
        StringBuilder text = new StringBuilder(7);
        append(month.getYear(), 4, text);
        append(month.getMonthValue(), 2, text.append('-'));
        return text.toString();
    }

    static int requireFourDigits(int year) {
        if (year < 0 || year > MAX_YEAR) {
            throw new DateTimeException("RFC 3339 has the years 0 to 9999 only");
        }
        return year;
    }

    private static void append(LocalDate date, StringBuilder text) {
        append(requireFourDigits(date.getYear()), 4, text);
        append(date.getMonthValue(), 2, text.append('-'));
        append(date.getDayOfMonth(), 2, text.append('-'));
    }

    /** As many digits of fraction as are needed: none, three, six or nine. */
    private static void append(LocalTime time, StringBuilder text) {
        append(time.getHour(), 2, text);
        append(time.getMinute(), 2, text.append(':'));
        append(time.getSecond(), 2, text.append(':'));
        int nanos = time.getNano();
        if (nanos == 0) {
            return;
        }
        text.append('.');
        if (nanos % 1_000_000 == 0) {
            append(nanos / 1_000_000, 3, text);
        } else if (nanos % 1_000 == 0) {
            append(nanos / 1_000, 6, text);
        } else {
            append(nanos, NANO_DIGITS, text);
        }
    }

    private static void append(int value, int digits, StringBuilder text) {
        int start = text.length();
        for (int i = 0; i < digits; i++) {
            text.append('0');
        }
        int rest = value;
        for (int i = start + digits - 1; i >= start; i--) {
            text.setCharAt(i, (char) ('0' + rest % 10));
            rest /= 10;
        }
    }
}

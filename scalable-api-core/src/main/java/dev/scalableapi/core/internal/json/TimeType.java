package dev.scalableapi.core.internal.json;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A type of {@code java.time} and its text in JSON. Immutable.
 *
 * @param type such as {@link Instant}
 * @param key of the message that a text has another form, such as {@code json.instant}
 * @param example of the text
 * @param writer throws a {@link DateTimeException} for a value that has no such text
 * @param reader throws a {@link DateTimeException} for any other text
 * @param <T> the type
 */
public record TimeType<T>(
        Class<T> type, String key, String example, Function<T, String> writer, Function<String, T> reader) {
    /** Longer than any text of these types; names of zones are the longest. */
    private static final int MAX_LENGTH = 64;

    private static final String DURATION_CHARACTERS = "PTDHMS.-0123456789";
    private static final String PERIOD_CHARACTERS = "PYMD-0123456789";

    private static final List<TimeType<?>> ALL = List.of(
            new TimeType<>(
                    Instant.class,
                    "json.instant",
                    "2026-01-31T12:00:00Z",
                    instant -> Rfc3339.text(instant.atOffset(ZoneOffset.UTC)),
                    TimeType::instant),
            new TimeType<>(
                    OffsetDateTime.class, "json.instant", "2026-01-31T12:00:00Z", Rfc3339::text, Rfc3339::dateTime),
            new TimeType<>(
                    ZonedDateTime.class,
                    "json.instant",
                    "2026-01-31T12:00:00Z",
                    time -> Rfc3339.text(time.toOffsetDateTime()),
                    text -> Rfc3339.dateTime(text).toZonedDateTime()),
            new TimeType<>(
                    LocalDateTime.class,
                    "json.datetime",
                    "2026-01-31T12:00:00",
                    Rfc3339::text,
                    Rfc3339::dateTimeWithoutOffset),
            new TimeType<>(LocalDate.class, "json.date", "2026-01-31", Rfc3339::text, Rfc3339::date),
            new TimeType<>(LocalTime.class, "json.time", "12:00:00", Rfc3339::text, Rfc3339::time),
            new TimeType<>(OffsetTime.class, "json.offsettime", "12:00:00Z", Rfc3339::text, Rfc3339::timeWithOffset),
            new TimeType<>(Year.class, "json.year", "2026", TimeType::text, TimeType::year),
            new TimeType<>(YearMonth.class, "json.yearmonth", "2026-01", Rfc3339::text, Rfc3339::yearMonth),
            new TimeType<>(MonthDay.class, "json.monthday", "--01-31", MonthDay::toString, Rfc3339::monthDay),
            new TimeType<>(Duration.class, "json.duration", "PT1H30M", TimeType::text, TimeType::duration),
            new TimeType<>(Period.class, "json.period", "P1Y2M3D", Period::toString, TimeType::period),
            new TimeType<>(ZoneOffset.class, "json.offset", "+01:00", Rfc3339::text, Rfc3339::offset),
            new TimeType<>(ZoneId.class, "json.zone", "Europe/Berlin", ZoneId::getId, ZoneId::of));

    static List<TimeType<?>> all() {
        return ALL;
    }

    /**
     * {@return the type of this class; null if it is none of these types}
     *
     * @param type any
     */
    public static @Nullable TimeType<?> of(Class<?> type) {
        for (TimeType<?> known : ALL) {
            if (known.type == type) {
                return known;
            }
        }
        return null;
    }

    String write(T value) {
        return writer.apply(value);
    }

    T read(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new DateTimeException("The text is too long");
        }
        return reader.apply(text);
    }

    /** An offset can move the first and the last day out of the years that can be written. */
    private static Instant instant(String text) {
        OffsetDateTime read = Rfc3339.dateTime(text);
        Rfc3339.requireFourDigits(read.withOffsetSameInstant(ZoneOffset.UTC).getYear());
        return read.toInstant();
    }

    private static String text(Year year) {
        return Integer.toString(Rfc3339.requireFourDigits(year.getValue()));
    }

    private static Year year(String text) {
        requireCharacters(text, "0123456789");
        if (text.isEmpty() || text.length() > 4 || (text.length() > 1 && text.charAt(0) == '0')) {
            throw new DateTimeException("Not a year");
        }
        return Year.of(Integer.parseInt(text));
    }

    /** ISO 8601-2 has one sign, before the whole; Java would write one before each part. */
    private static String text(Duration duration) {
        return duration.isNegative() ? "-" + duration.abs() : duration.toString();
    }

    /** Java also takes lower case, plus signs, a sign before each part, a comma, and a point without digits. */
    private static Duration duration(String text) {
        requireCharacters(text, DURATION_CHARACTERS);
        if (text.lastIndexOf('-') > 0 || text.contains(".S")) {
            throw new DateTimeException("Not an ISO 8601 duration");
        }
        return Duration.parse(text);
    }

    /** Java also takes lower case, plus signs and weeks. */
    private static Period period(String text) {
        requireCharacters(text, PERIOD_CHARACTERS);
        return Period.parse(text);
    }

    private static void requireCharacters(String text, String allowed) {
        for (int i = 0; i < text.length(); i++) {
            if (allowed.indexOf(text.charAt(i)) < 0) {
                throw new DateTimeException("A character that does not belong here");
            }
        }
    }
}

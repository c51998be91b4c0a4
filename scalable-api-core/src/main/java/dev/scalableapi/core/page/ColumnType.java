package dev.scalableapi.core.page;

import dev.scalableapi.core.http.PlainNumber;
import dev.scalableapi.core.internal.AsciiDigits;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;

/** What a column holds, and how a client writes a value of it in a query. */
enum ColumnType {
    TEXT(String.class, "value.text", "a text without control characters"),
    INTEGER(Long.class, "value.integer", "an integer"),
    DECIMAL(BigDecimal.class, "value.decimal", "a plain decimal number"),
    FLOATING_POINT(Double.class, "value.decimal", "a plain decimal number"),
    BOOLEAN(Boolean.class, "value.boolean", "true or false"),
    DATE(LocalDate.class, "value.date", "a date in the form 2026-01-31"),
    INSTANT(Instant.class, "value.instant", "a time in the form 2026-01-31T12:00:00Z"),
    IDENTIFIER(UUID.class, "value.uuid", "a UUID");

    private static final int TIME_CHARACTERS = 35;

    private final Class<?> javaType;
    private final String key;
    private final String expectation;

    ColumnType(Class<?> javaType, String key, String expectation) {
        this.javaType = javaType;
        this.key = key;
        this.expectation = expectation;
    }

    boolean holds(Object value) {
        return javaType.isInstance(value);
    }

    /** The key of the message that a value is no such value. */
    String key() {
        return key;
    }

    /** What a value must be, to end a sentence for people. */
    String expectation() {
        return expectation;
    }

    /** The value that a text spells; empty if it spells none, or one that no database has. */
    Optional<Object> parse(String text) {
        return switch (this) {
            case TEXT -> text.chars().noneMatch(Character::isISOControl) ? Optional.of(text) : Optional.empty();
            case INTEGER -> integer(text);
            case DECIMAL -> PlainNumber.parseSignedDecimal(text).map(Function.identity());
            case FLOATING_POINT -> PlainNumber.parseSignedDecimal(text).map(BigDecimal::doubleValue);
            case BOOLEAN ->
                text.equals("true") || text.equals("false") ? Optional.of(Boolean.valueOf(text)) : Optional.empty();
            case DATE -> time(text, LocalDate::parse);
            case INSTANT -> time(text, Instant::parse);
            case IDENTIFIER -> uuid(text);
        };
    }

    private static Optional<Object> integer(String text) {
        OptionalLong number = PlainNumber.parseSignedInteger(text);
        return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
    }

    /** The years 0 to 9999, which databases have; a longer year has a sign. */
    private static Optional<Object> time(String text, Function<String, Object> parser) {
        if (text.length() > TIME_CHARACTERS || AsciiDigits.end(text, 0) == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(parser.apply(text));
        } catch (DateTimeException malformed) {
            return Optional.empty();
        }
    }

    /** Java's own parser takes short groups as well. */
    private static Optional<Object> uuid(String text) {
        try {
            UUID uuid = UUID.fromString(text);
            return uuid.toString().equalsIgnoreCase(text) ? Optional.of(uuid) : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }
}

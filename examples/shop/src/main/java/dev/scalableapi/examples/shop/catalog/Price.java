package dev.scalableapi.examples.shop.catalog;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.scalableapi.core.http.PlainNumber;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * An amount of money. In JSON the amount is a string, as a number would be read as a binary fraction by many clients.
 * Immutable.
 *
 * @param amount not negative, below ten thousand million, with two decimal places
 * @param currency three capital letters (ISO 4217)
 */
public record Price(
        @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal amount, String currency) {
    private static final int PLACES = 2;
    private static final int MAX_DIGITS = 10;

    /**
     * Brings the amount to two places.
     *
     * @throws IllegalArgumentException if the amount is out of range or finer than that, or the currency has another form
     */
    public Price {
        if (!isAmount(amount)) {
            throw new IllegalArgumentException(
                    "An amount has up to 10 digits and 2 decimal places, and is not negative");
        }
        if (!isCurrency(currency)) {
            throw new IllegalArgumentException("A currency is three capital letters");
        }
        amount = amount.setScale(PLACES);
    }

    /**
     * {@return whether a number can be an amount}
     *
     * @param amount any number
     */
    public static boolean isAmount(BigDecimal amount) {
        // Before setScale: the text 1E+999999999 is short, and the number is not.
        return amount.signum() >= 0
                && amount.scale() <= PLACES
                && (long) amount.precision() - amount.scale() <= MAX_DIGITS;
    }

    /**
     * {@return whether a text can be a currency}
     *
     * @param text any text
     */
    public static boolean isCurrency(String text) {
        return text.length() == 3 && text.chars().allMatch(c -> c >= 'A' && c <= 'Z');
    }

    /**
     * {@return the amount that a text spells: ASCII digits with an optional fraction, such as {@code 13.95}; empty for any
     * other text}
     *
     * @param text any text
     */
    public static Optional<BigDecimal> parseAmount(String text) {
        return PlainNumber.parseDecimal(text).filter(Price::isAmount);
    }

    /** Needed because a strict mapper does not convert a string to a number. */
    @JsonCreator
    static Price of(@JsonProperty("amount") String amount, @JsonProperty("currency") String currency) {
        return new Price(
                parseAmount(amount).orElseThrow(() -> new IllegalArgumentException("An amount has another form")),
                currency);
    }
}

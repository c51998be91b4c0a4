package dev.scalableapi.core.http;

import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.KeyDeserializer;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the keys of a map of numbers. Jackson's own readers accept {@code +5}, {@code 05} and digits of other scripts, so
 * that two members of one object could have the same key.
 */
final class PlainNumberKey extends KeyDeserializer {
    private final Class<? extends Number> type;
    private final Function<BigDecimal, ? extends Number> conversion;

    /** The conversion throws an {@link ArithmeticException} if the type cannot hold the number. */
    <N extends Number> PlainNumberKey(Class<N> type, Function<BigDecimal, N> conversion) {
        this.type = type;
        this.conversion = conversion;
    }

    @Override
    public @Nullable Object deserializeKey(String key, DeserializationContext context) throws IOException {
        BigDecimal number = PlainNumber.parseSignedDecimal(key).orElse(null);
        if (number != null && !(number.signum() == 0 && key.startsWith("-"))) {
            try {
                return conversion.apply(number);
            } catch (ArithmeticException outOfRange) {
                return context.handleWeirdKey(type, key, "The number is out of range");
            }
        }
        return context.handleWeirdKey(type, key, "Not a number in plain decimal notation");
    }
}

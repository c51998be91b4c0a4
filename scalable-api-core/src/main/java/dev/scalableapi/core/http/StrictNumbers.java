package dev.scalableapi.core.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.ArrayType;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what Jackson reads as infinite or as not a number, which JSON has no number for (RFC 8259 section 6): the texts
 * {@code "NaN"} and {@code "Infinity"}, and numbers that are too large; and decimals of which a sum would be too large.
 * Requires keys of a map of numbers to have the notation of {@link PlainNumber}.
 */
final class StrictNumbers extends SimpleModule {
    private static final long serialVersionUID = 1L;
    private static final Set<Class<?>> NUMBERS =
            Set.of(double.class, Double.class, float.class, Float.class, double[].class, float[].class);

    /**
     * Makes the module.
     *
     * @param maxScale of decimals, in either direction
     */
    StrictNumbers(int maxScale) {
        super(StrictNumbers.class.getName());
        addDeserializer(BigDecimal.class, new BoundedDecimal(maxScale));
        setDeserializerModifier(new Modifier());
        addKey(Byte.class, BigDecimal::byteValueExact);
        addKey(Short.class, BigDecimal::shortValueExact);
        addKey(Integer.class, BigDecimal::intValueExact);
        addKey(Long.class, BigDecimal::longValueExact);
        addKey(BigInteger.class, BigDecimal::toBigIntegerExact);
        addKey(BigDecimal.class, number -> number);
        addKey(Float.class, StrictNumbers::finiteFloat);
        addKey(Double.class, BigDecimal::doubleValue);
    }

    /** Fifty digits are within the range of a double, but not of a float. */
    private static Float finiteFloat(BigDecimal number) {
        float value = number.floatValue();
        if (!Float.isFinite(value)) {
            throw new ArithmeticException("Out of range");
        }
        return value;
    }

    private <N extends Number> void addKey(Class<N> type, Function<BigDecimal, N> conversion) {
        addKeyDeserializer(type, new PlainNumberKey(type, conversion));
    }

    private static boolean isFinite(@Nullable Object value) {
        if (value instanceof double[] numbers) {
            return Arrays.stream(numbers).allMatch(Double::isFinite);
        }
        if (value instanceof float[] numbers) {
            return IntStream.range(0, numbers.length).allMatch(i -> Float.isFinite(numbers[i]));
        }
        return !(value instanceof Number number) || Double.isFinite(number.doubleValue());
    }

    private static final class Modifier extends BeanDeserializerModifier {
        private static final long serialVersionUID = 1L;

        @Override
        public JsonDeserializer<?> modifyDeserializer(
                DeserializationConfig config, BeanDescription bean, JsonDeserializer<?> deserializer) {
            return NUMBERS.contains(bean.getBeanClass()) ? new Finite(deserializer) : deserializer;
        }

        @Override
        public JsonDeserializer<?> modifyArrayDeserializer(
                DeserializationConfig config, ArrayType type, BeanDescription bean, JsonDeserializer<?> deserializer) {
            return NUMBERS.contains(type.getRawClass()) ? new Finite(deserializer) : deserializer;
        }
    }

    private static final class Finite extends DelegatingDeserializer {
        private static final long serialVersionUID = 1L;

        private Finite(JsonDeserializer<?> delegate) {
            super(delegate);
        }

        @Override
        protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> delegate) {
            return new Finite(delegate);
        }

        @Override
        public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            Object value = super.deserialize(parser, context);
            return isFinite(value) ? value : context.reportInputMismatch(this, "The number is not finite");
        }
    }
}

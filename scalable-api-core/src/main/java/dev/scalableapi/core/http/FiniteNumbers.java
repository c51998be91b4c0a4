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
import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what Jackson reads as infinite or as not a number, which JSON has no number for (RFC 8259 section 6): the
 * texts {@code "NaN"} and {@code "Infinity"}, and numbers that are too large.
 */
final class FiniteNumbers extends SimpleModule {
    private static final long serialVersionUID = 1L;
    private static final Set<Class<?>> NUMBERS =
            Set.of(double.class, Double.class, float.class, Float.class, double[].class, float[].class);

    FiniteNumbers() {
        super(FiniteNumbers.class.getName());
        setDeserializerModifier(new Modifier());
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

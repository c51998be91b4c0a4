package dev.scalableapi.core.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.NumberDeserializers;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import java.io.IOException;
import java.math.BigDecimal;

/** Reads decimals of a bounded exponent: to add one to {@code 1e999999999} would fill the memory. */
final class BoundedDecimal extends StdScalarDeserializer<BigDecimal> {
    private static final long serialVersionUID = 1L;

    private final int maxScale;

    BoundedDecimal(int maxScale) {
        super(BigDecimal.class);
        this.maxScale = maxScale;
    }

    @Override
    public BigDecimal deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        BigDecimal value = NumberDeserializers.BigDecimalDeserializer.instance.deserialize(parser, context);
        if (value != null && (value.scale() > maxScale || value.scale() < -maxScale)) {
            throw context.weirdNumberException(value.signum(), BigDecimal.class, "The exponent is too large");
        }
        return value;
    }
}

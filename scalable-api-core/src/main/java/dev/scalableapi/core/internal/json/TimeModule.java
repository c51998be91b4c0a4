package dev.scalableapi.core.internal.json;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.ContextualSerializer;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Year;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads {@code java.time}: dates and times by RFC 3339, durations and periods by ISO 8601, a year as a number, as
 * values and as names of members. A {@code @JsonFormat} with a pattern, a time zone or a numeric shape is rejected, since this
 * module would ignore it. A module that is added after this one, such as Jackson's own for {@code java.time}, replaces it.
 */
public final class TimeModule extends SimpleModule {
    private static final long serialVersionUID = 1L;

    /** Makes the module. */
    public TimeModule() {
        super(TimeModule.class.getName());
        for (TimeType<?> type : TimeType.all()) {
            add(type);
        }
    }

    private <T> void add(TimeType<T> type) {
        addSerializer(type.type(), new Serializer<>(type));
        addDeserializer(type.type(), new Deserializer<>(type));
        addKeySerializer(type.type(), new KeySerializer<>(type));
        addKeyDeserializer(type.type(), new NameDeserializer(type));
    }

    private static boolean isIgnored(JsonFormat.@Nullable Value format) {
        return format != null
                && (format.hasPattern()
                        || format.hasTimeZone()
                        || format.hasLocale()
                        || format.getShape().isNumeric()
                        || format.getShape().isStructured());
    }

    private static String rejection(Class<?> type) {
        return "@JsonFormat of a " + type.getName()
                + " would be ignored: it is written by RFC 3339 or ISO 8601. Add jackson-datatype-jsr310 to the mapper"
                + " for other formats";
    }

    private static String text(TimeType<?> type, Object value, JsonGenerator generator) throws IOException {
        try {
            return written(type, value);
        } catch (DateTimeException | ArithmeticException outside) {
            throw JsonMappingException.from(generator, "A " + type.type().getName() + " has no text", outside);
        }
    }

    @SuppressWarnings("unchecked") // Jackson has found the serializer by the value's class.
    private static <T> String written(TimeType<T> type, Object value) {
        return type.write((T) value);
    }

    private static final class Serializer<T> extends StdScalarSerializer<T> implements ContextualSerializer {
        private static final long serialVersionUID = 1L;

        private final transient TimeType<T> type;

        private Serializer(TimeType<T> type) {
            super(type.type());
            this.type = type;
        }

        @Override
        public JsonSerializer<?> createContextual(SerializerProvider provider, @Nullable BeanProperty property)
                throws JsonMappingException {
            if (isIgnored(findFormatOverrides(provider, property, type.type()))) {
                provider.reportBadDefinition(type.type(), rejection(type.type()));
            }
            return this;
        }

        @Override
        public void serialize(T value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            String text = text(type, value, generator);
            if (value instanceof Year year) {
                generator.writeNumber(year.getValue());
            } else {
                generator.writeString(text);
            }
        }

        @Override
        public void acceptJsonFormatVisitor(JsonFormatVisitorWrapper visitor, JavaType hint)
                throws JsonMappingException {
            if (type.type() == Year.class) {
                visitIntFormat(visitor, hint, JsonParser.NumberType.INT);
            } else {
                visitStringFormat(visitor, hint);
            }
        }
    }

    private static final class KeySerializer<T> extends JsonSerializer<T> {
        private final TimeType<T> type;

        private KeySerializer(TimeType<T> type) {
            this.type = type;
        }

        @Override
        public void serialize(T value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            generator.writeFieldName(text(type, value, generator));
        }
    }

    private static final class Deserializer<T> extends StdScalarDeserializer<T> implements ContextualDeserializer {
        private static final long serialVersionUID = 1L;

        private final transient TimeType<T> type;

        private Deserializer(TimeType<T> type) {
            super(type.type());
            this.type = type;
        }

        @Override
        public JsonDeserializer<?> createContextual(DeserializationContext context, @Nullable BeanProperty property)
                throws JsonMappingException {
            if (isIgnored(findFormatOverrides(context, property, type.type()))) {
                context.reportBadDefinition(type.type(), rejection(type.type()));
            }
            return this;
        }

        @Override
        @SuppressWarnings("unchecked") // Where the context does not throw, a handler of the mapper has given a value.
        public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            JsonToken expected = type.type() == Year.class ? JsonToken.VALUE_NUMBER_INT : JsonToken.VALUE_STRING;
            if (!parser.hasToken(expected)) {
                return (T) context.handleUnexpectedToken(type.type(), parser);
            }
            try {
                return type.read(parser.getText());
            } catch (DateTimeException malformed) {
                return (T) context.handleWeirdStringValue(type.type(), parser.getText(), "Not in the expected form");
            }
        }
    }

    private static final class NameDeserializer extends KeyDeserializer {
        private final TimeType<?> type;

        private NameDeserializer(TimeType<?> type) {
            this.type = type;
        }

        @Override
        public @Nullable Object deserializeKey(String name, DeserializationContext context) throws IOException {
            try {
                return type.read(name);
            } catch (DateTimeException malformed) {
                return context.handleWeirdKey(type.type(), name, "Not in the expected form");
            }
        }
    }
}

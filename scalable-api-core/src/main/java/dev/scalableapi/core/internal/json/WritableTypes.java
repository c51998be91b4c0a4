package dev.scalableapi.core.internal.json;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonAnyFormatVisitor;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonArrayFormatVisitor;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonFormatVisitable;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonMapFormatVisitor;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonObjectFormatVisitor;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.impl.UnknownSerializer;
import com.fasterxml.jackson.databind.ser.impl.UnsupportedTypeSerializer;
import java.lang.reflect.Modifier;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks at start whether a mapper can write a type, with the types of its members, elements, entries and referents. Declared
 * types count: for {@code Object}, an interface or an abstract class, the class of the value decides later. Used by one
 * thread, for one type.
 */
public final class WritableTypes {
    private final SerializerProvider provider;
    private final boolean emptyBeansFail;
    /** A type that contains itself is visited once. */
    private final Set<Visited> seen = new HashSet<>();

    private WritableTypes(SerializerProvider provider) {
        this.provider = provider;
        emptyBeansFail = provider.isEnabled(SerializationFeature.FAIL_ON_EMPTY_BEANS);
    }

    /**
     * Checks a type.
     *
     * @param mapper writes the values
     * @param type of the values
     * @throws IllegalArgumentException if the mapper cannot write the type; the message names the member at fault
     */
    public static void require(ObjectMapper mapper, JavaType type) {
        SerializerProvider provider = mapper.getSerializerProviderInstance();
        try {
            new WritableTypes(provider).check(provider.findValueSerializer(type, null), type, JsonPointer.empty());
        } catch (NotWritable fault) {
            throw new IllegalArgumentException(fault.describe(type), fault.getCause());
        } catch (JsonMappingException fault) {
            throw new IllegalArgumentException(
                    "The mapper cannot write " + type.toCanonical() + ": " + fault.getOriginalMessage(), fault);
        }
    }

    private void check(JsonFormatVisitable serializer, JavaType type, JsonPointer place) throws JsonMappingException {
        if (serializer instanceof UnsupportedTypeSerializer || isEmptyBean(serializer)) {
            throw new NotWritable(type, place);
        }
        if (!seen.add(new Visited(type, serializer.getClass()))) {
            return;
        }
        serializer.acceptJsonFormatVisitor(new Visitor(type, place), type);
        JsonSerializer<?> delegate = serializer instanceof JsonSerializer<?> outer ? outer.getDelegatee() : null;
        if (delegate != null) {
            check(delegate, type, place);
        }
    }

    /** A serializer of a class without properties; of {@code Object} and what is abstract, the value's class counts. */
    private boolean isEmptyBean(JsonFormatVisitable serializer) {
        if (!emptyBeansFail || !(serializer instanceof UnknownSerializer unknown)) {
            return false;
        }
        Class<?> type = unknown.handledType();
        return type != Object.class && !Modifier.isAbstract(type.getModifiers());
    }

    private void check(BeanProperty property, JsonPointer owner) throws JsonMappingException {
        JsonPointer place = owner.appendProperty(property.getName());
        JavaType type = property.getType();
        JsonFormatVisitable serializer = null;
        if (property instanceof BeanPropertyWriter writer) {
            type = writer.getSerializationType() == null ? type : writer.getSerializationType();
            serializer = writer.getSerializer();
        }
        check(serializer == null ? find(type, property, place) : serializer, type, place);
    }

    private JsonFormatVisitable find(JavaType type, @Nullable BeanProperty property, JsonPointer place)
            throws NotWritable {
        try {
            return provider.findValueSerializer(type, property);
        } catch (JsonMappingException fault) {
            throw new NotWritable(type, place, fault);
        }
    }

    /**
     * What has been checked.
     *
     * @param serializer a member can have its own
     */
    private record Visited(JavaType type, Class<?> serializer) {}

    private final class Visitor extends JsonFormatVisitorWrapper.Base {
        private final JavaType visited;
        private final JsonPointer place;

        private Visitor(JavaType visited, JsonPointer place) {
            super(WritableTypes.this.provider);
            this.visited = visited;
            this.place = place;
        }

        @Override
        public JsonObjectFormatVisitor expectObjectFormat(JavaType type) throws JsonMappingException {
            checkDelegate(type);
            return new JsonObjectFormatVisitor.Base(provider) {
                @Override
                public void property(BeanProperty property) throws JsonMappingException {
                    check(property, place);
                }

                @Override
                public void optionalProperty(BeanProperty property) throws JsonMappingException {
                    check(property, place);
                }
            };
        }

        @Override
        public JsonArrayFormatVisitor expectArrayFormat(JavaType type) {
            return new JsonArrayFormatVisitor.Base(provider) {
                @Override
                public void itemsFormat(JsonFormatVisitable serializer, JavaType item) throws JsonMappingException {
                    check(serializer, item, place);
                }
            };
        }

        @Override
        public JsonMapFormatVisitor expectMapFormat(JavaType type) {
            return new JsonMapFormatVisitor.Base(provider) {
                @Override
                public void valueFormat(JsonFormatVisitable serializer, JavaType value) throws JsonMappingException {
                    check(serializer, value, place);
                }
            };
        }

        @Override
        public @Nullable JsonAnyFormatVisitor expectAnyFormat(JavaType type) throws JsonMappingException {
            checkDelegate(type);
            return null;
        }

        /** A serializer that delegates, as for a {@code @JsonValue}, visits with the type that it delegates to. */
        private void checkDelegate(JavaType type) throws JsonMappingException {
            if (!type.equals(visited)) {
                check(find(type, null, place), type, place);
            }
        }
    }

    private static final class NotWritable extends JsonMappingException {
        private static final long serialVersionUID = 1L;

        private final transient JavaType type;
        private final transient JsonPointer place;

        private NotWritable(JavaType type, JsonPointer place) {
            super(null, "A type that cannot be written");
            this.type = type;
            this.place = place;
        }

        private NotWritable(JavaType type, JsonPointer place, JsonMappingException cause) {
            super(null, "A type that cannot be written", cause);
            this.type = type;
            this.place = place;
        }

        private String describe(JavaType root) {
            return "The mapper cannot write " + root.toCanonical()
                    + (place.matches() ? "" : ": its member " + place + " is a " + type.toCanonical())
                    + ". Json.strictMapper() writes java.time and optionals; give a class of yours a property, or the"
                    + " mapper a module that knows the type";
        }
    }
}

package dev.scalableapi.core.fields;

import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonAnyFormatVisitor;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonArrayFormatVisitor;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonFormatVisitable;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonMapFormatVisitor;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonObjectFormatVisitor;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.impl.BeanAsArraySerializer;
import com.fasterxml.jackson.databind.ser.std.BeanSerializerBase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks a mapper which members it would write. Used by one thread, for one schema. */
final class Introspection {
    private final SerializerProvider provider;
    /** An object is entered before its members are looked at, so that it may contain itself. */
    private final Map<Value, Shape> objects = new HashMap<>();

    Introspection(ObjectMapper mapper) {
        provider = mapper.getSerializerProviderInstance();
    }

    /** The shape of the class that a mask is for; a leaf if it is written by anything that knows no mask. */
    Shape root(JavaType type) throws JsonMappingException {
        JsonFormatVisitable serializer = provider.findValueSerializer(type, null);
        Shape shape = shape(new Value(type, null), serializer, new HashSet<>());
        boolean isMasked = serializer instanceof BeanSerializerBase
                || type.isMapLikeType()
                || type.isJavaLangObject()
                || type.isTypeOrSubTypeOf(JsonNode.class);
        return isMasked ? shape : Shape.LEAF;
    }

    /** Lists that hold nothing but lists like themselves have no fields. */
    private Shape shape(Value value, JsonFormatVisitable serializer, Set<Value> around) throws JsonMappingException {
        Shape known = objects.get(value);
        if (known != null) {
            return known;
        }
        if (serializer instanceof BeanAsArraySerializer || !around.add(value)) {
            return Shape.LEAF;
        }
        Visitor visitor = new Visitor(value, around);
        serializer.acceptJsonFormatVisitor(visitor, value.type());
        return visitor.shape;
    }

    private Shape shape(BeanProperty property) throws JsonMappingException {
        if (hasOwnSerializer(property.getMember())) {
            return Shape.LEAF;
        }
        JavaType type = property.getType();
        JsonFormatVisitable serializer = null;
        if (property instanceof BeanPropertyWriter writer) {
            type = writer.getSerializationType() == null ? type : writer.getSerializationType();
            serializer = writer.getSerializer();
        }
        return shape(
                new Value(type, property.getMember()),
                serializer == null ? provider.findValueSerializer(type, property) : serializer,
                new HashSet<>());
    }

    private boolean hasOwnSerializer(@Nullable AnnotatedMember member) {
        AnnotationIntrospector annotations = provider.getAnnotationIntrospector();
        return member != null
                && (annotations.findSerializer(member) != null || annotations.findContentSerializer(member) != null);
    }

    /**
     * What a shape is of.
     *
     * @param type the value's
     * @param member of the owner, whose annotations count too
     */
    private record Value(JavaType type, @Nullable AnnotatedMember member) {}

    private final class Visitor extends JsonFormatVisitorWrapper.Base {
        private final Value value;
        private final Set<Value> around;
        private Shape shape = Shape.LEAF;

        private Visitor(Value value, Set<Value> around) {
            super(Introspection.this.provider);
            this.value = value;
            this.around = around;
        }

        @Override
        public @Nullable JsonObjectFormatVisitor expectObjectFormat(JavaType type) {
            if (type.isJavaLangObject()) {
                shape = Shape.FREE_FORM;
                return null;
            }
            Map<String, Shape> members = new HashMap<>();
            boolean hasOthers = UnwrappedMembers.hasAnyGetter(provider.getConfig(), type);
            shape = new Shape(members, hasOthers ? Shape.Others.ANY : Shape.Others.NONE);
            objects.put(value, shape);
            return new JsonObjectFormatVisitor.Base(provider) {
                @Override
                public void property(BeanProperty property) throws JsonMappingException {
                    members.put(property.getName(), shape(property));
                }

                @Override
                public void optionalProperty(BeanProperty property) throws JsonMappingException {
                    property(property);
                }
            };
        }

        @Override
        public JsonArrayFormatVisitor expectArrayFormat(JavaType type) {
            return new JsonArrayFormatVisitor.Base(provider) {
                @Override
                public void itemsFormat(JsonFormatVisitable serializer, JavaType item) throws JsonMappingException {
                    shape = shape(new Value(item, value.member()), serializer, around);
                }
            };
        }

        @Override
        public @Nullable JsonMapFormatVisitor expectMapFormat(JavaType type) {
            shape = Shape.FREE_FORM;
            return null;
        }

        @Override
        public @Nullable JsonAnyFormatVisitor expectAnyFormat(JavaType type) {
            shape = type.isTypeOrSubTypeOf(JsonNode.class) ? Shape.FREE_FORM : Shape.LEAF;
            return null;
        }
    }
}

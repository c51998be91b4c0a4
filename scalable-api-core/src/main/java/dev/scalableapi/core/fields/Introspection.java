package dev.scalableapi.core.fields;

import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonObjectFormatVisitor;
import com.fasterxml.jackson.databind.ser.std.BeanSerializerBase;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks a mapper which members it would write. Used by one thread, for one schema. */
final class Introspection {
    private final JsonMapper mapper;
    /** A type is entered before its members are looked at, so that it may contain itself. */
    private final Map<JavaType, Shape> objects = new HashMap<>();

    Introspection(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /** The shape of the class that a mask is for; a leaf if it is written by anything that knows no mask. */
    Shape root(JavaType type) throws JsonMappingException {
        Shape shape = shape(type);
        boolean isMasked = shape == Shape.FREE_FORM
                || type.hasContentType()
                || mapper.getSerializerProviderInstance().findValueSerializer(type) instanceof BeanSerializerBase;
        return isMasked ? shape : Shape.LEAF;
    }

    private Shape shape(JavaType type) throws JsonMappingException {
        if (type.isMapLikeType() || type.isJavaLangObject() || type.isTypeOrSubTypeOf(JsonNode.class)) {
            return Shape.FREE_FORM;
        }
        if (type.hasContentType()) {
            return shape(type.getContentType());
        }
        Shape known = objects.get(type);
        return known != null ? known : visit(type);
    }

    private Shape visit(JavaType type) throws JsonMappingException {
        Visitor visitor = new Visitor(type);
        mapper.acceptJsonFormatVisitor(type, visitor);
        return visitor.shape;
    }

    private boolean hasOwnSerializer(@Nullable AnnotatedMember member) {
        AnnotationIntrospector annotations = mapper.getSerializationConfig().getAnnotationIntrospector();
        return member != null
                && (annotations.findSerializer(member) != null || annotations.findContentSerializer(member) != null);
    }

    private boolean hasAnyGetter(JavaType type) {
        return mapper.getSerializationConfig().introspect(type).findAnyGetter() != null;
    }

    private final class Visitor extends JsonFormatVisitorWrapper.Base {
        private final JavaType type;
        private Shape shape = Shape.LEAF;

        private Visitor(JavaType type) {
            this.type = type;
        }

        @Override
        public JsonObjectFormatVisitor expectObjectFormat(JavaType ignored) {
            Map<String, Shape> members = new HashMap<>();
            shape = new Shape(members, hasAnyGetter(type) ? Shape.Others.ANY : Shape.Others.NONE);
            objects.put(type, shape);
            return new JsonObjectFormatVisitor.Base(getProvider()) {
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

        private Shape shape(BeanProperty property) throws JsonMappingException {
            if (hasOwnSerializer(property.getMember())) {
                return Shape.LEAF;
            }
            JavaType declared = property.getType();
            return declared == null ? Shape.FREE_FORM : Introspection.this.shape(declared);
        }
    }
}

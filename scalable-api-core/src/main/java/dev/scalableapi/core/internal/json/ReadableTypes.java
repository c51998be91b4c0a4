package dev.scalableapi.core.internal.json;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.AbstractDeserializer;
import com.fasterxml.jackson.databind.deser.BeanDeserializerBase;
import com.fasterxml.jackson.databind.deser.DefaultDeserializationContext;
import com.fasterxml.jackson.databind.deser.SettableBeanProperty;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import com.fasterxml.jackson.databind.deser.impl.UnsupportedTypeDeserializer;
import com.fasterxml.jackson.databind.deser.std.ContainerDeserializerBase;
import com.fasterxml.jackson.databind.deser.std.ReferenceTypeDeserializer;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks at start whether a mapper can read a type, with the types of its members, elements, entries and referents. Used by
 * one thread, for one type.
 */
public final class ReadableTypes {
    private final DeserializationContext context;
    private final JavaType root;
    /** A type that contains itself is visited once. */
    private final Set<Visited> seen = new HashSet<>();

    private ReadableTypes(DeserializationContext context, JavaType root) {
        this.context = context;
        this.root = root;
    }

    /**
     * Checks a type.
     *
     * @param mapper reads the values
     * @param type of the values
     * @throws IllegalArgumentException if the mapper cannot read the type; the message names the member at fault
     */
    public static void require(ObjectMapper mapper, JavaType type) {
        DefaultDeserializationContext blueprint = (DefaultDeserializationContext) mapper.getDeserializationContext();
        new ReadableTypes(blueprint.createDummyInstance(mapper.getDeserializationConfig()), type)
                .check(type, null, JsonPointer.empty());
    }

    private void check(JavaType type, @Nullable BeanProperty property, JsonPointer place) {
        try {
            JsonDeserializer<?> deserializer = property == null
                    ? context.findRootValueDeserializer(type)
                    : context.findContextualValueDeserializer(type, property);
            check(deserializer, type, property, place);
        } catch (JsonMappingException fault) {
            throw new IllegalArgumentException(describe(type, place) + ". " + fault.getOriginalMessage(), fault);
        }
    }

    private void check(
            JsonDeserializer<?> deserializer, JavaType type, @Nullable BeanProperty property, JsonPointer place)
            throws JsonMappingException {
        if (!seen.add(new Visited(type, deserializer.getClass()))) {
            return;
        }
        if (deserializer instanceof UnsupportedTypeDeserializer
                || (isWithoutCreator(deserializer) && !isNamedInJson(type, property))) {
            throw new IllegalArgumentException(describe(type, place));
        }
        if (deserializer instanceof BeanDeserializerBase bean) {
            checkBean(bean, place);
        }
        checkContent(deserializer, type, property, place);
    }

    /** A class with a delegating creator is read as the creator's parameter, whatever properties it has. */
    private void checkBean(BeanDeserializerBase bean, JsonPointer place) throws JsonMappingException {
        ValueInstantiator creators = bean.getValueInstantiator();
        if (creators.canCreateUsingDelegate()) {
            check(creators.getDelegateType(context.getConfig()), null, place);
        } else if (creators.canCreateUsingArrayDelegate()) {
            check(creators.getArrayDelegateType(context.getConfig()), null, place);
        } else {
            check(bean.creatorProperties(), place);
            check(bean.properties(), place);
        }
    }

    private void checkContent(
            JsonDeserializer<?> deserializer, JavaType type, @Nullable BeanProperty property, JsonPointer place)
            throws JsonMappingException {
        JavaType content = type.getContentType();
        if (content == null || isNamedInJson(content, property)) {
            return;
        }
        if (deserializer instanceof ContainerDeserializerBase<?> container
                && container.getContentDeserializer() != null) {
            check(container.getContentDeserializer(), content, property, place);
        } else if (deserializer instanceof ReferenceTypeDeserializer) {
            check(content, property, place);
        }
    }

    private static boolean isWithoutCreator(JsonDeserializer<?> deserializer) {
        return deserializer instanceof AbstractDeserializer
                || (deserializer instanceof BeanDeserializerBase bean
                        && !bean.getValueInstantiator().canInstantiate());
    }

    /** Whether a type id in the JSON names the class to read. */
    private boolean isNamedInJson(JavaType type, @Nullable BeanProperty property) throws JsonMappingException {
        return (property != null && property.getAnnotation(JsonTypeInfo.class) != null)
                || context.getFactory().findTypeDeserializer(context.getConfig(), type) != null;
    }

    private void check(Iterator<SettableBeanProperty> properties, JsonPointer owner) throws JsonMappingException {
        while (properties.hasNext()) {
            SettableBeanProperty property = properties.next();
            JsonPointer place = owner.appendProperty(property.getName());
            if (property.hasValueTypeDeserializer()) {
                continue;
            }
            if (property.hasValueDeserializer()) {
                check(property.getValueDeserializer(), property.getType(), property, place);
            } else {
                check(property.getType(), property, place);
            }
        }
    }

    /**
     * What has been checked.
     *
     * @param deserializer a member can have its own
     */
    private record Visited(JavaType type, Class<?> deserializer) {}

    private String describe(JavaType type, JsonPointer place) {
        return "The mapper cannot read " + root.toCanonical()
                + (place.matches() ? "" : ": its member " + place + " is a " + type.toCanonical())
                + ". Json.strictMapper() reads java.time and optionals; give a class of yours a constructor that Jackson"
                + " can use, or the mapper a module that knows the type";
    }
}

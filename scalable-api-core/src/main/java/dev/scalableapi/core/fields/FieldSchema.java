package dev.scalableapi.core.fields;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * The fields that a class has as JSON, read from a mapper once, so that whatever the mapper renames or ignores is
 * renamed and ignored here. Immutable and thread-safe; make one per class and keep it.
 *
 * <p>Lists, arrays and optionals stand for what they hold. Maps, JSON trees and values declared as {@code Object} are
 * free in form: any name is accepted in them. A value with an own serializer is written as a whole.
 */
public final class FieldSchema {
    private final Class<?> type;
    private final Shape shape;

    private FieldSchema(Class<?> type, Shape shape) {
        this.type = type;
        this.shape = shape;
    }

    /**
     * {@return the fields of a class}
     *
     * @param mapper the one that writes the responses
     * @param type the class of the items that are asked for, not of a page or list around them
     * @throws IllegalArgumentException if the mapper cannot write the class, or not as an object
     */
    public static FieldSchema of(JsonMapper mapper, Class<?> type) {
        Shape shape;
        try {
            shape = new Introspection(mapper).shape(mapper.constructType(type));
        } catch (JsonMappingException e) {
            throw new IllegalArgumentException("The mapper cannot write " + type.getName(), e);
        }
        if (shape.isLeaf()) {
            throw new IllegalArgumentException("The mapper writes no object for " + type.getName());
        }
        return new FieldSchema(type, shape);
    }

    Class<?> type() {
        return type;
    }

    Shape shape() {
        return shape;
    }

    @Override
    public String toString() {
        return "FieldSchema[" + type.getName() + "]";
    }
}

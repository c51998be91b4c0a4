package dev.scalableapi.core.fields;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.scalableapi.core.fields.FieldMaskParser.UnknownNames;
import dev.scalableapi.core.internal.json.WritableTypes;

/**
 * The fields that a class has as JSON, read from a mapper once, so that whatever the mapper renames or ignores is
 * renamed and ignored here. Immutable and thread-safe; make one per class and keep it.
 *
 * <p>Lists, arrays and optionals stand for what they hold. Maps, JSON trees and values declared as {@code Object} are
 * free in form: any name is accepted in them. A value with an own serializer, or with the shape of an array, is written
 * as a whole. Fields that only a subclass has are no fields here. A mask that names any other field is refused, unless
 * the schema is {@link #lenient()}.
 *
 * <p>A mask can name what is made of letters, digits and {@code _-@$:}. Members with other names, such as a map's key
 * with a dot, come with the whole of what they are in.
 */
public final class FieldSchema {
    private final Class<?> type;
    private final Shape shape;
    private final UnknownNames unknownNames;

    private FieldSchema(Class<?> type, Shape shape, UnknownNames unknownNames) {
        this.type = type;
        this.shape = shape;
        this.unknownNames = unknownNames;
    }

    /**
     * {@return the fields of a class}
     *
     * @param mapper the one that writes the responses
     * @param type the class of the items that are asked for, not of a page or list around them
     * @throws IllegalArgumentException if the mapper cannot write the class or one of its fields, or writes it otherwise than
     *     as an object with these fields: as an array, or by an own serializer, a converter or a {@code @JsonValue}
     */
    public static FieldSchema of(ObjectMapper mapper, Class<?> type) {
        JavaType written = mapper.constructType(type);
        WritableTypes.require(mapper, written);
        Shape shape;
        try {
            shape = new Introspection(mapper).root(written);
        } catch (JsonMappingException e) {
            throw new IllegalArgumentException("The mapper cannot write " + type.getName(), e);
        }
        if (shape.isLeaf()) {
            throw new IllegalArgumentException("The mapper writes no object for " + type.getName());
        }
        return new FieldSchema(type, shape, UnknownNames.REFUSED);
    }

    /**
     * {@return the same fields, for masks that leave out the names of fields that there are not, instead of being refused}
     * So a client that knows more fields than this server gets what there is; but a name that is misspelt goes unnoticed.
     */
    public FieldSchema lenient() {
        return new FieldSchema(type, shape, UnknownNames.LEFT_OUT);
    }

    Class<?> type() {
        return type;
    }

    /** The fields that a text asks for. */
    Selection select(String text) {
        return new FieldMaskParser(text, unknownNames).parse(shape);
    }

    Shape shape() {
        return shape;
    }

    @Override
    public String toString() {
        return "FieldSchema[" + type.getName() + "]";
    }
}

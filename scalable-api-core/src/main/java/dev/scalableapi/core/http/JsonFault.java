package dev.scalableapi.core.http;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.scalableapi.core.internal.json.TimeType;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The member of a body that is not of the expected type. Jackson's own messages name classes and repeat values. */
final class JsonFault {
    private static final Fault UNKNOWN = new Fault("json.unknown", "This member is not known.");
    private static final Fault OTHER = new Fault("json.type", "This is not what is expected here.");
    private static final Fault BOOLEAN = new Fault("json.boolean", "It must be true or false.");
    private static final Fault NUMBER = new Fault("json.number", "It must be a number of the right kind.");
    private static final Fault STRING = new Fault("json.string", "It must be a string.");
    private static final Fault ARRAY = new Fault("json.array", "It must be an array.");

    private JsonFault() {}

    /** One violation; none if the body is not JSON at all, so that there is no member to name. */
    static List<Violation> violations(JsonProcessingException failure) {
        return failure instanceof JsonMappingException mismatch
                ? List.of(fault(mismatch).at(pointer(mismatch.getPath())))
                : List.of();
    }

    private static JsonPointer pointer(List<Reference> path) {
        JsonPointer pointer = JsonPointer.empty();
        for (Reference step : path) {
            pointer = next(pointer, step);
        }
        return pointer;
    }

    /** A deserializer can name the object only, without a member or an index. */
    private static JsonPointer next(JsonPointer pointer, Reference step) {
        if (step.getFieldName() != null) {
            return pointer.appendProperty(step.getFieldName());
        }
        return step.getIndex() < 0 ? pointer : pointer.appendIndex(step.getIndex());
    }

    private static Fault fault(JsonMappingException mismatch) {
        if (mismatch instanceof UnrecognizedPropertyException) {
            return UNKNOWN;
        }
        return mismatch instanceof MismatchedInputException typed ? expected(typed.getTargetType()) : OTHER;
    }

    private static Fault expected(@Nullable Class<?> type) {
        if (type == null || type == char.class) {
            return OTHER;
        }
        if (type == boolean.class || type == Boolean.class) {
            return BOOLEAN;
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return NUMBER;
        }
        if (type == String.class) {
            return STRING;
        }
        if (Object[].class.isAssignableFrom(type) || Collection.class.isAssignableFrom(type)) {
            return ARRAY;
        }
        TimeType<?> time = TimeType.of(type);
        return time == null ? OTHER : Fault.of(time);
    }

    /** What is wrong, and the parameters of the message. */
    private record Fault(String key, String message, Map<String, Object> parameters) {
        private Fault(String key, String message) {
            this(key, message, Map.of());
        }

        private static Fault of(TimeType<?> type) {
            return new Fault(
                    type.key(), "It must be in the form " + type.example() + ".", Map.of("example", type.example()));
        }

        private Violation at(JsonPointer pointer) {
            return Violation.body(pointer, message).withKey(key, parameters);
        }
    }
}

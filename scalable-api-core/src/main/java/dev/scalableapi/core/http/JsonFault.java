package dev.scalableapi.core.http;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a body is not of the expected type. Jackson's own words are left out: they name classes and repeat values. */
final class JsonFault {
    private JsonFault() {}

    /** One violation; none where the body is not JSON at all, so that there is no place to name. */
    static List<Violation> violations(JsonProcessingException failure) {
        return failure instanceof JsonMappingException mismatch
                ? List.of(Violation.body(pointer(mismatch.getPath()), message(mismatch)))
                : List.of();
    }

    private static JsonPointer pointer(List<Reference> path) {
        JsonPointer pointer = JsonPointer.empty();
        for (Reference step : path) {
            pointer = next(pointer, step);
        }
        return pointer;
    }

    /** A deserializer can name the object alone. */
    private static JsonPointer next(JsonPointer pointer, Reference step) {
        if (step.getFieldName() != null) {
            return pointer.appendProperty(step.getFieldName());
        }
        return step.getIndex() < 0 ? pointer : pointer.appendIndex(step.getIndex());
    }

    private static String message(JsonMappingException mismatch) {
        if (mismatch instanceof UnrecognizedPropertyException) {
            return "This member is not known.";
        }
        return mismatch instanceof MismatchedInputException typed
                ? expected(typed.getTargetType())
                : "This is not what is expected here.";
    }

    private static String expected(@Nullable Class<?> type) {
        if (type == null || type == char.class) {
            return "This is not what is expected here.";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "It must be true or false.";
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "It must be a number of the right kind.";
        }
        if (type == String.class) {
            return "It must be a string.";
        }
        if (Object[].class.isAssignableFrom(type) || Collection.class.isAssignableFrom(type)) {
            return "It must be an array.";
        }
        return "This is not what is expected here.";
    }
}

package dev.scalableapi.core.http;

import com.fasterxml.jackson.databind.JavaType;
import dev.scalableapi.core.internal.json.WritableTypes;

/**
 * Responses with values of one type as their JSON content. That the type can be written is checked when this object is made,
 * so that a type without a serializer fails at start and not with the first request. Immutable and thread-safe.
 *
 * @param <T> of the values
 */
public final class JsonResponses<T> {
    private final Json json;
    private final JavaType type;

    JsonResponses(Json json, JavaType type) {
        WritableTypes.require(json.mapper(), type);
        this.json = json;
        this.type = type;
    }

    /**
     * {@return a response}
     *
     * @param status a final status
     * @param value its content
     */
    public ApiResponse of(int status, T value) {
        return json.response(status, value);
    }

    /** {@return the type} */
    @Override
    public String toString() {
        return "JsonResponses[" + type.toCanonical() + "]";
    }
}

package dev.scalableapi.core.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.MutableCoercionConfig;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * JSON bodies: reads them strictly, writes them compactly. What a client sends is refused with a clear error that
 * repeats none of its values; where a value is not of the expected type, a JSON pointer tells which. Immutable and
 * thread-safe.
 */
public final class Json {
    /** How deep arrays and objects may nest. */
    private static final int MAX_DEPTH = 50;

    /** How long a string may be, in characters. */
    private static final int MAX_STRING = 100_000;

    /** How long a member's name may be, in characters. */
    private static final int MAX_NAME = 1000;

    /** How long a number may be, in characters, and how large a decimal's exponent. */
    private static final int MAX_NUMBER = 1000;

    /** How long a body may be, in bytes. */
    private static final int MAX_BODY = 1 << 20;

    private final JsonMapper mapper;

    private Json(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /**
     * {@return strict JSON} No duplicate members, nothing after the value, no text for a number and no number for a text
     * or an enum, no fraction for an integer, no infinity for a double, no null and no gap for a primitive; 50 levels,
     * strings of 100,000 characters, names and numbers of 1,000, decimals of an exponent up to 1,000, 1 MiB in all.
     */
    public static Json create() {
        return of(strictMapper().build());
    }

    /**
     * {@return JSON as an own mapper reads and writes it}
     *
     * @param mapper must not be configured any more; best made from {@link #strictMapper()}
     */
    public static Json of(JsonMapper mapper) {
        return new Json(mapper);
    }

    /** {@return a builder of mappers with the strict settings, to add modules to} */
    public static JsonMapper.Builder strictMapper() {
        JsonFactory factory = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // clients would choose what the JVM keeps
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxStringLength(MAX_STRING)
                        .maxNameLength(MAX_NAME)
                        .maxNumberLength(MAX_NUMBER)
                        .maxDocumentLength(MAX_BODY)
                        .build())
                .build();
        return JsonMapper.builder(factory)
                .addModule(new StrictNumbers(MAX_NUMBER))
                .withCoercionConfig(LogicalType.Textual, Json::refuseScalars)
                .enable(
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                        DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS);
    }

    private static void refuseScalars(MutableCoercionConfig text) {
        text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
    }

    /** {@return the mapper, not to be configured} */
    public JsonMapper mapper() {
        return mapper;
    }

    /**
     * Reads a request's body, once.
     *
     * @param request whose body
     * @param type what to make of it
     * @param <T> what to make of it
     * @return completes with the value; fails with an {@link ApiException}: 415 {@code UNSUPPORTED_MEDIA_TYPE} unless
     *     the body is declared as JSON, 413 beyond 1 MiB, 400 {@code INVALID_JSON} if it is not JSON, not of this type, or
     *     escapes one half of a surrogate pair by itself, which could not be written again
     */
    public <T> CompletionStage<T> read(ApiRequest request, Class<T> type) {
        if (request.headers()
                .combined("Content-Type")
                .flatMap(MediaType::parse)
                .filter(MediaType::isJson)
                .isEmpty()) {
            return CompletableFuture.failedFuture(
                    ApiException.of(415, "UNSUPPORTED_MEDIA_TYPE", "The body must be application/json.")
                            .withHeader("Accept", "application/json"));
        }
        return request.body().bytes(MAX_BODY).thenApply(bytes -> parse(bytes, type));
    }

    private <T> T parse(byte[] bytes, Class<T> type) {
        T value;
        try {
            requireUnicode(bytes);
            value = mapper.readValue(bytes, type);
        } catch (InvalidDefinitionException ours) {
            // Without the cause: its message can repeat a value of the body.
            throw new IllegalStateException(
                    "The definition of " + ours.getType() + " does not let JSON be read into it");
        } catch (JsonProcessingException malformed) {
            throw failure(malformed);
        } catch (IOException | NumberFormatException malformed) { // Jackson does not catch all that a number throws
            throw invalid("");
        }
        if (value == null) {
            throw ApiException.of(400, "INVALID_JSON", "The body must not be null.");
        }
        return value;
    }

    /**
     * Jackson also takes UTF-16 and UTF-32, which nothing on the way here will have understood (RFC 8259 section 8.1), and
     * halves of characters, which nothing behind will be able to write (section 8.2).
     */
    private static void requireUnicode(byte[] bytes) {
        if (!JsonEscapes.spellWholeCharacters(bytes)) {
            throw invalid("");
        }
        for (int i = 0; i < Math.min(4, bytes.length); i++) {
            if (bytes[i] == 0 || bytes[i] == (byte) 0xfe || bytes[i] == (byte) 0xff) {
                throw invalid("");
            }
        }
    }

    /**
     * {@return what the client is told whose body could not be read, for those who read it with a mapper of their own}
     * It is 400 {@code INVALID_JSON}, with a violation where there is a place to name; 500 where the mapper cannot read
     * such a type at all. An exception of writing is no client's fault, and has no business here.
     *
     * @param refused what reading a body threw
     */
    public static ApiException failure(JsonProcessingException refused) {
        return refused instanceof InvalidDefinitionException
                ? ApiException.of(500, "INTERNAL_SERVER_ERROR", "The server could not answer the request.")
                : invalid(place(refused.getLocation())).withViolations(JsonFault.violations(refused));
    }

    /** What was buffered or is a tree has no lines. */
    private static String place(@Nullable JsonLocation location) {
        return location == null || location.getLineNr() < 1
                ? ""
                : " The fault is near line " + location.getLineNr() + ", column " + location.getColumnNr() + ".";
    }

    private static ApiException invalid(String place) {
        return ApiException.of(400, "INVALID_JSON", "The body is not the JSON that is expected here." + place);
    }

    /**
     * {@return a response with the value as its content}
     *
     * @param status a final status
     * @param value anything that the mapper can write
     */
    public ApiResponse response(int status, Object value) {
        return response(status, value, mapper.writer());
    }

    /**
     * {@return a response with the value as its content, written in a special way, as with a field mask}
     *
     * @param status a final status
     * @param value anything that the writer can write
     * @param writer made from {@link #mapper()}
     */
    public ApiResponse response(int status, Object value, ObjectWriter writer) {
        try {
            return ApiResponse.of(status)
                    .withHeader("Content-Type", "application/json")
                    .withBody(Body.of(writer.writeValueAsBytes(value)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A response could not be written as JSON", e);
        }
    }
}

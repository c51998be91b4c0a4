package dev.scalableapi.core.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.MutableCoercionConfig;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.scalableapi.core.internal.json.OptionalModule;
import dev.scalableapi.core.internal.json.ReadableTypes;
import dev.scalableapi.core.internal.json.TimeModule;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * JSON bodies: reads them strictly, writes them compactly. A body that is rejected gives an error that repeats none of its
 * values; if a value is not of the expected type, the error contains its JSON pointer. Immutable and thread-safe.
 *
 * <p>Times of {@code java.time} are strings as in RFC 3339: an {@code Instant}, {@code OffsetDateTime} or
 * {@code ZonedDateTime} is {@code "2026-01-31T12:00:00Z"} or has an offset (the region of a zone is not written), a
 * {@code LocalDate} is {@code "2026-01-31"}. A {@code Duration} is {@code "PT1H30M"} (ISO 8601), a {@code Year} a number.
 * Optional values are written as what they contain, or as null.
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

    private static final String INVALID = "The body is not the JSON that is expected here.";

    private final JsonMapper mapper;

    private Json(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /**
     * {@return strict JSON} It rejects duplicate members, text after the value, strings for numbers, numbers for strings and
     * enums, fractions for integers, infinite numbers, and null or a missing member for a primitive; more than 50 levels,
     * 1 MiB, 100,000 characters of a string, 1,000 characters of a name or number, and decimals with an exponent beyond
     * 1,000.
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
                .addModule(new TimeModule())
                .addModule(new OptionalModule())
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
     *     the body is declared as JSON, 413 beyond 1 MiB, 400 {@code INVALID_JSON} as {@link #read(byte[], Class)}
     */
    public <T> CompletionStage<T> read(ApiRequest request, Class<T> type) {
        Optional<String> contentType = request.headers().combined("Content-Type");
        if (contentType.isEmpty() && request.body().length() == 0) {
            return CompletableFuture.failedFuture(empty()); // which has no type
        }
        if (contentType.flatMap(MediaType::parse).filter(MediaType::isJson).isEmpty()) {
            return CompletableFuture.failedFuture(
                    ApiException.of(415, "UNSUPPORTED_MEDIA_TYPE", "The body must be application/json.")
                            .withExtension("accepted", List.of("application/json"))
                            .withHeader("Accept", "application/json"));
        }
        return request.body().bytes(MAX_BODY).thenApply(bytes -> read(bytes, type));
    }

    /**
     * {@return the value that a JSON text contains}
     *
     * @param bytes the text in UTF-8
     * @param type what to make of it
     * @param <T> what to make of it
     * @throws ApiException 413 {@code PAYLOAD_TOO_LARGE} beyond 1 MiB; 400 {@code INVALID_JSON} if the text is empty, null,
     *     not JSON, not of this type, or contains the escape of one half of a surrogate pair, which could not be written
     *     again
     */
    public <T> T read(byte[] bytes, Class<T> type) {
        if (bytes.length > MAX_BODY) {
            throw LimitedPublisher.tooLarge(MAX_BODY);
        }
        if (bytes.length == 0) {
            throw empty();
        }
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
            throw invalid();
        }
        if (value == null) {
            throw ApiException.of(
                    400,
                    "INVALID_JSON",
                    Violation.body("", "The body must not be null.").withKey("json.null"));
        }
        return value;
    }

    private static ApiException empty() {
        return ApiException.of(
                400,
                "INVALID_JSON",
                Violation.body("", "The body must not be empty.").withKey("json.empty"));
    }

    /** Checks at start that values of the type can be read. */
    void requireReadable(Class<?> type) {
        ReadableTypes.require(mapper, mapper.constructType(type));
    }

    /**
     * Jackson also takes UTF-16 and UTF-32, which nothing on the way here will have understood (RFC 8259 section 8.1), and
     * halves of characters, which nothing behind will be able to write (section 8.2).
     */
    private static void requireUnicode(byte[] bytes) {
        if (!JsonEscapes.spellWholeCharacters(bytes)) {
            throw invalid();
        }
        for (int i = 0; i < Math.min(4, bytes.length); i++) {
            if (bytes[i] == 0 || bytes[i] == (byte) 0xfe || bytes[i] == (byte) 0xff) {
                throw invalid();
            }
        }
    }

    /**
     * {@return the failure of a request whose body another mapper could not read} It is 400 {@code INVALID_JSON}, with a
     * violation if there is a member to name; 500 if the mapper cannot read such a type at all. Do not call it for an
     * exception of writing, which is not the client's fault.
     *
     * @param refused what reading a body threw
     */
    public static ApiException failure(JsonProcessingException refused) {
        return refused instanceof InvalidDefinitionException
                ? ApiException.of(500, "INTERNAL_SERVER_ERROR", "The server could not answer the request.")
                : invalid(refused.getLocation()).withViolations(JsonFault.violations(refused));
    }

    /** A tree or a buffer of tokens has no lines. */
    private static ApiException invalid(@Nullable JsonLocation location) {
        if (location == null || location.getLineNr() < 1) {
            return invalid();
        }
        String place = " The fault is near line " + location.getLineNr() + ", column " + location.getColumnNr() + ".";
        return ApiException.of(400, "INVALID_JSON", INVALID + place)
                .withExtension("line", location.getLineNr())
                .withExtension("column", location.getColumnNr());
    }

    private static ApiException invalid() {
        return ApiException.of(400, "INVALID_JSON", INVALID);
    }

    /**
     * {@return responses with values of this type, for a handler that declares what it answers with}
     *
     * @param type of the values
     * @param <T> of the values
     * @throws IllegalArgumentException if the mapper cannot write the type, or one of its members, elements or entries
     */
    public <T> JsonResponses<T> responses(Class<T> type) {
        return new JsonResponses<>(this, mapper.constructType(type));
    }

    /**
     * {@return responses with values of a generic type, such as {@code new TypeReference<Page<Tea>>() {}}}
     *
     * @param type of the values
     * @param <T> of the values
     * @throws IllegalArgumentException if the mapper cannot write the type, or one of its members, elements or entries
     */
    public <T> JsonResponses<T> responses(TypeReference<T> type) {
        return new JsonResponses<>(this, mapper.constructType(type));
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

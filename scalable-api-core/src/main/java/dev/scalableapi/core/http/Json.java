package dev.scalableapi.core.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionStage;

/**
 * JSON bodies: reads them strictly, writes them compactly. What a client sends is refused with a clear error that
 * repeats none of it. Immutable and thread-safe.
 */
public final class Json {
    /** How deep arrays and objects may nest. */
    private static final int MAX_DEPTH = 50;

    /** How long a body may be, in bytes. */
    private static final int MAX_BODY = 1 << 20;

    private final JsonMapper mapper;

    private Json(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /** {@return strict JSON: no duplicate members, nothing after the value, 50 levels, 1 MiB} */
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
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxDocumentLength(MAX_BODY)
                        .build())
                .build();
        return JsonMapper.builder(factory).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    /** {@return the mapper, not to be configured} */
    public JsonMapper mapper() {
        return mapper;
    }

    /**
     * Reads a request's body.
     *
     * @param request whose body
     * @param type what to make of it
     * @param <T> what to make of it
     * @return completes with the value; fails with an {@link ApiException}: 415 {@code UNSUPPORTED_MEDIA_TYPE} unless
     *     the body is declared as JSON, 413 beyond 1 MiB, 400 {@code INVALID_JSON} if it is not JSON or not of this type
     */
    public <T> CompletionStage<T> read(ApiRequest request, Class<T> type) {
        requireJson(request);
        return request.body().bytes(MAX_BODY).thenApply(bytes -> parse(bytes, type));
    }

    private static void requireJson(ApiRequest request) {
        String contentType = request.header("Content-Type").orElse("");
        int semicolon = contentType.indexOf(';');
        String mediaType = (semicolon < 0 ? contentType : contentType.substring(0, semicolon)).strip();
        boolean json = mediaType.equalsIgnoreCase("application/json")
                || (mediaType.regionMatches(true, 0, "application/", 0, 12)
                        && mediaType.regionMatches(true, mediaType.length() - 5, "+json", 0, 5));
        if (!json) {
            throw ApiException.of(415, "UNSUPPORTED_MEDIA_TYPE", "The body must be application/json.")
                    .withHeader("Accept", "application/json");
        }
    }

    private <T> T parse(byte[] bytes, Class<T> type) {
        T value;
        try {
            value = mapper.readValue(bytes, type);
        } catch (JsonProcessingException malformed) {
            throw invalid(malformed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (value == null) {
            throw ApiException.of(400, "INVALID_JSON", "The body must not be null.");
        }
        return value;
    }

    private static ApiException invalid(JsonProcessingException malformed) {
        var location = malformed.getLocation();
        String place = location == null
                ? ""
                : " The fault is near line " + location.getLineNr() + ", column " + location.getColumnNr() + ".";
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

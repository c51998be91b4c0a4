package dev.scalableapi.errors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.http.Violation;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes failures as responses, without any pipeline around it: for the exception handler of a framework, too. Members
 * that have no value are left out. Immutable and thread-safe.
 */
public final class ErrorRenderer {
    private static final URI DEFAULT_DOCUMENTATION = URI.create("/docs/errors#");

    private final JsonFactory json = new JsonFactory();
    private final String documentation;

    private ErrorRenderer(URI documentation) {
        this.documentation = documentation.toString();
    }

    /** {@return a renderer that refers to {@code /docs/errors#CODE}} */
    public static ErrorRenderer create() {
        return of(DEFAULT_DOCUMENTATION);
    }

    /**
     * {@return a renderer that refers to one's own documentation}
     *
     * @param documentation to which the code is appended; ends with {@code #} or a slash
     */
    public static ErrorRenderer of(URI documentation) {
        return new ErrorRenderer(documentation);
    }

    /**
     * {@return the response for a failure} It has the fields of an {@link ApiException}, varies by {@code Accept} and
     * is not to be stored.
     *
     * @param failure what happened; a completion exception stands for its cause
     * @param accept the combined values of the request's {@code Accept}, however malformed
     * @param traceId under which the failure is logged
     */
    public ApiResponse response(Throwable failure, Optional<String> accept, String traceId) {
        Throwable cause = ApiPipeline.cause(failure);
        ApiProblem problem = ApiProblem.of(cause, traceId);
        ErrorFormat format = ErrorFormat.preferred(accept);
        Headers headers = (cause instanceof ApiException expected ? expected.headers() : Headers.empty())
                .with("Content-Type", format.mediaType())
                .with("Cache-Control", "no-store")
                .withAdded("Vary", "Accept");
        return new ApiResponse(problem.status(), headers, Body.of(json(problem, format)));
    }

    /**
     * {@return the problem as JSON}
     *
     * @param problem what to tell
     * @param format how
     */
    public String json(ApiProblem problem, ErrorFormat format) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = json.createGenerator(text)) {
            if (format == ErrorFormat.PROBLEM) {
                writeProblem(problem, generator);
            } else {
                writeEnvelope(problem, generator);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    private void writeEnvelope(ApiProblem problem, JsonGenerator generator) throws IOException {
        generator.writeStartObject();
        generator.writeObjectFieldStart("error");
        generator.writeStringField("code", problem.code());
        generator.writeStringField("message", problem.message());
        generator.writeStringField("documentation", documentation(problem));
        generator.writeStringField("traceId", problem.traceId());
        writeViolations("details", problem.details(), generator);
        generator.writeEndObject();
        generator.writeEndObject();
    }

    private void writeProblem(ApiProblem problem, JsonGenerator generator) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("type", documentation(problem));
        generator.writeStringField("title", title(problem.code()));
        generator.writeNumberField("status", problem.status());
        generator.writeStringField("detail", problem.message());
        generator.writeStringField("code", problem.code());
        generator.writeStringField("traceId", problem.traceId());
        writeViolations("errors", problem.details(), generator);
        generator.writeEndObject();
    }

    private static void writeViolations(String name, List<Violation> violations, JsonGenerator generator)
            throws IOException {
        if (violations.isEmpty()) {
            return;
        }
        generator.writeArrayFieldStart(name);
        for (Violation violation : violations) {
            generator.writeStartObject();
            generator.writeStringField("location", violation.location().name().toLowerCase(Locale.ROOT));
            generator.writeStringField(
                    violation.location() == Violation.Location.BODY ? "pointer" : "parameter", violation.name());
            generator.writeStringField("message", violation.message());
            generator.writeEndObject();
        }
        generator.writeEndArray();
    }

    private String documentation(ApiProblem problem) {
        return documentation + URLEncoder.encode(problem.code(), StandardCharsets.UTF_8);
    }

    /** The same at each occurrence, as RFC 9457 section 3.1.3 asks: {@code RATE_LIMITED} is "Rate limited". */
    private static String title(String code) {
        String words = code.replace('_', ' ').toLowerCase(Locale.ROOT);
        return words.isEmpty() ? words : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }
}

package dev.scalableapi.errors;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.scalableapi.core.http.Violation;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The representation of an error as {@code {"error":{"code":...,"message":...}}}, which can be converted to problem details.
 * Immutable.
 *
 * @param code stable, for programs, such as {@code RESOURCE_NOT_FOUND}
 * @param message a sentence for people
 * @param documentation a page that explains the code; null if there is none
 * @param traceId under which the log and the trace have more
 * @param details which inputs are at fault; may be empty
 * @param truncated whether there are more details than these
 * @param extensions further members, in order: text, numbers, booleans, violations, and lists and maps of these
 */
public record ErrorEnvelope(
        String code,
        String message,
        @Nullable URI documentation,
        String traceId,
        List<Violation> details,
        boolean truncated,
        Map<String, Object> extensions) {
    /**
     * Copies the details and the extensions.
     *
     * @param code stable, for programs
     * @param message a sentence for people
     * @param documentation a page that explains the code, or null
     * @param traceId under which the log has more
     * @param details which inputs are at fault
     * @param truncated whether there are more details than these
     * @param extensions further members, in order
     * @throws IllegalArgumentException if an extension has the name of another member, of this form or of problem details, or
     *     a value that is not JSON, or nests deeper than 32 levels
     */
    public ErrorEnvelope {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(traceId, "traceId");
        details = List.copyOf(details);
        extensions = Extensions.copyOf(extensions, ErrorEnvelope::isStandard);
    }

    /**
     * Makes an envelope without extensions.
     *
     * @param code stable, for programs
     * @param message a sentence for people
     * @param documentation a page that explains the code, or null
     * @param traceId under which the log has more
     * @param details which inputs are at fault
     * @param truncated whether there are more
     */
    public ErrorEnvelope(
            String code,
            String message,
            @Nullable URI documentation,
            String traceId,
            List<Violation> details,
            boolean truncated) {
        this(code, message, documentation, traceId, details, truncated, Map.of());
    }

    /** Whether the name is that of another member, here or in problem details. */
    private static boolean isStandard(String name) {
        return switch (name) {
            case "code", "message", "documentation", "traceId", "details", "errors", "truncated" -> true;
            default -> ApiProblem.isStandard(name);
        };
    }

    /**
     * {@return the same as problem details (RFC 9457)} The documentation is the type, with a title made from the code;
     * without documentation the type is {@code about:blank} and the title that of the status. Code, trace id and details
     * ({@code errors}) are extension members.
     *
     * @param status of the response, 400 to 599
     * @throws IllegalArgumentException if the status is not an error
     */
    public ApiProblem toProblem(int status) {
        return documentation == null
                ? toProblem(status, ApiProblem.BLANK, StatusPhrase.of(status))
                : toProblem(status, documentation, ErrorTitle.of(code));
    }

    ApiProblem toProblem(int status, URI type, String title) {
        ApiProblem.Builder problem = ApiProblem.builder(status)
                .type(type)
                .title(title)
                .detail(message)
                .extension("code", code)
                .extension("traceId", traceId);
        if (!details.isEmpty()) {
            problem.extension("errors", details);
        }
        if (truncated) {
            problem.extension("truncated", true);
        }
        extensions.forEach(problem::extension);
        return problem.build();
    }

    /** {@return the envelope as JSON, without the members that have no value; Jackson writes the same} */
    @JsonValue
    @JsonRawValue
    public String toJson() {
        return written().toString();
    }

    /** {@return {@link #toJson()} in UTF-8, as the content of a response} */
    public byte[] toJsonBytes() {
        return written().toBytes();
    }

    private JsonWriter written() {
        JsonWriter json = new JsonWriter();
        writeTo(json);
        return json;
    }

    void writeTo(JsonWriter json) {
        json.begin('{').name("error").begin('{');
        json.member("code", code).member("message", message);
        if (documentation != null) {
            json.member("documentation", UriReference.of(documentation));
        }
        json.member("traceId", traceId);
        if (!details.isEmpty()) {
            json.member("details", details);
        }
        if (truncated) {
            json.member("truncated", true);
        }
        extensions.forEach(json::member);
        json.end('}').end('}');
    }

    /** {@return the code only: the rest may be another server's, with any content} */
    @Override
    public String toString() {
        return "ErrorEnvelope[code=" + code + "]";
    }
}

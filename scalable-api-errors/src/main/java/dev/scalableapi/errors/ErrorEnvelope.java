package dev.scalableapi.errors;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.scalableapi.core.http.Violation;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What a client is told of a failure: {@code {"error":{"code":...,"message":...}}}, or the same as problem details.
 * Immutable.
 *
 * @param code stable, for programs, such as {@code RESOURCE_NOT_FOUND}
 * @param message a sentence for people
 * @param documentation explains the code
 * @param traceId under which the log and the trace tell more
 * @param details which inputs are at fault; may be empty
 * @param truncated whether more inputs are at fault than are told
 */
public record ErrorEnvelope(
        String code, String message, URI documentation, String traceId, List<Violation> details, boolean truncated) {
    /**
     * Copies the details.
     *
     * @param code stable, for programs
     * @param message a sentence for people
     * @param documentation explains the code
     * @param traceId under which the log tells more
     * @param details which inputs are at fault
     * @param truncated whether there are more
     */
    public ErrorEnvelope {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(documentation, "documentation");
        Objects.requireNonNull(traceId, "traceId");
        details = List.copyOf(details);
    }

    /**
     * {@return the same as problem details (RFC 9457)} The documentation is the type; code, trace id and details
     * ({@code errors}) are extensions.
     *
     * @param status of the response, 400 to 599
     * @throws IllegalArgumentException if the status is not an error
     */
    public ApiProblem toProblem(int status) {
        ApiProblem.Builder problem = ApiProblem.builder(status)
                .type(documentation)
                .title(title(code))
                .detail(message)
                .extension("code", code)
                .extension("traceId", traceId);
        if (!details.isEmpty()) {
            problem.extension("errors", details);
        }
        return (truncated ? problem.extension("truncated", true) : problem).build();
    }

    /** The same at each occurrence, as RFC 9457 section 3.1.3 asks: {@code RATE_LIMITED} is "Rate limited". */
    private static String title(String code) {
        String words = code.replace('_', ' ').toLowerCase(Locale.ROOT);
        return words.isEmpty() ? words : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    /** {@return the envelope as JSON, members without a value left out; Jackson writes the same} */
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
        json.member("documentation", UriReference.of(documentation)).member("traceId", traceId);
        if (!details.isEmpty()) {
            json.member("details", details);
        }
        if (truncated) {
            json.member("truncated", true);
        }
        json.end('}').end('}');
    }

    /** {@return the code alone: the rest may be another server's, and hold anything} */
    @Override
    public String toString() {
        return "ErrorEnvelope[code=" + code + "]";
    }
}

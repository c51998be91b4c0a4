package dev.scalableapi.core.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A failure that the client may know about: the status, a stable code for programs, a message for people, which inputs are
 * at fault, and further members of the error. All of it is shown to the client, so that none of it may contain a secret.
 * Immutable.
 *
 * <p>Only a 500 has a stack trace. Every other failure is expected, such as shedding with 503, and costs as much as a return
 * value.
 */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** In seconds: the largest delta-seconds that every recipient has to represent (RFC 9111 section 1.2.2). */
    private static final long MAX_DELAY = 1L << 31;

    /** The status. */
    private final int status;

    /** The stable code. */
    private final String code;

    /** Null in an exception that was serialized. */
    private final transient @Nullable Details details;

    private ApiException(int status, String code, String message, Details details, @Nullable Throwable cause) {
        super(message, cause, true, status == 500);
        this.status = status;
        this.code = code;
        this.details = details;
    }

    /**
     * {@return a failure}
     *
     * @param status an error status, 400 to 599
     * @param code stable, upper case with underscores, such as {@code RESOURCE_NOT_FOUND}
     * @param message a sentence for people, safe to show
     * @throws IllegalArgumentException if the status is not an error
     */
    public static ApiException of(int status, String code, String message) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("Not an error status: " + status);
        }
        return new ApiException(
                status,
                Objects.requireNonNull(code, "code"),
                Objects.requireNonNull(message, "message"),
                Details.NONE,
                null);
    }

    /**
     * {@return a failure of one input, with the violation's message}
     *
     * @param status an error status, 400 to 599
     * @param code stable, upper case with underscores, such as {@code INVALID_PARAMETER}
     * @param violation what is wrong with which input
     * @throws IllegalArgumentException if the status is not an error
     */
    public static ApiException of(int status, String code, Violation violation) {
        return of(status, code, violation.message()).withViolation(violation);
    }

    /**
     * {@return a request that cannot be understood: 400 {@code BAD_REQUEST}}
     *
     * @param message a sentence for people, safe to show
     */
    public static ApiException badRequest(String message) {
        return of(400, "BAD_REQUEST", message);
    }

    /**
     * {@return inputs that are not valid: 400 {@code VALIDATION_FAILED}} A single violation gives its message.
     *
     * @param violations what is wrong with which inputs, at least one
     * @throws IllegalArgumentException if there is none
     */
    public static ApiException validationFailed(List<Violation> violations) {
        if (violations.isEmpty()) {
            throw new IllegalArgumentException("A validation that failed has a violation");
        }
        String message =
                violations.size() == 1 ? violations.get(0).message() : "The request has values that are not valid.";
        return of(400, "VALIDATION_FAILED", message).withViolations(violations);
    }

    /**
     * {@return a request that the caller may not make: 403 {@code FORBIDDEN}}
     *
     * @param message a sentence for people, safe to show
     */
    public static ApiException forbidden(String message) {
        return of(403, "FORBIDDEN", message);
    }

    /**
     * {@return a resource that does not exist, or whose existence the caller may not know: 404 {@code RESOURCE_NOT_FOUND}}
     *
     * @param message a sentence for people, safe to show
     */
    public static ApiException notFound(String message) {
        return of(404, "RESOURCE_NOT_FOUND", message);
    }

    /**
     * {@return a request that the state of the resource does not allow: 409 {@code CONFLICT}}
     *
     * @param message a sentence for people, safe to show
     */
    public static ApiException conflict(String message) {
        return of(409, "CONFLICT", message);
    }

    /**
     * {@return a service that is not available now: 503 {@code UNAVAILABLE}}
     *
     * @param message a sentence for people, safe to show
     * @param retryAfter as {@link #withRetryAfter}
     */
    public static ApiException unavailable(String message, Duration retryAfter) {
        return of(503, "UNAVAILABLE", message).withRetryAfter(retryAfter);
    }

    /** {@return the one refusal of work beyond a bound: 503 {@code OVERLOADED}, to be tried again in a second} */
    public static ApiException overloaded() {
        return of(503, "OVERLOADED", "The server is busy. Try again shortly.").withRetryAfter(Duration.ofSeconds(1));
    }

    /**
     * {@return the failure for a request that the server rejects before any handler: the library's code and message for the
     * status} Its response has {@code Connection: close}, because the server may not know where the next request begins; an
     * adapter for HTTP/2 omits that field.
     *
     * @param status as the server names it. A client error without a code of its own becomes 400 {@code MALFORMED_REQUEST},
     *     any other status 500 {@code INTERNAL_SERVER_ERROR}
     */
    public static ApiException rejected(int status) {
        ApiException failure = switch (status) {
            case 408 -> of(408, "REQUEST_TIMEOUT", "The request came too slowly.");
            case 413 -> of(413, "PAYLOAD_TOO_LARGE", "The body is too large.");
            case 414 -> of(414, "URI_TOO_LONG", "The URI is too long.");
            case 417 -> of(417, "UNSUPPORTED_EXPECTATION", "The server does not support the value of Expect.");
            case 421 -> of(421, "MISDIRECTED_REQUEST", "The connection is not for this scheme or host.");
            case 431 -> of(431, "HEADERS_TOO_LARGE", "The headers are too large.");
            case 501 -> of(501, "NOT_IMPLEMENTED", "The server does not support this kind of request.");
            case 503 -> overloaded();
            case 505 -> of(505, "UNSUPPORTED_HTTP_VERSION", "The server does not support this version of HTTP.");
            default ->
                status >= 400 && status < 500
                        ? of(400, "MALFORMED_REQUEST", "The request is not valid HTTP.")
                        : of(500, "INTERNAL_SERVER_ERROR", "The server could not answer the request.");
        };
        return failure.withHeader("Connection", "close");
    }

    /**
     * {@return the same failure with one more violation}
     *
     * @param violation what is wrong with which input
     */
    public ApiException withViolation(Violation violation) {
        List<Violation> more = new ArrayList<>(violations());
        more.add(violation);
        return withViolations(more);
    }

    /**
     * {@return the same failure with these violations only}
     *
     * @param all what is wrong with which inputs
     */
    public ApiException withViolations(List<Violation> all) {
        return copy(new Details(List.copyOf(all), headers(), extensions()), getCause());
    }

    /**
     * {@return the same failure with one more member in its representation} Problem details have it as an extension member
     * (RFC 9457 section 3.2), the envelope beside its message. A member of the same name is replaced. A translated message can
     * contain the value.
     *
     * @param name a letter, then 2 to 63 letters, digits and underscores; not the name of a member that errors have anyway
     * @param value a text, number or boolean, or a list or map of these
     * @throws IllegalArgumentException if the name is anything else, the value is of another type or nests deeper than five
     *     levels, there are more than 20 members, or they have more than about 8,000 characters together
     */
    public ApiException withExtension(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(extensions());
        more.put(name, value);
        return copy(new Details(violations(), headers(), Members.extensions(more)), getCause());
    }

    /**
     * {@return the same failure with {@code Retry-After} (RFC 9110 section 10.2.3)}
     *
     * @param delay until the client may try again; rounded up to whole seconds, at least one, so that clients do not come
     *     back at once
     */
    public ApiException withRetryAfter(Duration delay) {
        long whole = Math.min(Math.max(0, delay.getSeconds()), MAX_DELAY - 1);
        long seconds = delay.getNano() > 0 || whole == 0 ? whole + 1 : whole;
        return withHeaders(headers().with("Retry-After", Long.toString(seconds)));
    }

    /**
     * {@return the same failure with one more field in its response, such as {@code Allow}}
     *
     * @param name a token
     * @param value a field value
     * @throws IllegalArgumentException if either is malformed
     */
    public ApiException withHeader(String name, String value) {
        return withHeaders(headers().withAdded(name, value));
    }

    private ApiException withHeaders(Headers fields) {
        return copy(new Details(violations(), fields, extensions()), getCause());
    }

    /**
     * {@return the same failure with its cause, which is logged and never shown to the client}
     *
     * @param cause what led to the failure
     */
    public ApiException withCause(Throwable cause) {
        return copy(details(), cause);
    }

    /** The stack trace is that of the original. */
    private ApiException copy(Details changed, @Nullable Throwable cause) {
        ApiException copy = new ApiException(status, code, message(), changed, cause);
        if (status == 500) {
            copy.setStackTrace(getStackTrace());
        }
        return copy;
    }

    private Details details() {
        return details == null ? Details.NONE : details;
    }

    /** {@return the status, 400 to 599} */
    public int status() {
        return status;
    }

    /** {@return the stable code} */
    public String code() {
        return code;
    }

    /** {@return the message for people} */
    public String message() {
        return String.valueOf(getMessage());
    }

    /** {@return what is wrong with which inputs; may be empty} */
    public List<Violation> violations() {
        return details().violations;
    }

    /** {@return the fields for the response} */
    public Headers headers() {
        return details().headers;
    }

    /** {@return further members of the error, in the order in which they were added} */
    public Map<String, Object> extensions() {
        return details().extensions;
    }

    private record Details(List<Violation> violations, Headers headers, Map<String, Object> extensions) {
        private static final Details NONE = new Details(List.of(), Headers.empty(), Map.of());
    }
}

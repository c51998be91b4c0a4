package dev.scalableapi.core.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A failure that the client is told of: the status, a stable code for programs, a message for people, and, where
 * inputs are at fault, which. All of it is shown to the client, so none of it may hold a secret. Immutable.
 *
 * <p>Only a 500 has a stack trace. Every other failure is expected, shedding with 503 above all, and costs as much as a
 * return value.
 */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** In seconds: the largest delay that every recipient has to understand (RFC 9111 section 1.2.2). */
    private static final long MAX_DELAY = 1L << 31;

    /** The status. */
    private final int status;

    /** The stable code. */
    private final String code;

    /** Null in an exception that was serialized. */
    private final transient @Nullable List<Violation> violations;

    /** Null in an exception that was serialized. */
    private final transient @Nullable Headers headers;

    private ApiException(
            int status,
            String code,
            String message,
            List<Violation> violations,
            Headers headers,
            @Nullable Throwable cause) {
        super(message, cause, true, status == 500);
        this.status = status;
        this.code = code;
        this.violations = violations;
        this.headers = headers;
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
                List.of(),
                Headers.empty(),
                null);
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
     * {@return the same failure, blamed on one more input}
     *
     * @param violation what is wrong with it
     */
    public ApiException withViolation(Violation violation) {
        List<Violation> more = new ArrayList<>(violations());
        more.add(violation);
        return withViolations(more);
    }

    /**
     * {@return the same failure, blamed on these inputs alone}
     *
     * @param all what is wrong with them
     */
    public ApiException withViolations(List<Violation> all) {
        return copy(List.copyOf(all), headers(), getCause());
    }

    /**
     * {@return the same failure, to be tried again after a while} Sets {@code Retry-After} (RFC 9110 section 10.2.3).
     *
     * @param delay rounded up to whole seconds, one at least: none would have all clients come back at once
     */
    public ApiException withRetryAfter(Duration delay) {
        long whole = Math.min(Math.max(0, delay.getSeconds()), MAX_DELAY - 1);
        long seconds = delay.getNano() > 0 || whole == 0 ? whole + 1 : whole;
        Headers fields = headers().with("Retry-After", Long.toString(seconds));
        return copy(violations(), fields, getCause());
    }

    /**
     * {@return the same failure, whose response carries one more field, such as {@code Allow}}
     *
     * @param name a token
     * @param value a field value
     * @throws IllegalArgumentException if either is malformed
     */
    public ApiException withHeader(String name, String value) {
        return copy(violations(), headers().withAdded(name, value), getCause());
    }

    /**
     * {@return the same failure with what led to it, for the log alone}
     *
     * @param cause never shown to the client
     */
    public ApiException withCause(Throwable cause) {
        return copy(violations(), headers(), cause);
    }

    /** It came about where the original did. */
    private ApiException copy(List<Violation> faults, Headers fields, @Nullable Throwable cause) {
        ApiException copy = new ApiException(status, code, message(), faults, fields, cause);
        if (status == 500) {
            copy.setStackTrace(getStackTrace());
        }
        return copy;
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
        return violations == null ? List.of() : violations;
    }

    /** {@return the fields for the response} */
    public Headers headers() {
        return headers == null ? Headers.empty() : headers;
    }
}

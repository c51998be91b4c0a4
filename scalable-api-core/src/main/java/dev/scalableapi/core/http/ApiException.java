package dev.scalableapi.core.http;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure that the client is told of: the status, a stable code for programs, a message for people, and, where one
 * input is at fault, its name. All of it is shown to the client, so none of it may hold a secret. Immutable.
 *
 * <p>Only a 500 has a stack trace. Every other failure is expected, shedding with 503 above all, and costs as much as a
 * return value.
 */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The status. */
    private final int status;

    /** The stable code. */
    private final String code;

    /** The input at fault. */
    private final @Nullable String parameter;

    /** Null in an exception that was serialized. */
    private final transient @Nullable Headers headers;

    private ApiException(
            int status,
            String code,
            String message,
            @Nullable String parameter,
            Headers headers,
            @Nullable Throwable cause) {
        super(message, cause, true, status == 500);
        this.status = status;
        this.code = code;
        this.parameter = parameter;
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
        return new ApiException(status, code, message, null, Headers.empty(), null);
    }

    /** {@return the one refusal of work beyond a bound: 503 {@code OVERLOADED}, to be tried again in a second} */
    public static ApiException overloaded() {
        return of(503, "OVERLOADED", "The server is busy. Try again shortly.").withHeader("Retry-After", "1");
    }

    /**
     * {@return the same failure, blamed on one input}
     *
     * @param name of the query parameter, header or member
     */
    public ApiException withParameter(String name) {
        return copy(name, headers(), getCause());
    }

    /**
     * {@return the same failure, whose response carries one more field, such as {@code Allow} or {@code Retry-After}}
     *
     * @param name a token
     * @param value a field value
     * @throws IllegalArgumentException if either is malformed
     */
    public ApiException withHeader(String name, String value) {
        return copy(parameter, headers().withAdded(name, value), getCause());
    }

    /**
     * {@return the same failure with what led to it, for the log alone}
     *
     * @param cause never shown to the client
     */
    public ApiException withCause(Throwable cause) {
        return copy(parameter, headers(), cause);
    }

    /** It came about where the original did. */
    private ApiException copy(@Nullable String name, Headers fields, @Nullable Throwable cause) {
        ApiException copy = new ApiException(status, code, message(), name, fields, cause);
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

    /** {@return the name of the input at fault} */
    public Optional<String> parameter() {
        return Optional.ofNullable(parameter);
    }

    /** {@return the fields for the response} */
    public Headers headers() {
        return headers == null ? Headers.empty() : headers;
    }
}

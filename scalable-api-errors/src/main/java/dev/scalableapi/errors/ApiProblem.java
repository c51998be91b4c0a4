package dev.scalableapi.errors;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.Violation;
import java.util.List;

/**
 * What a client is told of a failure, whatever the format. Immutable.
 *
 * @param status the response's status, 400 to 599
 * @param code stable, for programs, such as {@code RESOURCE_NOT_FOUND}
 * @param message a sentence for people
 * @param traceId under which the log and the trace tell more
 * @param details which inputs are at fault; may be empty
 */
public record ApiProblem(int status, String code, String message, String traceId, List<Violation> details) {
    private static final String UNEXPECTED = "INTERNAL_SERVER_ERROR";

    /**
     * Checks the status and copies the details.
     *
     * @param status 400 to 599
     * @param code stable, for programs
     * @param message a sentence for people
     * @param traceId under which the log tells more
     * @param details which inputs are at fault
     * @throws IllegalArgumentException if the status is not an error
     */
    public ApiProblem {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("Not an error status: " + status);
        }
        details = List.copyOf(details);
    }

    /**
     * {@return what to tell of any failure} An {@link ApiException} tells of itself; of anything else nothing is told
     * but that it happened, since its message, its class and its causes may hold secrets.
     *
     * @param failure what happened
     * @param traceId under which it is logged
     */
    public static ApiProblem of(Throwable failure, String traceId) {
        return failure instanceof ApiException expected ? expected(expected, traceId) : unexpected(traceId);
    }

    private static ApiProblem expected(ApiException failure, String traceId) {
        return new ApiProblem(failure.status(), failure.code(), failure.message(), traceId, failure.violations());
    }

    private static ApiProblem unexpected(String traceId) {
        return new ApiProblem(500, UNEXPECTED, "The server could not answer the request.", traceId, List.of());
    }
}

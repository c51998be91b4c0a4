package dev.scalableapi.errors;

import org.jspecify.annotations.Nullable;

/**
 * Another server's error answer, as a client of it sees it. It is no {@link dev.scalableapi.core.http.ApiException}: what
 * another server tells is not for our own client, unless it is mapped by an {@link ExceptionMapper}. Immutable.
 */
public final class ApiProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The status. */
    private final int status;

    /** Null in an exception that was serialized. */
    private final transient @Nullable ApiProblem problem;

    /**
     * Makes an exception whose message is the status alone.
     *
     * @param problem what the other server told
     */
    public ApiProblemException(ApiProblem problem) {
        super("The answer was an error of status " + problem.status());
        this.status = problem.status();
        this.problem = problem;
    }

    /** {@return what the other server told: not to be trusted; after serialization, the status alone} */
    public ApiProblem problem() {
        return problem == null ? ApiProblem.builder(status).build() : problem;
    }
}

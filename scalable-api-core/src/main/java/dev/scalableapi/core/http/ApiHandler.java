package dev.scalableapi.core.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * A server: a function from a request to the response's head, which may come later. Implementations are thread-safe,
 * and do not block the calling thread; {@link #blocking} moves code that does.
 *
 * <p>A failure is a stage that completes with the exception. An implementation may also throw: {@link ApiPipeline}
 * turns that into such a stage, so that inside a pipeline {@code next.handle} never throws.
 */
@FunctionalInterface
public interface ApiHandler {
    /**
     * Answers a request.
     *
     * @param request what is asked
     * @return completes when the response's head is ready; its body may still be streaming after that
     */
    CompletionStage<ApiResponse> handle(ApiRequest request);

    /**
     * {@return a handler for code that answers at once without blocking}
     *
     * @param handler the code
     */
    static ApiHandler direct(Blocking handler) {
        return request -> {
            try {
                return CompletableFuture.completedFuture(handler.handle(request));
            } catch (Exception e) {
                return CompletableFuture.failedFuture(e);
            }
        };
    }

    /**
     * {@return a handler that moves blocking code, such as JDBC, to another thread} The request's OpenTelemetry context
     * and the caller's MDC are current there. When the executor refuses, the answer is 503 {@code OVERLOADED} with
     * {@code Retry-After}.
     *
     * @param executor where to run; a {@link BlockingExecutor} is bounded and uses virtual threads where there are any
     * @param handler the code
     */
    static ApiHandler blocking(Executor executor, Blocking handler) {
        return request -> {
            CompletableFuture<ApiResponse> response = new CompletableFuture<>();
            ThreadContext caller = ThreadContext.capture(request.exchange().context());
            try {
                executor.execute(caller.wrap(() -> {
                    try {
                        response.complete(handler.handle(request));
                    } catch (Throwable t) {
                        response.completeExceptionally(t);
                    }
                }));
            } catch (RejectedExecutionException full) {
                response.completeExceptionally(ApiException.overloaded());
            }
            return response;
        };
    }

    /** Code that answers on the thread that calls it. */
    @FunctionalInterface
    interface Blocking {
        /**
         * Answers a request.
         *
         * @param request what is asked
         * @return the response
         * @throws Exception any failure
         */
        ApiResponse handle(ApiRequest request) throws Exception;
    }
}

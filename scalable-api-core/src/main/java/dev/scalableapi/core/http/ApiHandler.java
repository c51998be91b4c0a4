package dev.scalableapi.core.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiFunction;
import java.util.function.Function;

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

    /**
     * {@return a handler of a JSON body, for code that does not block}
     *
     * <pre>{@code ApiHandler.json(json, NewTea.class, (request, tea) -> responses.of(201, teas.add(tea)))}</pre>
     *
     * The body is read as by {@link Json#read(ApiRequest, Class)}: another media type is 415, a body that is missing,
     * malformed or of another type 400, one beyond 1 MiB 413.
     *
     * @param json reads the body
     * @param type of the body
     * @param handler called with the body, in the request's OpenTelemetry context and the caller's MDC
     * @param <T> of the body
     * @throws IllegalArgumentException if the mapper cannot read the type, or one of its members, elements or entries
     */
    static <T> ApiHandler json(Json json, Class<T> type, JsonHandler<T> handler) {
        return reading(json, type, body -> direct(request -> handler.handle(request, body)));
    }

    /**
     * {@return a handler of a JSON body, for code that blocks} It reads the body as
     * {@link #json(Json, Class, JsonHandler)} and runs the code as {@link #blocking}.
     *
     * @param json reads the body
     * @param type of the body
     * @param executor where to run; a {@link BlockingExecutor} is bounded and uses virtual threads if there are any
     * @param handler called with the body
     * @param <T> of the body
     * @throws IllegalArgumentException if the mapper cannot read the type, or one of its members, elements or entries
     */
    static <T> ApiHandler json(Json json, Class<T> type, Executor executor, JsonHandler<T> handler) {
        return reading(json, type, body -> blocking(executor, request -> handler.handle(request, body)));
    }

    /**
     * {@return a handler of a JSON body, for code that answers later} It reads the body as
     * {@link #json(Json, Class, JsonHandler)}.
     *
     * @param json reads the body
     * @param type of the body
     * @param handler called with the body; the stage completes when the response's head is ready
     * @param <T> of the body
     * @throws IllegalArgumentException if the mapper cannot read the type, or one of its members, elements or entries
     */
    static <T> ApiHandler jsonAsync(
            Json json,
            Class<T> type,
            BiFunction<? super ApiRequest, ? super T, ? extends CompletionStage<ApiResponse>> handler) {
        return reading(json, type, body -> request -> handler.apply(request, body));
    }

    /** The body may come on another thread, which knows nothing of the request. */
    private static <T> ApiHandler reading(Json json, Class<T> type, Function<T, ApiHandler> next) {
        json.requireReadable(type);
        return request -> {
            ThreadContext caller = ThreadContext.capture(request.exchange().context());
            return json.read(request, type)
                    .thenCompose(
                            body -> caller.wrapSupplier(() -> next.apply(body).handle(request))
                                    .get());
        };
    }

    /**
     * Code that answers a request with a JSON body on the thread that calls it.
     *
     * @param <T> of the body
     */
    @FunctionalInterface
    interface JsonHandler<T> {
        /**
         * Answers a request.
         *
         * @param request its body has been read
         * @param body what it contained
         * @return the response
         * @throws Exception any failure
         */
        ApiResponse handle(ApiRequest request, T body) throws Exception;
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

package dev.scalableapi.core.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Filters nested around a handler by their {@link ApiFilter#stage() stage}, whatever the order in which they are given.
 *
 * <p>Its answer is ready for any adapter to write as it is: it never fails (what no filter rendered becomes an answer
 * with an empty body), an answer to HEAD has no body but the length it would have had, and a status that allows no body
 * has none. Immutable and thread-safe.
 */
public final class ApiPipeline implements ApiHandler {
    private final ApiHandler outermost;

    private ApiPipeline(ApiHandler handler, List<ApiFilter> filters) {
        List<ApiFilter> inside = new ArrayList<>(filters);
        inside.sort(Comparator.comparing(ApiFilter::stage));
        ApiHandler next = new Guard(handler);
        for (int i = inside.size() - 1; i >= 0; i--) {
            next = new Link(inside.get(i), next);
        }
        outermost = next;
    }

    /**
     * {@return the filters around one handler}
     *
     * @param handler answers every request
     * @param filters in any order
     */
    public static ApiPipeline of(ApiHandler handler, ApiFilter... filters) {
        return new ApiPipeline(handler, List.of(filters));
    }

    /**
     * {@return the filters around a table of routes}
     *
     * @param routes answer what they match; the rest is 404 or 405, before authentication
     * @param filters in any order
     */
    public static ApiPipeline of(Routes routes, ApiFilter... filters) {
        List<ApiFilter> all = new ArrayList<>(List.of(filters));
        all.addAll(routes.filters());
        return new ApiPipeline(routes::dispatch, all);
    }

    @Override
    public CompletionStage<ApiResponse> handle(ApiRequest request) {
        CompletionStage<ApiResponse> stage = outermost.handle(request);
        return isReady(stage) && isWritable(request, stage.toCompletableFuture().join())
                ? stage
                : stage.handle(
                        (response, failure) -> writable(request, failure == null ? response : unrendered(failure)));
    }

    private static boolean isReady(CompletionStage<ApiResponse> stage) {
        return stage instanceof CompletableFuture<ApiResponse> future
                && future.isDone()
                && !future.isCompletedExceptionally();
    }

    private static ApiResponse unrendered(Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof ApiException expected) {
            return new ApiResponse(expected.status(), expected.headers(), Body.empty());
        }
        LoggerFactory.getLogger(ApiPipeline.class).error("A failure that no filter rendered", cause);
        return ApiResponse.of(500);
    }

    /**
     * {@return what really failed, without the {@link CompletionException} that stages wrap it in}
     *
     * @param failure as a stage gives it
     */
    public static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static boolean isWritable(ApiRequest request, ApiResponse response) {
        return response.body() instanceof Body.Empty
                || (response.status() != 204
                        && response.status() != 304
                        && !request.method().equals("HEAD"));
    }

    private static ApiResponse writable(ApiRequest request, ApiResponse response) {
        if (isWritable(request, response)) {
            return response;
        }
        long length = response.body().length();
        ApiResponse head = response.withBody(Body.empty());
        boolean wouldHaveBody = response.status() != 204 && response.status() != 304;
        return wouldHaveBody && length >= 0 ? head.withHeader("Content-Length", Long.toString(length)) : head;
    }

    private static CompletionStage<ApiResponse> checked(@Nullable CompletionStage<ApiResponse> stage, Object source) {
        return stage != null
                ? stage
                : CompletableFuture.failedFuture(
                        new NullPointerException(source.getClass().getName() + " returned no stage"));
    }

    private record Link(ApiFilter filter, ApiHandler next) implements ApiHandler {
        @Override
        public CompletionStage<ApiResponse> handle(ApiRequest request) {
            try {
                return checked(filter.filter(request, next), filter);
            } catch (Throwable t) {
                return CompletableFuture.failedFuture(t);
            }
        }
    }

    private record Guard(ApiHandler handler) implements ApiHandler {
        @Override
        public CompletionStage<ApiResponse> handle(ApiRequest request) {
            try {
                return checked(handler.handle(request), handler);
            } catch (Throwable t) {
                return CompletableFuture.failedFuture(t);
            }
        }
    }
}

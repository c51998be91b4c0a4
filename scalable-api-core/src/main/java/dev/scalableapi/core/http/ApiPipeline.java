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
 * with an empty body), an answer to HEAD has no body but the length it would have had, a status that allows no body has
 * none, and no field contradicts the length of the body. Immutable and thread-safe.
 */
public final class ApiPipeline implements ApiHandler {
    /** So many wrappers are unwrapped: causes can form a circle. */
    private static final int MAX_WRAPPERS = 100;

    private final ApiHandler outermost;

    private ApiPipeline(ApiHandler handler, List<ApiFilter> filters) {
        List<ApiFilter> inside = new ArrayList<>(filters);
        inside.add(Rejection.filter());
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
        all.add(routes.filter());
        return new ApiPipeline(routes::dispatch, all);
    }

    @Override
    public CompletionStage<ApiResponse> handle(ApiRequest request) {
        CompletionStage<ApiResponse> stage = outermost.handle(request);
        ApiResponse ready = ready(stage);
        return ready != null && Framing.isRight(request, ready)
                ? stage
                : stage.handle((response, failure) -> answer(request, response, failure));
    }

    /** Only of the plain class: what {@link CompletableFuture#completedStage} gives is one too, and refuses to be asked. */
    private static @Nullable ApiResponse ready(CompletionStage<ApiResponse> stage) {
        return stage.getClass() == CompletableFuture.class
                        && stage instanceof CompletableFuture<ApiResponse> future
                        && future.isDone()
                        && !future.isCompletedExceptionally()
                ? future.join()
                : null;
    }

    private static ApiResponse answer(ApiRequest request, @Nullable ApiResponse response, @Nullable Throwable failure) {
        if (failure == null && response != null) {
            return Framing.righted(request, response);
        }
        Throwable cause = failure == null ? new NullPointerException("A stage gave no response") : cause(failure);
        return Framing.righted(request, unrendered(cause));
    }

    private static ApiResponse unrendered(Throwable cause) {
        if (cause instanceof ApiException told && told.status() != 500) {
            return new ApiResponse(told.status(), told.headers(), Body.empty());
        }
        LoggerFactory.getLogger(ApiPipeline.class).error("A failure that no filter rendered", cause);
        return cause instanceof ApiException told
                ? new ApiResponse(500, told.headers(), Body.empty())
                : ApiResponse.of(500);
    }

    /**
     * {@return what really failed, without the {@link CompletionException} that stages wrap it in}
     *
     * @param failure as a stage gives it
     */
    public static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < MAX_WRAPPERS && cause instanceof CompletionException && cause.getCause() != null; i++) {
            cause = cause.getCause();
        }
        return cause;
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

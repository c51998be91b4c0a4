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
 * Filters nested around a handler by their {@link ApiFilter#stage() stage}, whatever the order in which they are given. A
 * pipeline in which a policy would not be enforced cannot be built.
 *
 * <p>Its response is ready for any adapter to write as it is: it never fails (what no filter rendered becomes a response
 * with an empty body), a response to HEAD has no body but the length it would have had, a status that allows no body has
 * none, and no field contradicts the length of the body. Immutable and thread-safe.
 */
public final class ApiPipeline implements ApiHandler {
    /** So many wrappers are unwrapped: causes can form a circle. */
    private static final int MAX_WRAPPERS = 100;

    private final ApiHandler outermost;

    /** The routes here or inside; null if the handler or a framework finds the route. */
    private final @Nullable Routes routes;

    private ApiPipeline(ApiHandler guarded, @Nullable Routes routes, List<ApiFilter> placed) {
        this.routes = routes;
        for (int i = 0; i < placed.size(); i++) {
            placed.get(i).check(new Wiring(routes, placed, i));
        }
        ApiHandler next = guarded;
        for (int i = placed.size() - 1; i >= 0; i--) {
            next = new Link(placed.get(i), next);
        }
        outermost = next;
    }

    /**
     * {@return the filters around one handler} If a framework has left a {@link RouteMatch} in the exchange, the handler
     * runs only if the access policy of that route was granted (see {@link Access#GRANTED}).
     *
     * @param handler answers every request
     * @param filters in any order
     * @throws IllegalArgumentException if a filter could not work in this pipeline, such as authorization without
     *     authentication; the message names the remedy
     */
    public static ApiPipeline of(ApiHandler handler, ApiFilter... filters) {
        Routes inside = handler instanceof ApiPipeline pipeline ? pipeline.routes : null;
        return new ApiPipeline(new Guard(handler, true), inside, placed(List.of(filters)));
    }

    /**
     * {@return the filters around a table of routes}
     *
     * @param routes answer what they match; everything else is 404 or 405, before authentication
     * @param filters in any order
     * @throws IllegalArgumentException if no filter enforces the access policy of a route, or if a filter could not work
     *     in this pipeline, such as one with a policy for a route that does not exist; the message names the remedy
     */
    public static ApiPipeline of(Routes routes, ApiFilter... filters) {
        List<ApiFilter> all = new ArrayList<>(List.of(filters));
        all.add(routes.filter());
        List<ApiFilter> placed = placed(all);
        routes.check(new Wiring(routes, placed, placed.size()));
        return new ApiPipeline(new Guard(routes::dispatch, false), routes, placed);
    }

    /** The parts of all filters, outermost first. */
    private static List<ApiFilter> placed(List<ApiFilter> filters) {
        List<ApiFilter> placed = new ArrayList<>();
        for (ApiFilter filter : filters) {
            placed.addAll(filter.parts());
        }
        placed.add(Rejection.filter());
        if (placed.stream().noneMatch(ResponseHeaderLimitFilter.class::isInstance)) {
            placed.add(ResponseHeaderLimitFilter.create());
        }
        placed.sort(Comparator.comparing(ApiFilter::stage));
        return placed;
    }

    @Override
    public CompletionStage<ApiResponse> handle(ApiRequest request) {
        CompletionStage<ApiResponse> stage = outermost.handle(request);
        ApiResponse ready = ready(stage);
        return ready != null && Framing.isRight(request, ready)
                ? stage
                : stage.handle((response, failure) -> answer(request, response, failure));
    }

    /**
     * The response of a stage that has completed, else null. Only of the plain class: what
     * {@link CompletableFuture#completedStage} returns is one too, and throws if it is asked.
     */
    static @Nullable ApiResponse ready(CompletionStage<ApiResponse> stage) {
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

    /** A handler that never throws, and runs only with the grant of the route that a framework has found. */
    private record Guard(ApiHandler handler, boolean requiresGrant) implements ApiHandler {
        @Override
        public CompletionStage<ApiResponse> handle(ApiRequest request) {
            try {
                if (requiresGrant) {
                    request.route().ifPresent(route -> Access.requireGranted(request, route));
                }
                return checked(handler.handle(request), handler);
            } catch (Throwable t) {
                return CompletableFuture.failedFuture(t);
            }
        }
    }
}

package dev.scalableapi.core.http;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Code around a handler, which can change the request, change the response, or answer by itself. Implementations are
 * thread-safe and do not block.
 *
 * <p>{@link ApiPipeline} calls {@link #parts}, {@link #provides} and {@link #check} once, when it is built. A filter that
 * would do nothing in a pipeline, because a route, a policy or another filter is missing, throws there.
 */
@FunctionalInterface
public interface ApiFilter {
    /**
     * Filters one request.
     *
     * @param request the request
     * @param next the rest of the pipeline; within a pipeline it never throws, and must be called at most once
     * @return completes with the response's head
     */
    CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next);

    /** {@return the stage of the pipeline at which this filter runs} */
    default Stage stage() {
        return Stage.APPLICATION;
    }

    /**
     * {@return the attributes that this filter leaves in the exchange before it calls the rest of the pipeline}
     * Authentication provides {@link Caller#KEY}; authorization provides {@link Access#GRANTED}.
     */
    default Set<AttributeKey<?>> provides() {
        return Set.of();
    }

    /**
     * {@return the filters that a pipeline contains in place of this one} By default this filter only. A filter that
     * works at several stages returns one filter for each.
     */
    default List<ApiFilter> parts() {
        return List.of(this);
    }

    /**
     * Checks this filter against the pipeline that is being built. By default does nothing.
     *
     * @param wiring the routes, and the filters that run before this one
     * @throws IllegalArgumentException if this filter could not work in the pipeline; the message names the remedy
     */
    default void check(Wiring wiring) {}

    /**
     * {@return this filter at another stage}
     *
     * @param stage the stage at which it runs
     */
    default ApiFilter at(Stage stage) {
        return new PlacedFilter(this, stage, provides());
    }

    /**
     * {@return this filter, which declares that it provides these attributes too} For an application's own filters, such
     * as {@code authentication.at(Stage.AUTHENTICATION).providing(Caller.KEY)}.
     *
     * @param attributes the keys that the filter puts into the exchange
     */
    default ApiFilter providing(AttributeKey<?>... attributes) {
        return new PlacedFilter(this, stage(), Set.of(attributes));
    }
}

package dev.scalableapi.core.http;

import java.util.concurrent.CompletionStage;

/**
 * Surrounds a handler: may change the request, the response, both, or answer by itself. Implementations are thread-safe
 * and do not block.
 */
@FunctionalInterface
public interface ApiFilter {
    /**
     * Filters one request.
     *
     * @param request what is asked
     * @param next the rest of the pipeline; within one it never throws, and is to be called at most once
     * @return completes with the response's head
     */
    CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next);

    /** {@return where in the pipeline this filter stands} */
    default Stage stage() {
        return Stage.APPLICATION;
    }

    /**
     * {@return this filter, standing elsewhere}
     *
     * @param stage where
     */
    default ApiFilter at(Stage stage) {
        ApiFilter filter = this;
        return new ApiFilter() {
            @Override
            public CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next) {
                return filter.filter(request, next);
            }

            @Override
            public Stage stage() {
                return stage;
            }
        };
    }
}

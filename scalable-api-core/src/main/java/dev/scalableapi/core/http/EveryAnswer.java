package dev.scalableapi.core.http;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * What a filter outside of {@link Stage#ERRORS} adds to every answer: in a pipeline without a filter that renders failures,
 * also to what is written for an {@link ApiException}. An unexpected failure stays what it is.
 */
final class EveryAnswer {
    private EveryAnswer() {}

    static CompletionStage<ApiResponse> of(
            CompletionStage<ApiResponse> answer,
            UnaryOperator<ApiResponse> response,
            UnaryOperator<ApiException> refusal) {
        return answer.handle((given, failure) -> {
            if (failure == null) {
                return response.apply(given);
            }
            Throwable cause = ApiPipeline.cause(failure);
            Throwable changed = cause instanceof ApiException refused ? refusal.apply(refused) : cause;
            // With a message, since the default one is the cause's text, and a cause may fail to give one.
            throw new CompletionException("The request failed", changed);
        });
    }
}

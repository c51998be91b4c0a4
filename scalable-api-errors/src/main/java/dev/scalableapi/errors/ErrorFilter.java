package dev.scalableapi.errors;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Exchange;
import dev.scalableapi.core.http.RouteMatch;
import dev.scalableapi.core.http.Stage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what is thrown below it into a response, and logs it once with the trace id that the client is told: an
 * unexpected failure, or one that is told as 500, as an error with its stack trace; an expected one (an
 * {@link ApiException}, or what is mapped to one) of another 5xx with a cause as a warning without stack trace; any other
 * as debugging output. Immutable and thread-safe.
 *
 * <p>A pipeline has it twice: here, for what the filters throw, and {@code .at(Stage.HANDLER_ERRORS)}, so that the
 * stages that store responses see those of a handler that failed.
 */
public final class ErrorFilter implements ApiFilter {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorFilter.class);

    private final ErrorRenderer renderer;

    private ErrorFilter(ErrorRenderer renderer) {
        this.renderer = renderer;
    }

    /** {@return a filter with the default renderer} */
    public static ErrorFilter create() {
        return of(ErrorRenderer.create());
    }

    /**
     * {@return a filter}
     *
     * @param renderer writes the responses
     */
    public static ErrorFilter of(ErrorRenderer renderer) {
        return new ErrorFilter(renderer);
    }

    @Override
    public Stage stage() {
        return Stage.ERRORS;
    }

    @Override
    public CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next) {
        CompletionStage<ApiResponse> stage = next.handle(request);
        return hasResponse(stage)
                ? stage
                : stage.handle((response, failure) -> response != null ? response : render(request, failure));
    }

    /** Only of the plain class: what {@link CompletableFuture#completedStage} gives is one too, and refuses to be asked. */
    private static boolean hasResponse(CompletionStage<ApiResponse> stage) {
        return stage.getClass() == CompletableFuture.class
                && stage instanceof CompletableFuture<ApiResponse> future
                && !future.isCompletedExceptionally()
                && future.getNow(null) != null;
    }

    private ApiResponse render(ApiRequest request, @Nullable Throwable failure) {
        Throwable cause = failure == null
                ? new NullPointerException("A stage without response")
                : ExceptionMapper.unwrapped(failure);
        Optional<ApiException> expected = renderer.exceptions().expected(cause);
        String traceId = request.exchange().traceId();
        request.exchange()
                .context()
                .wrap(() -> log(request, cause, expected, traceId))
                .run();
        ApiException told = expected.orElseGet(() -> ExceptionMapper.unexpected(cause));
        leaveForTelemetry(request, told, expected.isPresent() ? told : cause);
        return renderer.response(told, request.headers(), traceId);
    }

    private static void leaveForTelemetry(ApiRequest request, ApiException told, Throwable failure) {
        if (told.status() >= 500 && (failure != told || told.getCause() != null)) {
            request.exchange().put(Exchange.FAILURE, failure);
        }
    }

    /** A failure that cannot be printed must not keep the client from its answer. */
    private static void log(ApiRequest request, Throwable failure, Optional<ApiException> told, String traceId) {
        try {
            String route = request.route().map(RouteMatch::template).orElse("(no route)");
            String code = told.map(ApiException::code).orElse("");
            Throwable cause = told.map(Throwable::getCause).orElse(null);
            int status = told.map(ApiException::status).orElse(500);
            if (status == 500) {
                LOG.error("{} {} failed unexpectedly, trace {}", request.method(), route, traceId, failure);
            } else if (status > 500 && cause != null) {
                String text = cause.toString();
                LOG.warn("{} {} failed: {}, trace {}: {}", request.method(), route, code, traceId, text);
            } else {
                LOG.debug("{} {} refused: {}, trace {}", request.method(), route, code, traceId);
            }
        } catch (Throwable unprintable) {
            LOG.error("A {} failed, trace {}", failure.getClass().getName(), traceId);
        }
    }
}

package dev.scalableapi.core.telemetry;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.AttributeKey;
import dev.scalableapi.core.http.Exchange;
import dev.scalableapi.core.http.Outcome;
import dev.scalableapi.core.http.Stage;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A server span and a duration for each request, by OpenTelemetry's semantic conventions for HTTP. The client's trace is
 * continued as the propagators of the {@link OpenTelemetry} read it. Span and duration end with the exchange: after the
 * last byte of the response, or when the client was gone. The span is current while the rest of the pipeline runs, and
 * stays in {@link Exchange#context()}. Thread-safe.
 *
 * <p>The histogram {@code http.server.request.duration} is in seconds; its attributes have few values each, whatever
 * clients send. Neither holds a query, a header or an exception's message.
 */
public final class TelemetryFilter implements ApiFilter {
    private static final String INSTRUMENTATION = "dev.scalableapi.core";
    private static final AttributeKey<Throwable> FAILURE = AttributeKey.create("telemetry.failure");

    /** As the conventions advise. */
    private static final List<Double> SECONDS =
            List.of(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0);

    private final TextMapPropagator propagator;
    private final Tracer tracer;
    private final DoubleHistogram duration;
    private final ServerAttributes attributes = new ServerAttributes();

    private TelemetryFilter(OpenTelemetry telemetry) {
        propagator = telemetry.getPropagators().getTextMapPropagator();
        tracer = telemetry.getTracer(INSTRUMENTATION);
        duration = telemetry
                .getMeter(INSTRUMENTATION)
                .histogramBuilder("http.server.request.duration")
                .setDescription("Duration of HTTP server requests.")
                .setUnit("s")
                .setExplicitBucketBoundariesAdvice(SECONDS)
                .build();
    }

    /**
     * {@return the filter}
     *
     * @param telemetry where to report; {@link OpenTelemetry#noop()} costs next to nothing
     */
    public static TelemetryFilter create(OpenTelemetry telemetry) {
        return new TelemetryFilter(telemetry);
    }

    @Override
    public Stage stage() {
        return Stage.TELEMETRY;
    }

    @Override
    public CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next) {
        Exchange exchange = request.exchange();
        Context parent = propagator.extract(exchange.context(), request.headers(), HeadersGetter.INSTANCE);
        Span span = start(request, parent);
        Context context = parent.with(span);
        exchange.context(context);
        exchange.onEnd(outcome -> end(request, span, outcome));
        return context.wrapSupplier(() -> next.handle(request)).get().whenComplete((response, failure) -> {
            if (failure != null) {
                exchange.put(FAILURE, ApiPipeline.cause(failure));
            }
        });
    }

    private Span start(ApiRequest request, Context parent) {
        return tracer.isEnabled()
                ? tracer.spanBuilder(name(request))
                        .setSpanKind(SpanKind.SERVER)
                        .setParent(parent)
                        .setAllAttributes(ServerAttributes.span(request))
                        .startSpan()
                : Span.fromContext(parent);
    }

    /** Method and route; the path has too many values for a name. */
    private static String name(ApiRequest request) {
        String method = ServerAttributes.method(request);
        String name = method.equals(ServerAttributes.OTHER) ? "HTTP" : method;
        String route = ServerAttributes.route(request);
        return route.isEmpty() ? name : name + " " + route;
    }

    private void end(ApiRequest request, Span span, Outcome outcome) {
        String error = error(request, outcome);
        if (duration.isEnabled()) {
            duration.record(
                    outcome.duration().toNanos() / 1e9,
                    attributes.metric(key(request, outcome, error)),
                    request.exchange().context());
        }
        if (span.isRecording()) {
            describe(request, span, outcome, error);
        }
        span.end();
    }

    /** A framework may have found the route after the span began, so that the name is made again. */
    private static void describe(ApiRequest request, Span span, Outcome outcome, String error) {
        span.setAttribute(ServerAttributes.STATUS, (long) outcome.status());
        if (request.route().isPresent()) {
            span.updateName(name(request));
            span.setAttribute(ServerAttributes.ROUTE, ServerAttributes.route(request));
        }
        if (!error.isEmpty()) {
            span.setAttribute(ServerAttributes.ERROR, error);
            span.setStatus(StatusCode.ERROR);
        }
    }

    private static ServerAttributes.Key key(ApiRequest request, Outcome outcome, String error) {
        return new ServerAttributes.Key(
                ServerAttributes.method(request),
                ServerAttributes.scheme(request),
                ServerAttributes.version(request),
                ServerAttributes.route(request),
                outcome.status(),
                error);
    }

    /** The exception that no filter rendered or that cut the response short; else the status from 500 on; else empty. */
    private static String error(ApiRequest request, Outcome outcome) {
        Throwable failure =
                outcome.cause().or(() -> request.exchange().get(FAILURE)).orElse(null);
        if (failure != null && !(failure instanceof ApiException)) {
            return failure.getClass().getName();
        }
        return outcome.status() >= 500 ? Integer.toString(outcome.status()) : "";
    }
}

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
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.LongUpDownCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A server span and metrics for each request, by OpenTelemetry's semantic conventions 1.45 for HTTP. The client's trace
 * is continued as the propagators of the {@link OpenTelemetry} read it. Span and duration end with the exchange: after
 * the last byte of the response, or when the client was gone. The span is current while the rest of the pipeline runs,
 * and stays in {@link Exchange#context()}. Thread-safe.
 *
 * <p><b>Metrics.</b> {@code http.server.request.duration} in seconds, {@code http.server.active_requests}, and on
 * demand {@code http.server.request.body.size} and {@code http.server.response.body.size} in bytes. Each attribute has
 * few values, whatever clients send.
 *
 * <p><b>Errors.</b> A response of status 500 or more, a failure that no filter rendered, and a response that was cut
 * short set the span's status and {@code error.type}: the class of the exception that was not expected, else the status
 * code. If there is such an exception, or an {@link ApiException} with a cause, the span has an event {@code exception}
 * with {@code exception.type} and {@code exception.stacktrace}. The event has no {@code exception.message}, and the
 * stack trace contains no message, because a message can contain what a client sent; the log of errors has the
 * messages, with the same trace id. Responses of status 4xx are no errors of the server.
 *
 * <p>Neither spans nor metrics contain a query, a header or an exception's message.
 */
public final class TelemetryFilter implements ApiFilter {
    private static final String INSTRUMENTATION = "dev.scalableapi.core";
    private static final AttributeKey<Throwable> UNRENDERED = AttributeKey.create("telemetry.failure");
    private static final AttributeKey<CountedBody> BODY = AttributeKey.create("telemetry.body");
    private static final String EXCEPTION = "exception";

    /** As the conventions advise. */
    private static final List<Double> SECONDS =
            List.of(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0);

    /** From a small JSON object to a large upload; the conventions advise nothing. */
    private static final List<Long> BYTES = List.of(
            0L,
            128L,
            512L,
            1L << 10,
            4L << 10,
            16L << 10,
            64L << 10,
            256L << 10,
            1L << 20,
            4L << 20,
            16L << 20,
            64L << 20);

    private final TextMapPropagator propagator;
    private final Tracer tracer;
    private final DoubleHistogram duration;
    private final LongUpDownCounter active;
    private final @Nullable LongHistogram requestSize;
    private final @Nullable LongHistogram responseSize;
    private final ServerAttributes attributes;

    private TelemetryFilter(Builder builder) {
        propagator = builder.telemetry.getPropagators().getTextMapPropagator();
        tracer = builder.telemetry.getTracer(INSTRUMENTATION);
        attributes = new ServerAttributes(builder.knownMethods);
        Meter meter = builder.telemetry.getMeter(INSTRUMENTATION);
        duration = meter.histogramBuilder("http.server.request.duration")
                .setDescription("Duration of HTTP server requests.")
                .setUnit("s")
                .setExplicitBucketBoundariesAdvice(SECONDS)
                .build();
        active = meter.upDownCounterBuilder("http.server.active_requests")
                .setDescription("Number of active HTTP server requests.")
                .setUnit("{request}")
                .build();
        requestSize = builder.bodySizes
                ? meter.histogramBuilder("http.server.request.body.size")
                        .ofLongs()
                        .setDescription("Size of HTTP server request bodies.")
                        .setUnit("By")
                        .setExplicitBucketBoundariesAdvice(BYTES)
                        .build()
                : null;
        responseSize = builder.bodySizes
                ? meter.histogramBuilder("http.server.response.body.size")
                        .ofLongs()
                        .setDescription("Size of HTTP server response bodies.")
                        .setUnit("By")
                        .setExplicitBucketBoundariesAdvice(BYTES)
                        .build()
                : null;
    }

    /**
     * {@return a filter that does not record the sizes of bodies}
     *
     * @param telemetry where to report; {@link OpenTelemetry#noop()} costs next to nothing
     */
    public static TelemetryFilter create(OpenTelemetry telemetry) {
        return builder(telemetry).build();
    }

    /**
     * {@return a builder of a filter}
     *
     * @param telemetry where to report; {@link OpenTelemetry#noop()} costs next to nothing
     */
    public static Builder builder(OpenTelemetry telemetry) {
        return new Builder(telemetry);
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
        Attributes measured = begin(request, context);
        exchange.onEnd(outcome -> end(request, span, measured, outcome));
        ApiRequest counted = requestSize == null ? request : counted(request);
        return context.wrapSupplier(() -> next.handle(counted)).get().whenComplete((response, failure) -> {
            if (failure != null) {
                exchange.put(UNRENDERED, ApiPipeline.cause(failure));
            }
        });
    }

    private Span start(ApiRequest request, Context parent) {
        return tracer.isEnabled()
                ? tracer.spanBuilder(name(request))
                        .setSpanKind(SpanKind.SERVER)
                        .setParent(parent)
                        .setAllAttributes(attributes.span(request))
                        .startSpan()
                : Span.fromContext(parent);
    }

    /** {@return the attributes with which the request is counted, and which must take it away again} */
    private Attributes begin(ApiRequest request, Context context) {
        if (!active.isEnabled()) {
            return Attributes.empty();
        }
        Attributes measured = attributes.metric(
                new ServerAttributes.Key(attributes.method(request), ServerAttributes.scheme(request), "", "", 0, ""));
        active.add(1, measured, context);
        return measured;
    }

    private static ApiRequest counted(ApiRequest request) {
        CountedBody body = new CountedBody(request.body());
        request.exchange().put(BODY, body);
        return body.body() == request.body() ? request : request.withBody(body.body());
    }

    /** Method and route; the path has too many values for a name. */
    private String name(ApiRequest request) {
        String method = attributes.method(request);
        String name = method.equals(ServerAttributes.OTHER) ? "HTTP" : method;
        String route = ServerAttributes.route(request);
        return route.isEmpty() ? name : name + " " + route;
    }

    private void end(ApiRequest request, Span span, Attributes begun, Outcome outcome) {
        Throwable failure = failure(request, outcome);
        String error = error(failure, outcome);
        if (active.isEnabled()) {
            active.add(-1, begun, request.exchange().context());
        }
        measure(request, outcome, error);
        if (span.isRecording()) {
            describe(request, span, outcome, error);
            if (failure != null && !error.isEmpty()) {
                span.addEvent(EXCEPTION, exception(failure));
            }
        }
        span.end();
    }

    private void measure(ApiRequest request, Outcome outcome, String error) {
        Context context = request.exchange().context();
        if (duration.isEnabled()) {
            Attributes measured = attributes.metric(key(request, outcome, error));
            duration.record(outcome.duration().toNanos() / 1e9, measured, context);
            if (requestSize != null && responseSize != null) {
                long received =
                        request.exchange().get(BODY).map(CountedBody::bytes).orElse(0L);
                requestSize.record(received, measured, context);
                responseSize.record(outcome.bytes(), measured, context);
            }
        }
    }

    /** A framework may have found the route after the span began, so that the name is made again. */
    private void describe(ApiRequest request, Span span, Outcome outcome, String error) {
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

    private ServerAttributes.Key key(ApiRequest request, Outcome outcome, String error) {
        return new ServerAttributes.Key(
                attributes.method(request),
                ServerAttributes.scheme(request),
                ServerAttributes.version(request),
                ServerAttributes.route(request),
                outcome.status(),
                error);
    }

    /**
     * What cut the response short, else what no filter rendered, else what a filter rendered as an error of the server.
     */
    private static @Nullable Throwable failure(ApiRequest request, Outcome outcome) {
        Throwable failure = outcome.cause()
                .or(() -> request.exchange().get(UNRENDERED))
                .or(() -> request.exchange().get(Exchange.FAILURE))
                .orElse(null);
        return failure instanceof ApiException told && told.getCause() == null ? null : failure;
    }

    /** The exception that was not expected; else the status from 500 on; else empty. */
    private static String error(@Nullable Throwable failure, Outcome outcome) {
        if (failure != null && !(failure instanceof ApiException)) {
            return failure.getClass().getName();
        }
        return outcome.status() >= 500 ? Integer.toString(outcome.status()) : "";
    }

    private static Attributes exception(Throwable failure) {
        return Attributes.of(
                ServerAttributes.EXCEPTION_TYPE,
                failure.getClass().getName(),
                ServerAttributes.EXCEPTION_STACKTRACE,
                StackTraceText.of(failure));
    }

    /** Collects a filter's settings. Not thread-safe. */
    public static final class Builder {
        private final OpenTelemetry telemetry;
        private boolean bodySizes;
        private Set<String> knownMethods = ServerAttributes.KNOWN_METHODS;

        private Builder(OpenTelemetry telemetry) {
            this.telemetry = Objects.requireNonNull(telemetry, "telemetry");
        }

        /**
         * Also records {@code http.server.request.body.size}, the bytes that the server read of a request's body before
         * any content coding was removed, and {@code http.server.response.body.size}, the bytes that were written; 0 if
         * there is no body.
         *
         * @return this
         */
        public Builder recordBodySizes() {
            bodySizes = true;
            return this;
        }

        /**
         * Sets the methods that have a value of their own in spans and metrics; any other method is {@code _OTHER}. The
         * methods of RFC 9110, PATCH and QUERY unless set.
         *
         * @param methods all of them, in their case; replaces the former set
         * @return this
         */
        public Builder knownMethods(Set<String> methods) {
            knownMethods = Set.copyOf(methods);
            return this;
        }

        /** {@return the filter} */
        public TelemetryFilter build() {
            return new TelemetryFilter(this);
        }
    }
}

package dev.scalableapi.cache;

import dev.scalableapi.core.http.ApiPipeline;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The metrics and spans of a cache. Metrics are read from its counters when they are collected, so that a near hit costs
 * no more with them; it has no span either. Keys and values are in neither.
 */
final class CacheTelemetry {
    private static final String INSTRUMENTATION = "dev.scalableapi.cache";
    private static final AttributeKey<String> NAME = AttributeKey.stringKey("scalableapi.cache.name");
    private static final AttributeKey<String> RESULT = AttributeKey.stringKey("scalableapi.cache.result");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("scalableapi.cache.operation");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    /** From a read of another store to a slow report. */
    private static final List<Double> SECONDS =
            List.of(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0);

    private final Attributes name;
    private final Tracer tracer;
    private final DoubleHistogram loadDuration;

    CacheTelemetry(OpenTelemetry telemetry, String cache, Counters counters, LongSupplier nearEntries) {
        name = Attributes.of(NAME, cache);
        tracer = telemetry.getTracer(INSTRUMENTATION);
        Meter meter = telemetry.getMeter(INSTRUMENTATION);
        loadDuration = meter.histogramBuilder("scalableapi.cache.load.duration")
                .setUnit("s")
                .setDescription("Duration of loads")
                .setExplicitBucketBoundariesAdvice(SECONDS)
                .build();
        meter.counterBuilder("scalableapi.cache.requests")
                .setUnit("{request}")
                .setDescription("Answers by their origin; a load may answer many")
                .buildWithCallback(measurement -> {
                    requests(measurement, "hit_near", counters.nearHits);
                    requests(measurement, "hit_store", counters.storeHits);
                    requests(measurement, "load", counters.loads);
                });
        count(meter, "load.failures", "{load}", "Loads that failed or took too long", counters.loadFailures);
        count(meter, "stale_served", "{request}", "Answers that were no longer fresh", counters.staleServed);
        count(meter, "refreshes", "{load}", "Loads of values that were still fresh", counters.refreshes);
        count(meter, "lease.waits", "{wait}", "Waits for a load of another process", counters.leaseWaits);
        count(meter, "lease.losses", "{load}", "Loads whose value was not stored", counters.lostLeases);
        count(
                meter,
                "store.failures",
                "{operation}",
                "Operations of the store that failed, and foreign values",
                counters.storeFailures);
        meter.gaugeBuilder("scalableapi.cache.near.entries")
                .ofLongs()
                .setUnit("{entry}")
                .setDescription("Values in this process")
                .buildWithCallback(measurement -> measurement.record(nearEntries.getAsLong(), name));
    }

    private void requests(ObservableLongMeasurement measurement, String result, LongAdder counter) {
        measurement.record(counter.sum(), name.toBuilder().put(RESULT, result).build());
    }

    private void count(Meter meter, String metric, String unit, String description, LongAdder counter) {
        meter.counterBuilder("scalableapi.cache." + metric)
                .setUnit(unit)
                .setDescription(description)
                .buildWithCallback(measurement -> measurement.record(counter.sum(), name));
    }

    void loaded(Duration time) {
        loadDuration.record(time.toNanos() / 1e9, name);
    }

    /** A call within a span, which ends with the call's stage. */
    <T> CompletionStage<T> spanned(SpanKind kind, String operation, Supplier<? extends CompletionStage<T>> call) {
        Span span = tracer.spanBuilder("cache " + operation)
                .setSpanKind(kind)
                .setAllAttributes(name)
                .setAttribute(OPERATION, operation)
                .startSpan();
        if (!span.isRecording()) {
            return call.get();
        }
        try {
            return Context.current()
                    .with(span)
                    .wrapSupplier(call)
                    .get()
                    .whenComplete((value, failure) -> end(span, failure));
        } catch (Throwable thrown) {
            end(span, thrown);
            throw thrown;
        }
    }

    private static void end(Span span, @Nullable Throwable failure) {
        if (failure != null) {
            span.setStatus(StatusCode.ERROR)
                    .setAttribute(
                            ERROR_TYPE, ApiPipeline.cause(failure).getClass().getName());
        }
        span.end();
    }
}

package dev.scalableapi.examples.shop.http;

import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;

/** The OpenTelemetry SDK of the shop: spans give the log its trace ids, metrics are there for Prometheus to fetch. */
public final class ShopTelemetry implements AutoCloseable {
    private final PrometheusMetricReader metrics = PrometheusMetricReader.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder().build())
            .setMeterProvider(
                    SdkMeterProvider.builder().registerMetricReader(metrics).build())
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
            .build();

    public OpenTelemetry openTelemetry() {
        return sdk;
    }

    /** Answers with all metrics as Prometheus text. */
    public ApiHandler metrics() {
        PrometheusTextFormatWriter format = PrometheusTextFormatWriter.create();
        return ApiHandler.direct(request -> {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            format.write(text, metrics.collect(), EscapingScheme.DEFAULT);
            return ApiResponse.of(200)
                    .withHeader("Content-Type", format.getContentType())
                    .withBody(Body.of(text.toByteArray()));
        });
    }

    @Override
    public void close() {
        sdk.close();
    }
}

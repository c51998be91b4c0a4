package dev.scalableapi.core.telemetry;

import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.core.GrantingFilter;
import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.RouteMatch;
import dev.scalableapi.core.http.Routes;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TelemetryFilterTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final AttributeKey<String> ERROR = stringKey("error.type");

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .setMeterProvider(
                    SdkMeterProvider.builder().registerMetricReader(metrics).build())
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
            .build();
    private final TelemetryFilter filter = TelemetryFilter.create(sdk);
    private final ApiPipeline pipeline = ApiPipeline.of(
            Routes.builder()
                    .add("GET", "/products/{id}", ApiHandler.direct(request -> ApiResponse.text(200, "a")))
                    .add("GET", "/broken", ApiHandler.direct(request -> {
                        throw new IllegalStateException("broken on purpose");
                    }))
                    .add("GET", "/refused", ApiHandler.direct(request -> {
                        throw ApiException.of(409, "CONFLICT", "No.");
                    }))
                    .add("GET", "/busy", ApiHandler.direct(request -> {
                        throw ApiException.of(503, "BUSY", "No.");
                    }))
                    .build(),
            filter,
            GrantingFilter.create());

    @AfterEach
    void close() {
        sdk.close();
    }

    private ApiResponse answer(ApiRequest request) {
        ApiResponse response = pipeline.handle(request).toCompletableFuture().join();
        request.exchange().end(response.status(), response.body().length(), null);
        return response;
    }

    private SpanData span() {
        assertThat(spans.getFinishedSpanItems()).hasSize(1);
        return spans.getFinishedSpanItems().get(0);
    }

    private MetricData metric() {
        List<MetricData> all = metrics.collectAllMetrics().stream()
                .filter(metric -> metric.getName().equals("http.server.request.duration"))
                .toList();
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private HistogramPointData point() {
        List<HistogramPointData> points =
                new ArrayList<>(metric().getHistogramData().getPoints());
        assertThat(points).hasSize(1);
        return points.get(0);
    }

    @Test
    void aServerSpanNamesMethodAndRoute() {
        answer(ApiRequest.builder("GET", "/products/7?token=secret")
                .scheme("https")
                .authority("shop.example:8443")
                .protocol("HTTP/2.0")
                .build());
        assertThat(span().getName()).isEqualTo("GET /products/{id}");
        assertThat(span().getKind()).isEqualTo(SpanKind.SERVER);
        assertThat(span().getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(span().getAttributes().asMap())
                .isEqualTo(Attributes.builder()
                        .put("http.request.method", "GET")
                        .put("url.scheme", "https")
                        .put("url.path", "/products/7")
                        .put("http.route", "/products/{id}")
                        .put("network.protocol.version", "2")
                        .put("server.address", "shop.example")
                        .put("server.port", 8443L)
                        .put("http.response.status_code", 200L)
                        .build()
                        .asMap());
    }

    @Test
    void theDurationIsInSecondsWithFewAttributes() {
        answer(ApiRequest.builder("GET", "/products/7?token=secret")
                .authority("chosen.by.the.client")
                .build());
        answer(ApiRequest.builder("GET", "/products/8").build());
        assertThat(metric().getName()).isEqualTo("http.server.request.duration");
        assertThat(metric().getUnit()).isEqualTo("s");
        assertThat(point().getCount()).isEqualTo(2);
        assertThat(point().getSum()).isNotNegative();
        assertThat(point().getBoundaries())
                .containsExactly(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0);
        assertThat(point().getAttributes())
                .isEqualTo(Attributes.builder()
                        .put("http.request.method", "GET")
                        .put("url.scheme", "http")
                        .put("http.route", "/products/{id}")
                        .put("network.protocol.version", "1.1")
                        .put("http.response.status_code", 200L)
                        .build());
    }

    @Test
    void nothingEndsBeforeTheExchangeDoes() {
        ApiRequest request = ApiRequest.builder("GET", "/products/7").build();
        pipeline.handle(request).toCompletableFuture().join();
        assertThat(spans.getFinishedSpanItems()).isEmpty();
        assertThat(metrics.collectAllMetrics())
                .extracting(MetricData::getName)
                .containsExactly("http.server.active_requests");
        request.exchange().end(200, 1, null);
        assertThat(span().hasEnded()).isTrue();
        assertThat(point().getCount()).isEqualTo(1);
    }

    @Test
    void theClientsTraceIsContinuedAndIsTheExchanges() {
        ApiRequest request = ApiRequest.builder("GET", "/products/7")
                .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
                .build();
        answer(request);
        assertThat(span().getTraceId()).isEqualTo(TRACE);
        assertThat(span().getParentSpanId()).isEqualTo("00f067aa0ba902b7");
        assertThat(request.exchange().traceId()).isEqualTo(TRACE);
        assertThat(Span.fromContext(request.exchange().context())
                        .getSpanContext()
                        .getSpanId())
                .isEqualTo(span().getSpanId());
    }

    @Test
    void theSpanIsCurrentInTheHandlerAndNotAfterIt() {
        List<String> seen = new ArrayList<>();
        ApiHandler handler = ApiHandler.direct(request -> {
            seen.add(Span.current().getSpanContext().getTraceId());
            return ApiResponse.of(204);
        });
        ApiRequest request = ApiRequest.builder("GET", "/").build();
        ApiPipeline.of(handler, filter).handle(request).toCompletableFuture().join();
        assertThat(seen).containsExactly(request.exchange().traceId());
        assertThat(Span.current().getSpanContext().isValid()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /nothing, GET",
        "DELETE, /products/7, DELETE",
        "PROPFIND, /products/7, HTTP",
        "get, /products/7, HTTP"
    })
    void withoutARouteTheNameIsTheMethodIfItIsKnown(String method, String path, String name) {
        answer(ApiRequest.builder(method, path).build());
        assertThat(span().getName()).isEqualTo(name);
    }

    @Test
    void anUnknownMethodIsOneValueOfTheMetric() {
        answer(ApiRequest.builder("PROPFIND", "/").build());
        answer(ApiRequest.builder("X".repeat(100), "/").build());
        assertThat(point().getAttributes().get(stringKey("http.request.method")))
                .isEqualTo("_OTHER");
        assertThat(spans.getFinishedSpanItems().get(1).getAttributes().get(stringKey("http.request.method_original")))
                .isEqualTo("X".repeat(32));
    }

    @ParameterizedTest
    @CsvSource({"/broken, java.lang.IllegalStateException", "/busy, 503", "/refused, ''", "/nothing, ''"})
    void onlyServerErrorsAreErrors(String path, String type) {
        answer(ApiRequest.builder("GET", path).build());
        boolean error = !type.isEmpty();
        assertThat(span().getStatus().getStatusCode()).isEqualTo(error ? StatusCode.ERROR : StatusCode.UNSET);
        assertThat(span().getAttributes().get(ERROR)).isEqualTo(error ? type : null);
        assertThat(point().getAttributes().get(ERROR)).isEqualTo(error ? type : null);
    }

    @Test
    void aClientThatHangsUpIsAnErrorOfItsKind() {
        ApiRequest request = ApiRequest.builder("GET", "/products/7").build();
        pipeline.handle(request).toCompletableFuture().join();
        request.exchange().end(200, 0, new IOException("Broken pipe"));
        assertThat(span().getAttributes().get(ERROR)).isEqualTo("java.io.IOException");
        assertThat(span().getAttributes().get(longKey("http.response.status_code")))
                .isEqualTo(200);
    }

    @Test
    void aRouteThatAFrameworkFindsLaterNamesTheSpan() {
        ApiHandler framework = request -> {
            request.exchange().put(RouteMatch.KEY, new RouteMatch("/late/{id}", Access.open(), Map.of()));
            return CompletableFuture.completedFuture(ApiResponse.of(204));
        };
        ApiRequest request = ApiRequest.builder("GET", "/late/1").build();
        ApiPipeline.of(framework, filter).handle(request).toCompletableFuture().join();
        request.exchange().end(204, 0, null);
        assertThat(span().getName()).isEqualTo("GET /late/{id}");
        assertThat(span().getAttributes().get(stringKey("http.route"))).isEqualTo("/late/{id}");
        assertThat(point().getAttributes().get(stringKey("http.route"))).isEqualTo("/late/{id}");
    }

    @ParameterizedTest
    @CsvSource({
        "host, host, ",
        "host:80, host, 80",
        "[::1], [::1], ",
        "[::1]:8080, [::1], 8080",
        "host:, host, ",
        "host:8x, host, ",
        "host:999999, host, ",
        "'', , "
    })
    void theServerIsWhatTheClientNamed(String authority, String address, Long port) {
        answer(ApiRequest.builder("GET", "/").authority(authority).build());
        assertThat(span().getAttributes().get(stringKey("server.address"))).isEqualTo(address);
        assertThat(span().getAttributes().get(longKey("server.port"))).isEqualTo(port);
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.0, 1.0", "HTTP/2, 2", "HTTP/3, 3", "HTTP/3.0, 3", "SPDY/3, "})
    void theProtocolsVersionIsOneOfFew(String protocol, String version) {
        answer(ApiRequest.builder("GET", "/").protocol(protocol).build());
        assertThat(span().getAttributes().get(stringKey("network.protocol.version")))
                .isEqualTo(version);
    }

    @Test
    void setsOfAttributesAreMadeOnceAndTheCacheIsBounded() {
        ServerAttributes attributes = new ServerAttributes(ServerAttributes.KNOWN_METHODS);
        ServerAttributes.Key key = new ServerAttributes.Key("GET", "http", "", "", 200, "");
        assertThat(attributes.metric(key)).isSameAs(attributes.metric(key));
        for (int i = 0; i < 5000; i++) {
            attributes.metric(new ServerAttributes.Key("GET", "http", "", "/" + i, 200, ""));
        }
        ServerAttributes.Key late = new ServerAttributes.Key("GET", "http", "", "/late", 200, "");
        assertThat(attributes.metric(late)).isEqualTo(attributes.metric(late)).isNotSameAs(attributes.metric(late));
    }

    @Test
    void withoutTelemetryRequestsPass() {
        TelemetryFilter none = TelemetryFilter.create(OpenTelemetry.noop());
        ApiRequest request = ApiRequest.builder("GET", "/").build();
        ApiResponse response = ApiPipeline.of(ApiHandler.direct(r -> ApiResponse.of(204)), none)
                .handle(request)
                .toCompletableFuture()
                .join();
        request.exchange().end(204, 0, null);
        assertThat(response.status()).isEqualTo(204);
        assertThat(request.exchange().traceId()).hasSize(32);
    }

    @Test
    void propagatorsReadAllLinesOfAHeader() {
        var headers = dev.scalableapi.core.http.Headers.of("a", "1").withAdded("A", "2");
        assertThat(HeadersGetter.INSTANCE.get(headers, "a")).isEqualTo("1");
        assertThat(HeadersGetter.INSTANCE.get(null, "a")).isNull();
        assertThat(HeadersGetter.INSTANCE.getAll(headers, "a")).toIterable().containsExactly("1", "2");
        assertThat(HeadersGetter.INSTANCE.getAll(null, "a")).isExhausted();
    }
}

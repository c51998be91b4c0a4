package dev.scalableapi.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.RequestLimits;
import dev.scalableapi.core.http.Stage;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerMetricsTest {
    private static final String ACTIVE = "http.server.active_requests";
    private static final String RECEIVED = "http.server.request.body.size";
    private static final String SENT = "http.server.response.body.size";

    private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setMeterProvider(
                    SdkMeterProvider.builder().registerMetricReader(metrics).build())
            .build();

    @AfterEach
    void close() {
        sdk.close();
    }

    @Test
    void requestIsActiveFromItsStartToTheEndOfItsExchange() {
        CompletableFuture<ApiResponse> later = new CompletableFuture<>();
        ApiRequest request = ApiRequest.builder("GET", "/a").scheme("https").build();
        ApiPipeline.of(asked -> later, TelemetryFilter.create(sdk)).handle(request);
        assertThat(active()).isEqualTo(1);
        assertThat(activePoint().getAttributes())
                .isEqualTo(Attributes.builder()
                        .put("http.request.method", "GET")
                        .put("url.scheme", "https")
                        .build());
        later.complete(ApiResponse.of(204));
        assertThat(active()).isEqualTo(1);
        request.exchange().end(204, 0, null);

        assertThat(active()).isZero();
    }

    @Test
    void activeRequestsAreAnUpDownCounterOfRequests() {
        answer(ApiRequest.builder("GET", "/a").build(), TelemetryFilter.create(sdk));
        MetricData metric = metric(ACTIVE);
        assertThat(metric.getUnit()).isEqualTo("{request}");
        assertThat(metric.getLongSumData().isMonotonic()).isFalse();
    }

    @Test
    void failureOfTheHandlerEndsTheRequest() {
        ApiRequest request = ApiRequest.builder("GET", "/a").build();
        ApiHandler failing = asked -> {
            throw new IllegalStateException("broken on purpose");
        };
        ApiPipeline.of(failing, TelemetryFilter.create(sdk)).handle(request);
        request.exchange().end(500, 0, null);

        assertThat(active()).isZero();
    }

    @Test
    void schemeThatAFilterInsideChangesDoesNotUnbalanceTheSum() {
        ApiFilter inside = (request, next) ->
                next.handle(request.toBuilder().scheme("https").build());
        ApiRequest request = ApiRequest.builder("GET", "/a").build();
        answer(request, TelemetryFilter.create(sdk), inside.at(Stage.LIMITS));

        assertThat(metric(ACTIVE).getLongSumData().getPoints())
                .allSatisfy(point -> assertThat(point.getValue()).isZero());
    }

    @Test
    void methodsThatAreNotKnownShareOneValue() {
        for (int i = 0; i < 50; i++) {
            answer(ApiRequest.builder("X" + i, "/a").build(), TelemetryFilter.create(sdk));
        }
        assertThat(activePoint().getAttributes().asMap()).containsValue("_OTHER");
    }

    @Test
    void knownMethodsCanBeReplaced() {
        TelemetryFilter filter =
                TelemetryFilter.builder(sdk).knownMethods(Set.of("PROPFIND")).build();
        answer(ApiRequest.builder("PROPFIND", "/a").build(), filter);
        assertThat(activePoint().getAttributes().asMap()).containsValue("PROPFIND");
    }

    @Test
    void sizesOfBodiesAreNotRecordedUnlessAskedFor() {
        answer(ApiRequest.builder("GET", "/a").build(), TelemetryFilter.create(sdk));
        assertThat(metrics.collectAllMetrics())
                .extracting(MetricData::getName)
                .containsExactlyInAnyOrder(ACTIVE, "http.server.request.duration");
    }

    @Test
    void sizesOfBodiesAreInBytesWithTheAttributesOfTheDuration() {
        answer(ApiRequest.builder("POST", "/a").body(Body.of("seven b")).build(), sizes());
        assertThat(metric(RECEIVED).getUnit()).isEqualTo("By");
        assertThat(metric(SENT).getUnit()).isEqualTo("By");
        assertThat(point(RECEIVED).getSum()).isEqualTo(7);
        assertThat(point(SENT).getSum()).isEqualTo(3);
        assertThat(point(SENT).getAttributes())
                .isEqualTo(point(RECEIVED).getAttributes())
                .isEqualTo(point("http.server.request.duration").getAttributes());
        assertThat(point(RECEIVED).getBoundaries()).startsWith(0.0, 128.0).endsWith(67_108_864.0);
        assertThat(point(SENT).getBoundaries()).isEqualTo(point(RECEIVED).getBoundaries());
    }

    @Test
    void requestWithoutABodyHasASizeOfZero() {
        answer(ApiRequest.builder("GET", "/a").build(), sizes());
        assertThat(point(RECEIVED).getCount()).isEqualTo(1);
        assertThat(point(RECEIVED).getSum()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void streamIsCountedAsItIsRead(boolean known) {
        Flow.Publisher<List<ByteBuffer>> parts = parts("abc", "de");
        Body body = known ? Body.streaming(parts, 5) : Body.streaming(parts);
        ApiRequest request = ApiRequest.builder("POST", "/a").body(body).build();
        ApiHandler reading = asked -> asked.body().bytes(100).thenApply(bytes -> ApiResponse.of(204));
        ApiPipeline.of(reading, sizes()).handle(request).toCompletableFuture().join();
        request.exchange().end(204, 0, null);

        assertThat(point(RECEIVED).getSum()).isEqualTo(5);
    }

    @Test
    void bodyThatExceedsItsLimitIsCountedAsFarAsItWasRead() {
        ApiRequest request = ApiRequest.builder("POST", "/a")
                .body(Body.streaming(parts("abc", "defgh", "ijk")))
                .build();
        ApiHandler reading = asked -> asked.body().bytes(100).thenApply(bytes -> ApiResponse.of(204));
        ApiResponse response = ApiPipeline.of(
                        reading,
                        sizes(),
                        RequestLimits.defaults().withBodyBytes(5).filter())
                .handle(request)
                .toCompletableFuture()
                .join();
        request.exchange().end(response.status(), 0, null);

        assertThat(response.status()).isEqualTo(413);
        assertThat(point(RECEIVED).getSum()).isBetween(8.0, 11.0);
        assertThat(active()).isZero();
    }

    @Test
    void bodyThatFailsEndsTheRequest() {
        ApiRequest request = ApiRequest.builder("POST", "/a")
                .body(Body.streaming(subscriber -> {
                    SubmissionPublisher<List<ByteBuffer>> broken = new SubmissionPublisher<>(Runnable::run, 10);
                    broken.subscribe(subscriber);
                    broken.closeExceptionally(new IOException("The client is gone"));
                }))
                .build();
        ApiHandler reading = asked -> asked.body().bytes(100).thenApply(bytes -> ApiResponse.of(204));
        ApiPipeline.of(reading, sizes()).handle(request).toCompletableFuture().join();
        request.exchange().end(500, 0, new IOException("The client is gone"));

        assertThat(point(RECEIVED).getSum()).isZero();
        assertThat(active()).isZero();
    }

    private TelemetryFilter sizes() {
        return TelemetryFilter.builder(sdk).recordBodySizes().build();
    }

    private static Flow.Publisher<List<ByteBuffer>> parts(String... parts) {
        return subscriber -> {
            SubmissionPublisher<List<ByteBuffer>> publisher = new SubmissionPublisher<>(Runnable::run, 10);
            publisher.subscribe(subscriber);
            for (String part : parts) {
                publisher.submit(List.of(ByteBuffer.wrap(part.getBytes(java.nio.charset.StandardCharsets.US_ASCII))));
            }
            publisher.close();
        };
    }

    private static void answer(ApiRequest request, ApiFilter... filters) {
        ApiPipeline.of(ApiHandler.direct(asked -> ApiResponse.text(200, "abc")), filters)
                .handle(request)
                .toCompletableFuture()
                .join();
        request.exchange().end(200, 3, null);
    }

    private long active() {
        return activePoint().getValue();
    }

    private LongPointData activePoint() {
        assertThat(metric(ACTIVE).getLongSumData().getPoints()).hasSize(1);
        return metric(ACTIVE).getLongSumData().getPoints().iterator().next();
    }

    private HistogramPointData point(String name) {
        assertThat(metric(name).getHistogramData().getPoints()).hasSize(1);
        return metric(name).getHistogramData().getPoints().iterator().next();
    }

    private MetricData metric(String name) {
        return metrics.collectAllMetrics().stream()
                .filter(metric -> metric.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("There is no metric " + name));
    }
}

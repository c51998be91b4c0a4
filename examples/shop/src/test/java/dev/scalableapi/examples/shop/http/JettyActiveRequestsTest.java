package dev.scalableapi.examples.shop.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.http.Routes;
import dev.scalableapi.core.telemetry.TelemetryFilter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real clients that fail in the middle: the number of active requests must return to zero. */
class JettyActiveRequestsTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setMeterProvider(
                    SdkMeterProvider.builder().registerMetricReader(metrics).build())
            .build();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CompletableFuture<ApiResponse> later = new CompletableFuture<>();
    private Server server;

    @BeforeEach
    void start() throws Exception {
        Routes routes = Routes.builder()
                .add("GET", "/throws", Access.open(), asked -> {
                    throw new IllegalStateException("broken on purpose");
                })
                .add("GET", "/endless", Access.open(), ApiHandler.direct(asked -> endless()))
                .add(
                        "GET",
                        "/fails",
                        Access.open(),
                        ApiHandler.direct(asked -> new ApiResponse(200, Headers.empty(), Body.streaming(failing()))))
                .add("GET", "/later", Access.open(), this::later)
                .add("POST", "/body", Access.open(), this::read)
                .build();
        server = JettyAdapter.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                ApiPipeline.of(
                        routes, TelemetryFilter.builder(sdk).recordBodySizes().build()));
    }

    @AfterEach
    void stop() {
        LifeCycle.stop(server);
        sdk.close();
    }

    private CompletionStage<ApiResponse> later(ApiRequest request) {
        entered.countDown();
        return later;
    }

    private CompletionStage<ApiResponse> read(ApiRequest request) {
        entered.countDown();
        return request.body().bytes(1_000_000).thenApply(bytes -> ApiResponse.of(204));
    }

    @Test
    void failureOfTheHandlerEndsTheRequest() throws IOException {
        try (Socket client = send("GET /throws HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")) {
            client.getInputStream().readAllBytes();
        }
        awaitNone();
    }

    @Test
    void clientThatLeavesBeforeTheResponseEndsTheRequest() throws Exception {
        Socket client = send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
        entered.await();
        assertThat(active()).isEqualTo(1);
        client.close();
        later.complete(endless());

        awaitNone();
    }

    @Test
    void clientThatLeavesInTheMiddleOfTheResponseEndsTheRequest() throws IOException {
        try (Socket client = send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")) {
            assertThat(client.getInputStream().readNBytes(1_000)).hasSize(1_000);
            assertThat(active()).isEqualTo(1);
        }
        awaitNone();
    }

    @Test
    void clientThatLeavesInTheMiddleOfItsBodyEndsTheRequest() throws Exception {
        try (Socket client = send("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nabc")) {
            entered.await();
            assertThat(active()).isEqualTo(1);
            client.shutdownOutput();
        }
        awaitNone();
    }

    @Test
    void failureOfTheResponsesBodyEndsTheRequest() throws IOException {
        try (Socket client = send("GET /fails HTTP/1.1\r\nHost: a\r\n\r\n")) {
            client.getInputStream().readAllBytes();
        }
        awaitNone();
    }

    @Test
    void endOfTheServerEndsTheRequest() throws Exception {
        try (Socket client = send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")) {
            assertThat(client.getInputStream().readNBytes(1_000)).hasSize(1_000);
            server.stop();
            awaitNone();
        }
    }

    private Socket send(String text) throws IOException {
        Socket client = new Socket(
                InetAddress.getLoopbackAddress(), ((NetworkConnector) server.getConnectors()[0]).getLocalPort());
        client.setSoTimeout((int) BOUND.toMillis());
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        return client;
    }

    private void awaitNone() {
        await().atMost(BOUND).until(() -> !points().isEmpty() && active() == 0);
    }

    private long active() {
        return points().stream().mapToLong(LongPointData::getValue).sum();
    }

    private List<LongPointData> points() {
        return metrics.collectAllMetrics().stream()
                .filter(metric -> metric.getName().equals("http.server.active_requests"))
                .flatMap(metric -> metric.getLongSumData().getPoints().stream())
                .toList();
    }

    private static ApiResponse endless() {
        return new ApiResponse(
                200,
                Headers.empty(),
                Body.streaming(subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
                    @Override
                    public void request(long n) {
                        subscriber.onNext(List.of(ByteBuffer.allocate(8_192)));
                    }

                    @Override
                    public void cancel() {
                        // Nothing to release.
                    }
                })));
    }

    private static Flow.Publisher<List<ByteBuffer>> failing() {
        return subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
            private boolean begun;

            @Override
            public void request(long n) {
                if (begun) {
                    subscriber.onError(new IOException("broken on purpose"));
                } else {
                    begun = true;
                    subscriber.onNext(List.of(ByteBuffer.allocate(10)));
                }
            }

            @Override
            public void cancel() {
                // Nothing to release.
            }
        });
    }
}

package dev.scalableapi.examples.shop.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.cache.CacheAside;
import dev.scalableapi.cache.Cached;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.Exchange;
import dev.scalableapi.core.http.HttpDate;
import dev.scalableapi.core.http.Outcome;
import dev.scalableapi.core.http.ResponseHeaderLimitFilter;
import dev.scalableapi.core.http.Stage;
import dev.scalableapi.errors.ErrorFilter;
import dev.scalableapi.testkit.TestRun;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JettyAdapterTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Test
    void nearHitIsWrittenByTheThreadThatReadTheRequest() throws Exception {
        CacheAside<String, String> cache = CacheAside.<String, String>builder(
                        "test",
                        Duration.ofMinutes(1),
                        (key, context) -> CompletableFuture.supplyAsync(() -> Optional.of("value of " + key)))
                .build();
        ApiHandler handler = request -> cache.get("k")
                .thenApply(cached -> ApiResponse.text(
                        200, cached.origin() + " " + cached.value().orElseThrow()));
        WriterProbe probe = new WriterProbe(new JettyAdapter(ApiPipeline.of(handler, ErrorFilter.create())));
        // Answered by another thread, or the probe would prove nothing.
        CompletableFuture<Void> loaded = new CompletableFuture<>();
        WriterProbe late =
                new WriterProbe(new JettyAdapter(request -> loaded.thenApply(done -> ApiResponse.text(200, "late"))));

        try (Running server = Running.of(probe);
                Running lateServer = Running.of(late)) {
            server.get("/");
            probe.takeWhetherReaderWrote();
            HttpResponse<String> hit = server.get("/");
            assertThat(hit.body()).isEqualTo(Cached.Origin.HIT_NEAR + " value of k");
            assertThat(probe.takeWhetherReaderWrote()).isTrue();

            CompletableFuture<HttpResponse<String>> answer = lateServer.getLater("/");
            late.awaitRead();
            loaded.complete(null);
            assertThat(answer.get().body()).isEqualTo("late");
            assertThat(late.takeWhetherReaderWrote()).isFalse();
        }
    }

    /** Stands between Jetty and the adapter, and compares the thread that reads a request with the one that answers. */
    private static final class WriterProbe extends Handler.Wrapper {
        private final BlockingQueue<Thread> readers = new LinkedBlockingQueue<>();
        private final BlockingQueue<Boolean> readerWrote = new LinkedBlockingQueue<>();

        private WriterProbe(Handler adapter) {
            super(adapter);
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            Thread reader = Thread.currentThread();
            boolean handled = super.handle(
                    request,
                    new Response.Wrapper(request, response) {
                        @Override
                        public void write(boolean last, ByteBuffer content, Callback written) {
                            readerWrote.add(Thread.currentThread() == reader);
                            super.write(last, content, written);
                        }
                    },
                    callback);
            readers.add(reader);
            return handled;
        }

        private void awaitRead() throws InterruptedException {
            readers.take();
        }

        private boolean takeWhetherReaderWrote() throws InterruptedException {
            return readerWrote.take();
        }
    }

    @Test
    void bodiesStreamBothWays() throws Exception {
        ApiHandler echo = request -> CompletableFuture.completedFuture(
                ApiResponse.of(200).withBody(Body.streaming((Body.Streaming) request.body())));
        byte[] content = "0123456789".repeat(100_000).getBytes(StandardCharsets.US_ASCII);

        try (Running server = Running.of(echo)) {
            HttpResponse<byte[]> response = CLIENT.send(
                    HttpRequest.newBuilder(server.uri("/"))
                            .POST(BodyPublishers.ofByteArray(content))
                            .build(),
                    BodyHandlers.ofByteArray());

            assertThat(response.body()).isEqualTo(content);
        }
    }

    @Test
    void itemReachesTheClientBeforeTheNextIsPublished() throws Exception {
        try (SubmissionPublisher<List<ByteBuffer>> events = new SubmissionPublisher<>();
                Running server = Running.of(request ->
                        CompletableFuture.completedFuture(ApiResponse.of(200).withBody(Body.streaming(events))))) {
            HttpResponse<InputStream> response =
                    CLIENT.send(HttpRequest.newBuilder(server.uri("/")).build(), BodyHandlers.ofInputStream());
            BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));

            try (events) {
                for (int i = 0; i < 5; i++) {
                    events.submit(List.of(ByteBuffer.wrap(("event " + i + "\n").getBytes(StandardCharsets.UTF_8))));
                    assertThat(lines.readLine()).isEqualTo("event " + i);
                }
            }
            assertThat(lines.readLine()).isNull();
        }
    }

    @Test
    void clientThatHangsUpEndsTheExchangeOnceWithTheCause() throws Exception {
        BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
        try (SubmissionPublisher<List<ByteBuffer>> events = new SubmissionPublisher<>();
                Running server = Running.of(request -> {
                    request.exchange().onEnd(outcomes::add);
                    return CompletableFuture.completedFuture(ApiResponse.of(200).withBody(Body.streaming(events)));
                })) {
            try (Socket client = new Socket("localhost", server.uri("/").getPort())) {
                client.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(client.getInputStream().read()).isEqualTo('H');
                client.setSoLinger(true, 0);
            }
            Outcome outcome = null;
            while (outcome == null) {
                events.offer(List.of(ByteBuffer.wrap(new byte[1024])), (subscriber, item) -> false);
                outcome = outcomes.poll(10, TimeUnit.MILLISECONDS);
            }
            assertThat(outcome.cause()).isPresent();
            assertThat(outcomes).isEmpty();
        }
    }

    @Test
    void headHasTheLengthAndNoBody() throws Exception {
        try (Running server = Running.of(ApiHandler.direct(request -> ApiResponse.text(200, "12345")))) {
            HttpResponse<String> head = CLIENT.send(
                    HttpRequest.newBuilder(server.uri("/"))
                            .method("HEAD", BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.ofString());

            assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(5);
            assertThat(head.body()).isEmpty();
        }
    }

    @Test
    void encodedSlashStaysInThePath() throws Exception {
        try (Running server = Running.of(ApiHandler.direct(request -> ApiResponse.text(200, request.path())))) {
            assertThat(server.get("/a%2Fb/..;/%25").body()).isEqualTo("/a%2Fb/..;/%25");
        }
    }

    @Test
    void handlerMayTakeLongerThanAConnectionMayBeIdle() throws Exception {
        CompletableFuture<ApiResponse> later = new CompletableFuture<>();
        CompletableFuture<Void> begun = new CompletableFuture<>();
        try (Running server = Running.of(request -> {
            begun.complete(null);
            return later;
        })) {
            CompletableFuture<HttpResponse<String>> answer = server.getLater("/");
            begun.get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            server.closeIdleConnections();
            for (int i = 0; i < 2; i++) {
                try (Socket idle = new Socket("localhost", server.uri("/").getPort())) {
                    assertThat(idle.getInputStream().read())
                            .as("closed by the server")
                            .isEqualTo(-1);
                }
            }
            later.complete(ApiResponse.text(200, "late"));

            assertThat(answer.get().statusCode()).isEqualTo(200);
            assertThat(answer.get().body()).isEqualTo("late");
        }
    }

    @Test
    void bodyThatStallsIsATimeoutOfTheRequest() throws Exception {
        CompletableFuture<Running> running = new CompletableFuture<>();
        ApiHandler reading = request -> {
            running.join().closeIdleConnections();
            return request.body().bytes(100).thenApply(body -> ApiResponse.of(204));
        };
        try (Running server = Running.of(ApiPipeline.of(reading, ErrorFilter.create()))) {
            running.complete(server);
            try (Socket client = new Socket("localhost", server.uri("/").getPort())) {
                client.getOutputStream()
                        .write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\na"
                                .getBytes(StandardCharsets.US_ASCII));

                assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 408 ")
                        .contains("INCOMPLETE_BODY");
            }
        }
    }

    /** RFC 9110 section 6.6.1: the date of the response, which Jetty would set when the request begins. */
    @Test
    void dateIsNotEarlierThanTheResponse() throws Exception {
        CompletableFuture<ApiResponse> later = new CompletableFuture<>();
        CompletableFuture<Instant> begun = new CompletableFuture<>();
        try (Running server = Running.of(request -> {
            begun.complete(Instant.now());
            return later;
        })) {
            CompletableFuture<HttpResponse<String>> answer = server.getLater("/");
            long second =
                    begun.get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS).getEpochSecond();
            await().pollInterval(Duration.ofMillis(1)).until(() -> Instant.now().getEpochSecond() > second);
            Instant completed = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            later.complete(ApiResponse.of(200).withHeader("Last-Modified", HttpDate.format(completed)));

            List<String> dates = answer.get().headers().allValues("Date");
            assertThat(dates).hasSize(1);
            assertThat(HttpDate.parse(dates.get(0)).orElseThrow()).isAfterOrEqualTo(completed);
        }
    }

    @Test
    void dateOfTheHandlerIsKept() throws Exception {
        String date = "Sun, 06 Nov 1994 08:49:37 GMT";
        try (Running server =
                Running.of(ApiHandler.direct(request -> ApiResponse.of(200).withHeader("Date", date)))) {
            assertThat(server.get("/").headers().allValues("Date")).containsExactly(date);
        }
    }

    @Test
    void responseWhoseHeadersAreTooLargeIsAnEnvelope() throws Exception {
        ApiHandler handler = ApiHandler.direct(request -> ApiResponse.of(200).withHeader("X-Long", "a".repeat(20_000)));
        try (Running server = Running.of(ApiPipeline.of(handler, ErrorFilter.create()))) {
            HttpResponse<String> answer = server.get("/");

            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body()).contains("\"code\":\"INTERNAL_SERVER_ERROR\"");
        }
    }

    /** The limit of the server itself, if the pipeline allows more. */
    @ParameterizedTest
    @ValueSource(strings = {"", "body"})
    void responseThatJettyCannotWriteEndsOneExchange(String body) throws Exception {
        List<Exchange> begun = Collections.synchronizedList(new ArrayList<>());
        BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
        ApiHandler handler = ApiHandler.direct(request -> ApiResponse.of(200)
                .withHeader("X-Long", "a".repeat(20_000))
                .withBody(body.isEmpty() ? Body.empty() : Body.of(body)));
        ApiFilter watch = (request, next) -> {
            begun.add(request.exchange());
            request.exchange().onEnd(outcomes::add);
            return next.handle(request);
        };
        try (Running server =
                Running.of(ApiPipeline.of(handler, watch.at(Stage.TELEMETRY), ResponseHeaderLimitFilter.of(1 << 20)))) {
            assertThat(server.get("/").statusCode()).isEqualTo(500);
            assertThat(outcomes.take().status()).isEqualTo(500);
        }
        assertThat(begun).hasSize(1);
    }

    private record Running(Server server) implements AutoCloseable {
        static Running of(Handler handler) throws Exception {
            Server server = new Server(new InetSocketAddress("localhost", 0));
            server.setHandler(handler);
            server.start();
            return new Running(server);
        }

        static Running of(ApiHandler handler) throws Exception {
            return new Running(JettyAdapter.start(new InetSocketAddress("localhost", 0), handler));
        }

        URI uri(String target) {
            return URI.create(
                    "http://localhost:" + ((NetworkConnector) server.getConnectors()[0]).getLocalPort() + target);
        }

        HttpResponse<String> get(String target) throws Exception {
            return CLIENT.send(HttpRequest.newBuilder(uri(target)).build(), BodyHandlers.ofString());
        }

        /** Those that are open, and later ones. Before a request has begun, a busy client could be idle for as long. */
        void closeIdleConnections() {
            AbstractConnector connector = (AbstractConnector) server.getConnectors()[0];
            connector.setIdleTimeout(300);
            connector.getConnectedEndPoints().forEach(connection -> connection.setIdleTimeout(300));
        }

        CompletableFuture<HttpResponse<String>> getLater(String target) {
            return CLIENT.sendAsync(HttpRequest.newBuilder(uri(target)).build(), BodyHandlers.ofString());
        }

        @Override
        public void close() {
            LifeCycle.stop(server);
        }
    }
}

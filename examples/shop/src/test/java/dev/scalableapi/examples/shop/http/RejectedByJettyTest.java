package dev.scalableapi.examples.shop.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.RequestLimits;
import dev.scalableapi.core.http.Routes;
import dev.scalableapi.core.http.SecurityHeadersFilter;
import dev.scalableapi.core.http.Stage;
import dev.scalableapi.core.telemetry.RequestLog;
import dev.scalableapi.core.telemetry.TelemetryFilter;
import dev.scalableapi.errors.ErrorFilter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Requests that Jetty, or its adapter, rejects before a route is found. */
class RejectedByJettyTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String HOST = "Host: shop.example\r\n";
    private static final ShopTelemetry TELEMETRY = new ShopTelemetry();
    private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();
    private static final AtomicInteger HANDLED = new AtomicInteger();

    private static Server server;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        Logger requests = (Logger) LoggerFactory.getLogger(RequestLog.LOGGER);
        LOG.start();
        requests.addAppender(LOG);
        ApiHandler handler = request -> {
            HANDLED.incrementAndGet();
            return request.body().bytes(1 << 20).thenApply(body -> ApiResponse.text(200, "done"));
        };
        Routes routes = Routes.builder()
                .add("GET", "/", Access.open(), handler)
                .add("GET", "/teas", Access.open(), handler)
                .add("POST", "/teas", Access.open(), handler)
                .build();
        ApiFilter later = new LaterFilter();
        ApiPipeline pipeline = ApiPipeline.of(
                routes,
                TelemetryFilter.create(TELEMETRY.openTelemetry()),
                RequestLog.create(),
                SecurityHeadersFilter.create(),
                ErrorFilter.create(),
                RequestLimits.defaults().filter(),
                later.at(Stage.ADDRESS_RATE_LIMIT));
        server = JettyAdapter.start(new InetSocketAddress("localhost", 0), pipeline);
        port = ((NetworkConnector) server.getConnectors()[0]).getLocalPort();
    }

    @AfterAll
    static void stop() {
        ((Logger) LoggerFactory.getLogger(RequestLog.LOGGER)).detachAppender(LOG);
        LifeCycle.stop(server);
    }

    /** Completes on another thread, as a rate limiter in Redis does. */
    private static final class LaterFilter implements ApiFilter {
        @Override
        public CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next) {
            return CompletableFuture.supplyAsync(() -> request).thenCompose(next::handle);
        }
    }

    static Stream<Arguments> rejected() {
        return Stream.of(
                rejected("target that is not ASCII", "GET /caf\u00e9 HTTP/1.1\r\n" + HOST, 400, "MALFORMED_REQUEST"),
                rejected("query that is not ASCII", "GET /teas?q=\u00e9 HTTP/1.1\r\n" + HOST, 400, "MALFORMED_REQUEST"),
                rejected("malformed escape", "GET /a%zz HTTP/1.1\r\n" + HOST, 400, "MALFORMED_REQUEST"),
                rejected("UTF-16 escape", "GET /a%u0041 HTTP/1.1\r\n" + HOST, 400, "MALFORMED_REQUEST"),
                rejected("escaped NUL", "GET /a%00 HTTP/1.1\r\n" + HOST, 400, "MALFORMED_REQUEST"),
                rejected("path above the root", "GET /../teas HTTP/1.1\r\n" + HOST, 400, "MALFORMED_REQUEST"),
                rejected("backslash", "GET /a\\b HTTP/1.1\r\n" + HOST, 400, "MALFORMED_REQUEST"),
                rejected("fragment", "GET /teas#a HTTP/1.1\r\n" + HOST, 400, "MALFORMED_REQUEST"),
                rejected("relative target", "GET teas HTTP/1.1\r\n" + HOST, 400, "MALFORMED_REQUEST"),
                rejected("no host", "GET /teas HTTP/1.1\r\n", 400, "MALFORMED_REQUEST"),
                rejected("two hosts", "GET /teas HTTP/1.1\r\n" + HOST + HOST, 400, "MALFORMED_REQUEST"),
                rejected("blank host", "GET /teas HTTP/1.1\r\nHost: \r\n", 400, "MALFORMED_REQUEST"),
                rejected("malformed host", "GET /teas HTTP/1.1\r\nHost: a b/c\r\n", 400, "MALFORMED_REQUEST"),
                rejected("user in the host", "GET /teas HTTP/1.1\r\nHost: a@b\r\n", 400, "MALFORMED_REQUEST"),
                rejected("other host", "GET http://other.example/teas HTTP/1.1\r\n" + HOST, 400, "MALFORMED_REQUEST"),
                rejected(
                        "user in the target",
                        "GET http://u@shop.example/ HTTP/1.1\r\n" + HOST,
                        400,
                        "MALFORMED_REQUEST"),
                rejected(
                        "https over a plain connection",
                        "GET https://shop.example/teas HTTP/1.1\r\n" + HOST,
                        421,
                        "MISDIRECTED_REQUEST"),
                rejected("other scheme", "GET ftp://shop.example/teas HTTP/1.1\r\n" + HOST, 421, "MISDIRECTED_REQUEST"),
                rejected(
                        "length and transfer coding",
                        "POST /teas HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                        400,
                        "MALFORMED_REQUEST"),
                rejected(
                        "unknown transfer coding",
                        "POST /teas HTTP/1.1\r\n" + HOST + "Transfer-Encoding: tea\r\n",
                        400,
                        "MALFORMED_REQUEST"),
                rejected(
                        "two lengths",
                        "POST /teas HTTP/1.1\r\n" + HOST + "Content-Length: 1\r\nContent-Length: 2\r\n",
                        400,
                        "MALFORMED_REQUEST"),
                rejected(
                        "signed length",
                        "POST /teas HTTP/1.1\r\n" + HOST + "Content-Length: +1\r\n",
                        400,
                        "MALFORMED_REQUEST"),
                rejected(
                        "negative length",
                        "POST /teas HTTP/1.1\r\n" + HOST + "Content-Length: -1\r\n",
                        400,
                        "MALFORMED_REQUEST"),
                rejected(
                        "endless length",
                        "POST /teas HTTP/1.1\r\n" + HOST + "Content-Length: 99999999999999999999\r\n",
                        400,
                        "MALFORMED_REQUEST"),
                rejected(
                        "header of 70 kB",
                        "GET /teas HTTP/1.1\r\n" + HOST + "X: " + "a".repeat(70_000) + "\r\n",
                        431,
                        "HEADERS_TOO_LARGE"),
                rejected(
                        "many headers",
                        "GET /teas HTTP/1.1\r\n" + HOST + "X: 0123456789\r\n".repeat(6_000),
                        431,
                        "HEADERS_TOO_LARGE"),
                rejected("target of 70 kB", "GET /" + "a".repeat(70_000) + " HTTP/1.1\r\n" + HOST, 414, "URI_TOO_LONG"),
                rejected("OPTIONS *", "OPTIONS * HTTP/1.1\r\n" + HOST, 400, "MALFORMED_REQUEST"),
                rejected("GET *", "GET * HTTP/1.1\r\n" + HOST, 400, "MALFORMED_REQUEST"),
                rejected(
                        "CONNECT",
                        "CONNECT shop.example:443 HTTP/1.1\r\nHost: shop.example:443\r\n",
                        400,
                        "MALFORMED_REQUEST"),
                rejected("unknown version", "GET /teas HTTP/1.7\r\n" + HOST, 505, "UNSUPPORTED_HTTP_VERSION"),
                rejected("other protocol", "GET /teas HTTX/1.1\r\n" + HOST, 505, "UNSUPPORTED_HTTP_VERSION"),
                rejected("HTTP/0.9", "GET /teas", 505, "UNSUPPORTED_HTTP_VERSION"),
                rejected("HTTP/2 without TLS", "PRI * HTTP/2.0\r\n\r\nSM\r\n", 505, "UNSUPPORTED_HTTP_VERSION"),
                rejected("malformed method", "GE(T /teas HTTP/1.1\r\n" + HOST, 400, "MALFORMED_REQUEST"),
                rejected("folded line", "GET /teas HTTP/1.1\r\n" + HOST + "X: a\r\n b\r\n", 400, "MALFORMED_REQUEST"),
                rejected("bare CR", "GET /teas HTTP/1.1\r\n" + HOST + "X: a\rY: b\r\n", 400, "MALFORMED_REQUEST"),
                rejected(
                        "space before the colon",
                        "GET /teas HTTP/1.1\r\n" + HOST + "X : a\r\n",
                        400,
                        "MALFORMED_REQUEST"),
                rejected("no colon", "GET /teas HTTP/1.1\r\n" + HOST + "X\r\n", 400, "MALFORMED_REQUEST"),
                rejected("malformed name", "GET /teas HTTP/1.1\r\n" + HOST + "X(: a\r\n", 400, "MALFORMED_REQUEST"),
                rejected(
                        "control character",
                        "GET /teas HTTP/1.1\r\n" + HOST + "X: a\u0001\r\n",
                        400,
                        "MALFORMED_REQUEST"),
                rejected("DEL", "GET /teas HTTP/1.1\r\n" + HOST + "X: a\u007f\r\n", 400, "MALFORMED_REQUEST"),
                rejected(
                        "TLS over a plain connection",
                        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000" + "x".repeat(500),
                        400,
                        "MALFORMED_REQUEST"),
                rejected(
                        "unknown expectation",
                        "POST /teas HTTP/1.1\r\n" + HOST + "Expect: tea\r\nContent-Length: 1\r\n",
                        417,
                        "UNSUPPORTED_EXPECTATION"));
    }

    private static Arguments rejected(String name, String head, int status, String code) {
        return Arguments.argumentSet(name, head, status, code);
    }

    @ParameterizedTest
    @MethodSource("rejected")
    void rejectionIsAnsweredLoggedAndCountedAndTheConnectionClosed(String head, int status, String code)
            throws Exception {
        int handled = HANDLED.get();
        Answer answer = Answer.to(head + "\r\n");

        assertThat(answer.head()).startsWith("HTTP/1.1 " + status + " ");
        JsonNode error = JSON.readTree(answer.body()).path("error");
        assertThat(error.path("code").asText()).isEqualTo(code);
        assertThat(answer.fields())
                .contains(
                        "X-Content-Type-Options: nosniff",
                        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
                        "Content-Type: application/json",
                        "Cache-Control: no-store",
                        "Content-Length: " + answer.body().length(),
                        "Connection: close");
        assertThat(HANDLED.get()).isEqualTo(handled);
        String trace = error.path("traceId").asText();
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .untilAsserted(() -> assertThat(logged(trace, "status")).containsExactly(Integer.toString(status)));
        assertThat(Answer.metrics())
                .anyMatch(line -> line.startsWith("http_server_request_duration_seconds_count")
                        && line.contains("http_response_status_code=\"" + status + "\"")
                        && !line.contains("http_route"));
    }

    /** Jetty keeps no header of a request whose head it cannot read; of these it does. */
    @ParameterizedTest
    @ValueSource(
            strings = {"GET /caf\u00e9", "OPTIONS *", "GET http://other.example/teas", "GET https://shop.example/teas"})
    void rejectionOfARequestWithAReadableHeadIsInTheFormatThatItAccepts(String start) throws Exception {
        Answer answer = Answer.to(start + " HTTP/1.1\r\n" + HOST + "Accept: application/problem+json\r\n\r\n");

        assertThat(answer.fields())
                .contains("Content-Type: application/problem+json", "X-Content-Type-Options: nosniff");
        assertThat(JSON.readTree(answer.body()).path("code").asText()).isIn("MALFORMED_REQUEST", "MISDIRECTED_REQUEST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/teas", "/teas?q=%zz&a=[b]", "HTTP://shop.example/teas"})
    void requestThatIsUnusualAndValidReachesItsRoute(String target) throws Exception {
        Answer answer = Answer.to("GET " + target + " HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");

        assertThat(answer.head()).startsWith(target.contains("zz") ? "HTTP/1.1 400 " : "HTTP/1.1 200 ");
        assertThat(answer.body()).contains(target.contains("zz") ? "INVALID_QUERY" : "done");
    }

    @Test
    void rejectionOfHeadHasNoBody() throws Exception {
        Answer answer = Answer.to("HEAD http://other.example/teas HTTP/1.1\r\n" + HOST + "\r\n");

        assertThat(answer.head()).startsWith("HTTP/1.1 400 ");
        assertThat(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"xyz\r\n\r\n", "2\r\nabcd\r\n0\r\n\r\n", "ffffffffffffffffff\r\na\r\n0\r\n\r\n"})
    void malformedChunkIsAnsweredAndTheConnectionClosed(String body) throws Exception {
        Answer answer = Answer.to("POST /teas HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + body
                + "GET /teas HTTP/1.1\r\n" + HOST + "\r\n");

        assertThat(answer.head()).startsWith("HTTP/1.1 400 ");
        assertThat(JSON.readTree(answer.body()).at("/error/code").asText()).isEqualTo("INCOMPLETE_BODY");
    }

    @Test
    void requestWhoseFirstLineCannotBeReadIsLoggedWithoutPlaceholdersOfJetty() throws Exception {
        Answer answer = Answer.to("GE(T /teas HTTP/1.1\r\n" + HOST + "\r\n");
        String trace = JSON.readTree(answer.body()).at("/error/traceId").asText();

        await().until(() -> logged(trace, "path").size() == 1);
        assertThat(logged(trace, "path")).containsExactly("/");
        assertThat(logged(trace, "method")).containsExactly("_OTHER");
    }

    private static List<String> logged(String trace, String key) {
        synchronized (LOG) {
            return LOG.list.stream()
                    .map(event -> event.getKeyValuePairs().stream()
                            .collect(Collectors.toMap(pair -> pair.key, pair -> String.valueOf(pair.value))))
                    .filter(pairs -> trace.equals(pairs.get("traceId")))
                    .map(pairs -> pairs.get(key))
                    .toList();
        }
    }

    /** The response and everything after it, up to the end of the connection. */
    private record Answer(String head, List<String> fields, String body) {
        static Answer to(String request) throws IOException {
            try (Socket socket = new Socket("localhost", port)) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                int end = answer.indexOf("\r\n\r\n");
                String head = answer.substring(0, end);
                return new Answer(head, List.of(head.split("\r\n")), answer.substring(end + 4));
            }
        }

        static List<String> metrics() throws Exception {
            ApiResponse metrics = TELEMETRY
                    .metrics()
                    .handle(ApiRequest.builder("GET", "/").build())
                    .toCompletableFuture()
                    .join();
            byte[] text = metrics.body().bytes(1 << 20).toCompletableFuture().join();
            return new String(text, StandardCharsets.UTF_8).lines().toList();
        }
    }
}

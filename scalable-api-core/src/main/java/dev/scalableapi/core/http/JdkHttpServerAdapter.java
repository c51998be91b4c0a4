package dev.scalableapi.core.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsExchange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Serves an {@link ApiHandler} with the HTTP server that every JDK has. Bodies stream both ways; HEAD is answered
 * without a body; the handler's threads are virtual on Java 21 and newer. Thread-safe.
 *
 * <p>The JDK's server sends {@code 100 Continue} by itself before the handler sees the request, so a handler cannot
 * refuse a body before it is sent. It reads the body on the thread that requests it, which may block.
 */
public final class JdkHttpServerAdapter implements AutoCloseable {
    private static final int CONCURRENCY = 256;
    private static final int QUEUE = 1024;

    private final HttpServer server;
    private final ApiHandler handler;
    private final BlockingExecutor executor = BlockingExecutor.create(CONCURRENCY, QUEUE);

    private JdkHttpServerAdapter(HttpServer server, ApiHandler handler) {
        this.server = server;
        this.handler = handler;
    }

    /**
     * {@return a running server for plain HTTP}
     *
     * @param address where to listen; port 0 takes a free one
     * @param handler answers every request
     * @throws IOException if the address can't be had
     */
    public static JdkHttpServerAdapter start(InetSocketAddress address, ApiHandler handler) throws IOException {
        return start(HttpServer.create(address, 0), handler);
    }

    /**
     * {@return a server that was bound and is now running}
     *
     * @param server bound and not yet started, such as an {@code HttpsServer} with its TLS settings; its root context
     *     and executor are set here
     * @param handler answers every request
     */
    public static JdkHttpServerAdapter start(HttpServer server, ApiHandler handler) {
        ApiHandler pipeline = handler instanceof ApiPipeline ? handler : ApiPipeline.of(handler);
        JdkHttpServerAdapter adapter = new JdkHttpServerAdapter(server, pipeline);
        server.createContext("/", adapter::serve);
        server.setExecutor(adapter::execute);
        server.start();
        return adapter;
    }

    /** {@return where it listens} */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    /** Stops at once; requests that are being answered are cut off. */
    @Override
    public void close() {
        server.stop(0);
        executor.close();
    }

    /** Beyond the bound, the thread that accepts connections serves the request itself, and so accepts no more. */
    private void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException full) {
            task.run();
        }
    }

    private void serve(HttpExchange exchange) {
        ApiRequest request;
        try {
            request = request(exchange);
        } catch (IllegalArgumentException malformed) {
            write(exchange, Exchange.start(), ApiResponse.of(400));
            return;
        }
        CompletableFuture<ApiResponse> response = handler.handle(request).toCompletableFuture();
        if (response.isDone()) {
            write(exchange, request.exchange(), response.join());
        } else {
            var unused = response.thenAcceptAsync(later -> write(exchange, request.exchange(), later), this::execute);
        }
    }

    private static ApiRequest request(HttpExchange exchange) {
        Headers.Builder headers = Headers.builder();
        for (Map.Entry<String, List<String>> field :
                exchange.getRequestHeaders().entrySet()) {
            field.getValue().forEach(value -> headers.add(field.getKey(), value));
        }
        Headers fields = headers.build();
        return ApiRequest.builder(exchange.getRequestMethod(), target(exchange))
                .scheme(exchange instanceof HttpsExchange ? "https" : "http")
                .authority(fields.first("Host").orElse(""))
                .protocol(exchange.getProtocol())
                .peer(exchange.getRemoteAddress())
                .clientCertificate(clientCertificate(exchange))
                .headers(fields)
                .body(body(exchange, fields))
                .build();
    }

    /** The path and query of either form of target: origin ({@code /a?b}) or absolute ({@code http://host/a?b}). */
    private static String target(HttpExchange exchange) {
        String path = exchange.getRequestURI().getRawPath();
        String query = exchange.getRequestURI().getRawQuery();
        String rooted = path == null || path.isEmpty() ? "/" : path;
        return query == null ? rooted : rooted + "?" + query;
    }

    private static @Nullable X509Certificate clientCertificate(HttpExchange exchange) {
        if (exchange instanceof HttpsExchange https) {
            try {
                return https.getSSLSession().getPeerCertificates()[0] instanceof X509Certificate first ? first : null;
            } catch (SSLPeerUnverifiedException none) {
                return null;
            }
        }
        return null;
    }

    private static Body body(HttpExchange exchange, Headers headers) {
        long length = headers.first("Content-Length").map(Long::parseLong).orElse(-1L);
        if (length == 0 || (length < 0 && !headers.contains("Transfer-Encoding"))) {
            return Body.empty();
        }
        InputStreamPublisher content = new InputStreamPublisher(exchange.getRequestBody());
        return length < 0 ? Body.streaming(content) : Body.streaming(content, length);
    }

    private static void write(HttpExchange exchange, Exchange ending, ApiResponse response) {
        StreamWriter stream = new StreamWriter();
        long written = 0;
        Throwable cause = null;
        try (exchange) {
            response.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
            exchange.sendResponseHeaders(response.status(), announced(response.body()));
            if (response.body() instanceof Body.Bytes bytes) {
                bytes.writeTo(exchange.getResponseBody());
                written = bytes.length();
            } else if (response.body() instanceof Body.Streaming streaming) {
                streaming.subscribe(stream);
                stream.writeTo(exchange.getResponseBody());
            }
        } catch (IOException gone) {
            cause = gone;
        } finally {
            ending.end(response.status(), written + stream.written(), cause);
        }
    }

    /** In the JDK's terms: -1 is no body, 0 is a body of unknown length. */
    private static long announced(Body body) {
        return body instanceof Body.Empty ? -1 : Math.max(0, body.length());
    }
}

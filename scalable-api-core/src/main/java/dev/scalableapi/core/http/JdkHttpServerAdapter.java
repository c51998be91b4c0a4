package dev.scalableapi.core.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsExchange;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
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
 * <p>A request, and a response that streams, holds one of 256 threads for as long as the client takes; 1,024 more
 * requests wait, and connections beyond these are closed. So slow clients can use it up: it is meant for first steps,
 * tests and small services, behind a proxy that buffers.
 *
 * <p>The JDK's server sends {@code 100 Continue} by itself before the handler sees the request, so a handler cannot
 * refuse a body before it is sent. It reads the body on the thread that requests it, which may block. That a client is
 * gone shows when something is written to it.
 *
 * <p>The adapter rejects a request whose host, target, version or framing is not acceptable: the pipeline answers it without a
 * route, and the connection is closed. The JDK's server rejects some requests before the adapter, such as one with a malformed
 * escape, with two lengths, or with the target {@code *}. Their response is HTML of the JDK, and they are neither logged nor
 * counted.
 */
public final class JdkHttpServerAdapter implements AutoCloseable {
    private static final int CONCURRENCY = 256;
    private static final int QUEUE = 1024;

    private final HttpServer server;
    private final ApiHandler handler;
    private final BlockingExecutor executor = BlockingExecutor.create(CONCURRENCY, QUEUE);

    /** Writes what was not ready at once. Its queue needs no bound: all that waits there is in memory already. */
    private final BlockingExecutor writers = BlockingExecutor.create(CONCURRENCY, Integer.MAX_VALUE);

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
     *     and executor are replaced here
     * @param handler answers every request
     * @throws IllegalStateException if the server was started already
     */
    public static JdkHttpServerAdapter start(HttpServer server, ApiHandler handler) {
        ApiHandler pipeline = handler instanceof ApiPipeline ? handler : ApiPipeline.of(handler);
        JdkHttpServerAdapter adapter = new JdkHttpServerAdapter(server, pipeline);
        replaceRoot(server, adapter::serve);
        server.setExecutor(adapter.executor);
        server.start();
        return adapter;
    }

    /** The JDK would take a second root context without a word, and go on using the first. */
    private static void replaceRoot(HttpServer server, HttpHandler root) {
        try {
            server.removeContext("/");
        } catch (IllegalArgumentException none) {
            // There was none to replace.
        }
        server.createContext("/", root);
    }

    /** {@return where it listens} */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    /** Stops at once; requests that are being answered are cut off, and their exchanges end with that as the cause. */
    @Override
    public void close() {
        server.stop(0);
        executor.abort();
        writers.abort();
    }

    /** A failure that goes back to the JDK's server makes it close the connection and forget it. */
    private void serve(HttpExchange exchange) throws IOException {
        exchange.setStreams(new RequestStream(exchange.getRequestBody()), null);
        ApiRequest request = request(exchange);
        CompletableFuture<ApiResponse> response = handler.handle(request).toCompletableFuture();
        if (response.isDone()) {
            write(exchange, request.exchange(), response.join());
        } else {
            var unused = response.thenAccept(later -> writeLater(exchange, request.exchange(), later));
        }
    }

    private void writeLater(HttpExchange exchange, Exchange ending, ApiResponse response) {
        Runnable writing = () -> {
            try {
                write(exchange, ending, response);
            } catch (IOException gone) {
                // The exchange has ended with it as the cause.
            }
        };
        try {
            writers.execute(writing);
        } catch (RejectedExecutionException closed) {
            writing.run();
        }
    }

    private static ApiRequest request(HttpExchange exchange) {
        try {
            requireVersionAndScheme(exchange);
            Headers headers = headers(exchange);
            return ApiRequest.builder(exchange.getRequestMethod(), target(exchange.getRequestURI()))
                    .scheme(scheme(exchange))
                    .authority(authority(exchange, headers))
                    .protocol(exchange.getProtocol())
                    .peer(exchange.getRemoteAddress())
                    .clientCertificate(clientCertificate(exchange))
                    .headers(headers)
                    .body(body(exchange, headers))
                    .build();
        } catch (IllegalArgumentException malformed) {
            return rejected(exchange, ApiException.rejected(400).withCause(malformed));
        } catch (ApiException refused) {
            return rejected(exchange, refused);
        }
    }

    /** A client writes the scheme of a target in absolute form, and must not claim a TLS that there is not (RFC 9110, 7.4). */
    private static void requireVersionAndScheme(HttpExchange exchange) {
        if (!exchange.getProtocol().startsWith("HTTP/1.")) {
            throw ApiException.rejected(505);
        }
        String claimed = exchange.getRequestURI().getScheme();
        if (claimed != null && !claimed.equalsIgnoreCase(scheme(exchange))) {
            throw ApiException.rejected(421);
        }
    }

    private static ApiRequest rejected(HttpExchange exchange, ApiException failure) {
        Headers headers;
        try {
            headers = headers(exchange);
        } catch (IllegalArgumentException malformed) {
            headers = Headers.empty();
        }
        return ApiRequest.rejected(exchange.getRequestMethod(), target(exchange.getRequestURI()), failure)
                .scheme(scheme(exchange))
                .peer(exchange.getRemoteAddress())
                .headers(headers)
                .build();
    }

    private static String scheme(HttpExchange exchange) {
        return exchange instanceof HttpsExchange ? "https" : "http";
    }

    private static Headers headers(HttpExchange exchange) {
        Headers.Builder headers = Headers.builder();
        for (Map.Entry<String, List<String>> field :
                exchange.getRequestHeaders().entrySet()) {
            field.getValue().forEach(value -> headers.add(field.getKey(), value));
        }
        return headers.build();
    }

    /** Origin form ({@code /a?b}) as it came, or what absolute form ({@code http://host/a?b}) has of it. */
    private static String target(URI uri) {
        String asItCame = uri.toString();
        if (asItCame.startsWith("/")) {
            return asItCame;
        }
        return uri.getRawQuery() == null ? uri.getRawPath() : uri.getRawPath() + "?" + uri.getRawQuery();
    }

    /** RFC 9112 section 3.2: one Host from HTTP/1.1 on, and the target's own authority goes before it. */
    private static String authority(HttpExchange exchange, Headers headers) {
        List<String> hosts = headers.all("Host");
        if (hosts.size() > 1 || (hosts.isEmpty() && !exchange.getProtocol().equals("HTTP/1.0"))) {
            throw new IllegalArgumentException("A request must name one host");
        }
        String host = hosts.isEmpty() ? "" : hosts.get(0);
        URI uri = exchange.getRequestURI();
        return uri.getScheme() == null || uri.getRawAuthority() == null ? host : uri.getRawAuthority();
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

    /** Two ways to tell where the body ends are two opinions on where the next request begins (RFC 9112 section 11.2). */
    private static Body body(HttpExchange exchange, Headers headers) {
        List<String> lengths = headers.all("Content-Length");
        boolean chunked = headers.contains("Transfer-Encoding");
        if (lengths.size() > 1 || (chunked && !lengths.isEmpty())) {
            throw new IllegalArgumentException("A body must have one length");
        }
        if (chunked && exchange.getProtocol().equals("HTTP/1.0")) {
            throw new IllegalArgumentException("HTTP/1.0 has no transfer codings"); // RFC 9112 section 6.1
        }
        long length = lengths.isEmpty() ? -1 : length(lengths.get(0));
        if (length == 0 || (length < 0 && !chunked)) {
            return Body.empty();
        }
        InputStreamPublisher content = InputStreamPublisher.of(exchange.getRequestBody(), length);
        return length < 0 ? Body.streaming(content) : Body.streaming(content, length);
    }

    /** Digits alone: {@link Long#parseLong} also takes a sign, which nothing else on the way will have understood. */
    private static long length(String text) {
        if (!HttpGrammar.isDigits(text)) {
            throw new IllegalArgumentException("A length is a number");
        }
        return Long.parseLong(text);
    }

    private static void write(HttpExchange exchange, Exchange ending, ApiResponse response) throws IOException {
        StreamWriter stream = new StreamWriter();
        Throwable cause = null;
        try {
            response.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
            if (exchange.getRequestBody() instanceof RequestStream body && body.hasFailed) {
                exchange.getResponseHeaders().set("Connection", "close"); // where the next request begins is unknown
            }
            exchange.sendResponseHeaders(response.status(), announced(response.body()));
            writeBody(response.body(), stream, exchange.getResponseBody());
            exchange.close();
        } catch (Throwable failure) {
            cause = failure;
            tear(exchange);
            throw failure;
        } finally {
            ending.end(response.status(), stream.written(), cause);
        }
    }

    private static void writeBody(Body body, StreamWriter stream, OutputStream out) throws IOException {
        if (body instanceof Body.Bytes bytes) {
            stream.write(bytes, out);
        } else if (body instanceof Body.Streaming streaming) {
            out.flush(); // newer JDKs keep the head back until something is written
            streaming.subscribe(stream);
            stream.writeTo(out);
            if (stream.written() < streaming.length()) {
                throw new IOException("A body was shorter than announced");
            }
        }
    }

    /** Closes the connection without the last chunk, which would tell the client that it has all. */
    private static void tear(HttpExchange exchange) {
        exchange.setStreams(null, new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                close();
            }

            @Override
            public void close() throws IOException {
                throw new IOException("The response broke off");
            }
        });
        exchange.close();
    }

    /** In the JDK's terms: -1 is no body, 0 is a body of unknown length. */
    private static long announced(Body body) {
        return body instanceof Body.Empty ? -1 : Math.max(0, body.length());
    }

    /** The request's body; remembers whether it could not be read. */
    private static final class RequestStream extends FilterInputStream {
        private volatile boolean hasFailed;

        private RequestStream(InputStream body) {
            super(body);
        }

        @Override
        public int read() throws IOException {
            try {
                return super.read();
            } catch (IOException failure) {
                hasFailed = true;
                throw failure;
            }
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                return super.read(target, offset, length);
            } catch (IOException failure) {
                hasFailed = true;
                throw failure;
            }
        }
    }
}

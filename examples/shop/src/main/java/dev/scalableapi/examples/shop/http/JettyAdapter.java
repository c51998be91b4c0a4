package dev.scalableapi.examples.shop.http;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.Headers;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http.UriCompliance.Violation;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;

/**
 * Serves an {@link ApiHandler} with Jetty's core server. Nothing blocks: an answer that is ready is written by the
 * thread that read the request, any other by the thread that completes it. A request that Jetty rejects, such as one that is
 * not valid HTTP, is answered, logged and counted by the same pipeline, and its connection is closed.
 */
public final class JettyAdapter extends Handler.Abstract.NonBlocking {
    /** Above the pipeline's own limits, so that those answer 414 and 431 in the API's own format. */
    private static final int HEADER_BYTES = 64 * 1024;

    /** A handler that takes longer does not respond at all. Handlers have shorter deadlines of their own. */
    private static final Duration MAX_HANDLING = Duration.ofMinutes(5);

    /** Routes match the path as it came and decode each segment once: to them none of these is ambiguous. */
    private static final UriCompliance RAW_PATHS = UriCompliance.RFC3986.with(
            "RAW_PATHS",
            Violation.AMBIGUOUS_PATH_SEGMENT,
            Violation.AMBIGUOUS_EMPTY_SEGMENT,
            Violation.AMBIGUOUS_PATH_SEPARATOR,
            Violation.AMBIGUOUS_PATH_PARAMETER,
            Violation.AMBIGUOUS_PATH_ENCODING,
            Violation.SUSPICIOUS_PATH_CHARACTERS,
            Violation.BAD_UTF8_ENCODING,
            Violation.TRUNCATED_UTF8_ENCODING);

    private final ApiHandler handler;

    /**
     * Wraps a handler.
     *
     * @param handler answers every request; must not block
     */
    public JettyAdapter(ApiHandler handler) {
        this.handler = handler instanceof ApiPipeline ? handler : ApiPipeline.of(handler);
    }

    /**
     * {@return a running server}
     *
     * @param address where to listen; port 0 takes a free one
     * @param handler answers every request; must not block
     * @throws Exception if the address can't be had
     */
    public static Server start(InetSocketAddress address, ApiHandler handler) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(configuration()));
        connector.setHost(address.getHostString());
        connector.setPort(address.getPort());
        server.addConnector(connector);
        JettyAdapter adapter = new JettyAdapter(handler);
        server.setHandler(adapter);
        server.setErrorHandler(adapter::reject);
        server.start();
        return server;
    }

    private static HttpConfiguration configuration() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setRequestHeaderSize(HEADER_BYTES);
        configuration.setUriCompliance(RAW_PATHS);
        return configuration;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        ApiRequest incoming = JettyRequests.of(request);
        Callback marking = new MarkingCallback(response, callback);
        request.addFailureListener(marking::failed);
        request.addIdleTimeoutListener(timeout -> !response.isCommitted() && isOverdue(request));
        answer(incoming, request, response, marking);
        return true;
    }

    /**
     * Whether a handler never responds. A connection is idle while a handler works, so that the idle timeout is no limit for
     * handlers. A client that stalls its body is another matter: then a read fails.
     */
    private static boolean isOverdue(Request request) {
        return NanoTime.since(request.getHeadersNanoTime()) > MAX_HANDLING.toNanos();
    }

    /**
     * Answers a request that Jetty rejects before {@link #handle}, by the same pipeline. A request that was handled and then
     * failed, such as one whose client is gone, is not answered again.
     */
    private boolean reject(Request request, Response response, Callback callback) {
        if (request.getAttribute(MarkingCallback.HANDLED) == null) {
            answer(JettyRequests.rejected(request, failure(request, response)), request, response, callback);
        } else {
            callback.succeeded();
        }
        return true;
    }

    private static ApiException failure(Request request, Response response) {
        int status = response.getStatus();
        // Jetty asks for an upgrade if HTTP/2 begins where it speaks HTTP/1.1 only.
        ApiException failure = ApiException.rejected(status == 426 ? 505 : status);
        Object cause = request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
        return failure.status() == 500 && cause instanceof Throwable thrown ? failure.withCause(thrown) : failure;
    }

    private void answer(ApiRequest incoming, Request request, Response response, Callback callback) {
        Request.addCompletionListener(
                request,
                failure -> incoming.exchange()
                        .end(
                                response.getStatus(),
                                Response.getContentBytesWritten(response),
                                response.isCompletedSuccessfully() ? null : failure));
        var unused = handler.handle(incoming).whenComplete((answer, failure) -> write(answer, response, callback));
    }

    private void write(ApiResponse answer, Response response, Callback callback) {
        try {
            response.setStatus(answer.status());
            setFields(answer.headers(), response.getHeaders());
            if (answer.body() instanceof Body.Bytes bytes) {
                response.write(true, bytes.buffer(), callback);
            } else if (answer.body() instanceof Body.Streaming stream) {
                announce(stream, response);
                stream.subscribe(new JettyResponseBody(response, callback));
            } else if (isHeadOnly(response)) {
                response.write(false, BufferUtil.EMPTY_BUFFER, callback);
            } else {
                callback.succeeded();
            }
        } catch (RuntimeException e) { // Jetty has ended the exchange meanwhile, or the answer can't be written
            callback.failed(e);
        }
    }

    /** Jetty has set {@code Date} to the time at which the request began. */
    private void setFields(Headers headers, HttpFields.Mutable fields) {
        fields.put(getServer().getDateField());
        headers.forEach((name, value) -> {
            if (name.equalsIgnoreCase("Date")) {
                fields.put(name, value);
            } else {
                fields.add(name, value);
            }
        });
    }

    /** To such an answer Jetty would add a length of 0, unless told that more may follow. */
    private static boolean isHeadOnly(Response response) {
        return response.getStatus() == 304 || response.getRequest().getMethod().equals("HEAD");
    }

    /** Chunked even where the connection closes, so that the client can tell the end from a break. */
    private static void announce(Body.Streaming stream, Response response) {
        HttpVersion version = response.getRequest().getConnectionMetaData().getHttpVersion();
        if (stream.length() >= 0) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, stream.length());
        } else if (version == HttpVersion.HTTP_1_1) {
            response.getHeaders().put(HttpHeader.TRANSFER_ENCODING, "chunked");
        }
    }

    /**
     * Marks a request that was handled, before Jetty's error handler sees it: Jetty may fail to write a response, with or
     * without a body.
     */
    private static final class MarkingCallback extends Callback.Nested {
        private static final String HANDLED = MarkingCallback.class.getName();

        private final Response response;

        private MarkingCallback(Response response, Callback callback) {
            super(callback);
            this.response = response;
        }

        @Override
        public void succeeded() {
            if (!response.isCommitted()) {
                mark();
            }
            super.succeeded();
        }

        @Override
        public void failed(Throwable failure) {
            mark();
            super.failed(failure);
        }

        private void mark() {
            response.getRequest().setAttribute(HANDLED, true);
        }
    }
}

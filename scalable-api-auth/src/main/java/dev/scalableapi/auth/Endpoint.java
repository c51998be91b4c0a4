package dev.scalableapi.auth;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Another party's HTTP endpoint, with limits for the size and the time of its responses. Immutable and thread-safe. */
final class Endpoint {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration LEAST_TIMEOUT = Duration.ofMillis(1);
    private static final AttributeKey<String> HOST = AttributeKey.stringKey("server.address");
    private static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");
    private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final URI uri;
    private final HttpClient client;
    private final Duration timeout;

    /** The timeout is for the whole exchange, to the last byte of the body. */
    Endpoint(URI uri, HttpClient client, Duration timeout) {
        this.uri = uri;
        this.client = client;
        this.timeout = timeout;
    }

    /** A client that follows no redirect: a response is trusted because of its address. */
    static HttpClient client() {
        return HttpClient.newBuilder()
                .connectTimeout(CONNECT_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** Rejects a URI that is not the address of a server, and plain HTTP, which anybody on the way could answer. */
    static URI checked(URI uri, boolean plainHttpPermitted) {
        String scheme = uri.getScheme();
        String host = uri.getHost();
        if (scheme == null || host == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("The address must be an absolute URI with a host, and no more");
        }
        boolean plain = scheme.equalsIgnoreCase("http") && (plainHttpPermitted || isLoopback(host));
        if (!scheme.equalsIgnoreCase("https") && !plain) {
            throw new IllegalArgumentException("The address must begin with https://");
        }
        return uri;
    }

    private static boolean isLoopback(String host) {
        return host.equalsIgnoreCase("localhost") || host.equals("[::1]") || host.matches("127(\\.[0-9]{1,3}){3}");
    }

    /** The same, at another address, which has been checked. */
    Endpoint at(URI other) {
        return new Endpoint(other, client, timeout);
    }

    /** The same, with what is left of a timeout that began at this {@link System#nanoTime()}. */
    Endpoint since(long startNanos) {
        Duration left = timeout.minusNanos(System.nanoTime() - startNanos);
        return new Endpoint(uri, client, left.compareTo(LEAST_TIMEOUT) < 0 ? LEAST_TIMEOUT : left);
    }

    HttpRequest.Builder request() {
        return HttpRequest.newBuilder(uri).timeout(timeout).header("Accept", "application/json");
    }

    /**
     * Fails if there is no whole answer in time, or one that is too long. Completes on a thread of the common pool: the one
     * that tells all of the JVM that a time is over must not do what callers do next.
     */
    CompletableFuture<HttpResponse<byte[]>> send(HttpRequest request) {
        CompletableFuture<HttpResponse<byte[]>> exchange = begin(request);
        CompletableFuture<HttpResponse<byte[]>> bounded =
                exchange.copy().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
        return bounded.whenCompleteAsync((answer, failure) -> exchange.cancel(true));
    }

    /** A client throws where its executor is full. */
    private CompletableFuture<HttpResponse<byte[]>> begin(HttpRequest request) {
        try {
            return client.sendAsync(request, head -> new ShortBody(JwkReader.MAX_LENGTH));
        } catch (RuntimeException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    /** Tells it from other endpoints in metrics. */
    Attributes attributes() {
        return Attributes.of(HOST, uri.getHost(), PORT, (long) port(), PATH, uri.getPath());
    }

    private int port() {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return uri.getScheme().equalsIgnoreCase("https") ? HTTPS_PORT : HTTP_PORT;
    }
}

package dev.scalableapi.examples.shop.http;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.Headers;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint.SslSessionData;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Converts Jetty's requests. */
final class JettyRequests {
    /** Jetty's method, with the path {@code /badMessage}, of a request whose first line it cannot read. */
    private static final String UNREADABLE = "BAD";

    private JettyRequests() {}

    /** The request, or one that carries the failure with which it is rejected. */
    static ApiRequest of(Request request) {
        try {
            requireOwnResource(request);
            String authority = request.getHttpURI().getAuthority();
            return ApiRequest.builder(request.getMethod(), request.getHttpURI().getPathQuery())
                    .scheme(scheme(request.isSecure()))
                    .authority(authority == null ? "" : authority)
                    .protocol(request.getConnectionMetaData().getProtocol())
                    .peer(peer(request))
                    .clientCertificate(clientCertificate(request))
                    .headers(headers(request))
                    .body(body(request))
                    .build();
        } catch (IllegalArgumentException malformed) {
            return rejected(request, ApiException.rejected(400));
        } catch (ApiException misdirected) {
            return rejected(request, misdirected);
        }
    }

    /** A client writes the scheme of a target in absolute form, and must not claim a TLS that there is not (RFC 9110, 7.4). */
    private static void requireOwnResource(Request request) {
        Request received = Request.unWrap(request);
        if (request.getMethod().equals("CONNECT")) {
            throw new IllegalArgumentException("CONNECT is a method for proxies");
        }
        if (!scheme(received.getConnectionMetaData().isSecure())
                .equalsIgnoreCase(received.getHttpURI().getScheme())) {
            throw ApiException.rejected(421);
        }
    }

    /** A request that Jetty or the adapter rejects; Jetty keeps no header of a head that it cannot read. */
    static ApiRequest rejected(Request request, ApiException failure) {
        boolean isKnown = !request.getMethod().equals(UNREADABLE);
        return ApiRequest.rejected(
                        isKnown ? request.getMethod() : null,
                        isKnown ? request.getHttpURI().getPathQuery() : null,
                        failure)
                .scheme(scheme(request.getConnectionMetaData().isSecure()))
                .protocol(request.getConnectionMetaData().getProtocol())
                .peer(peer(request))
                .headers(headers(request))
                .build();
    }

    private static String scheme(boolean isSecure) {
        return isSecure ? "https" : "http";
    }

    private static Headers headers(Request request) {
        Headers.Builder headers = Headers.builder();
        for (HttpField field : request.getHeaders()) {
            headers.add(field.getName(), field.getValue() == null ? "" : field.getValue());
        }
        return headers.build();
    }

    private static @Nullable InetSocketAddress peer(Request request) {
        return request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress peer ? peer : null;
    }

    /** Present where the connector asks for one; its configuration needs a {@code SecureRequestCustomizer}. */
    private static @Nullable X509Certificate clientCertificate(Request request) {
        return request.getAttribute(SslSessionData.ATTRIBUTE) instanceof SslSessionData tls
                        && tls.peerCertificates() != null
                        && tls.peerCertificates().length > 0
                ? tls.peerCertificates()[0]
                : null;
    }

    /** Jetty sends {@code 100 Continue} at the first read: a request that is refused unread never sends its body. */
    private static Body body(Request request) {
        long length = request.getLength();
        if (length == 0 || (length < 0 && !request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING))) {
            return Body.empty();
        }
        JettyRequestBody content = new JettyRequestBody(request);
        return length < 0 ? Body.streaming(content) : Body.streaming(content, length);
    }
}

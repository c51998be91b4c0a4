package dev.scalableapi.core.http;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request. Immutable and thread-safe, but for its {@link #exchange()}, which all its copies share. */
public final class ApiRequest {
    /** As OpenTelemetry's conventions name a method that is not known. */
    private static final String UNKNOWN_METHOD = "_OTHER";

    private final String method;
    private final String target;
    private final String scheme;
    private final String authority;
    private final String protocol;
    private final Optional<InetSocketAddress> peer;
    private final Optional<X509Certificate> clientCertificate;
    private final Headers headers;
    private final Body body;
    private final Exchange exchange;
    /** Parsed on first use; parsing twice in a race gives equal values. */
    private volatile @Nullable QueryParameters query;

    private ApiRequest(Builder builder) {
        method = builder.method;
        target = builder.target;
        scheme = builder.scheme;
        authority = builder.authority;
        protocol = builder.protocol;
        peer = Optional.ofNullable(builder.peer);
        clientCertificate = Optional.ofNullable(builder.clientCertificate);
        headers = builder.headers;
        body = builder.body;
        exchange = builder.exchange;
    }

    /**
     * {@return a builder of a request that starts its exchange now}
     *
     * @param method a token, such as {@code GET}; its case counts
     * @param target in origin form: path and query as they came, still encoded
     * @throws IllegalArgumentException if the method is not a token, or the target does not begin with a slash, holds
     *     anything but visible ASCII, or has a fragment
     */
    public static Builder builder(String method, String target) {
        return new Builder(method, target);
    }

    /**
     * {@return a builder of a request that the server rejects before any handler, such as one that is not valid HTTP} The
     * pipeline answers it with the failure at {@link Stage#REFUSAL}: telemetry, response headers, error format and limits
     * apply, but no route is looked up, and no credential or body is read. For adapters.
     *
     * @param method as far as it is known; {@code _OTHER} replaces null and a method that is not a token
     * @param target as far as it is known; {@code /} replaces null and a target that is not in origin form
     * @param failure the answer, such as {@link ApiException#rejected}
     */
    public static Builder rejected(@Nullable String method, @Nullable String target, ApiException failure) {
        Builder builder = new Builder(
                method != null && HttpGrammar.isToken(method) ? method : UNKNOWN_METHOD,
                target != null && isOriginForm(target) ? target : "/");
        Rejection.put(builder.exchange, failure);
        return builder;
    }

    private static boolean isOriginForm(String target) {
        return target.startsWith("/") && target.indexOf('#') < 0 && HttpGrammar.isVisible(target);
    }

    /** {@return the method; its case counts} */
    public String method() {
        return method;
    }

    /** {@return path and query as they came, still encoded} */
    public String target() {
        return target;
    }

    /** {@return the path as it came, still encoded} */
    public String path() {
        int question = target.indexOf('?');
        return question < 0 ? target : target.substring(0, question);
    }

    /**
     * {@return the query's parameters}
     *
     * @throws ApiException 400 {@code INVALID_QUERY} if the query is malformed
     */
    public QueryParameters query() {
        QueryParameters parsed = query;
        if (parsed == null) {
            int question = target.indexOf('?');
            parsed = question < 0 ? QueryParameters.empty() : QueryParameters.parse(target.substring(question + 1));
            query = parsed;
        }
        return parsed;
    }

    /** {@return {@code http} or {@code https}} */
    public String scheme() {
        return scheme;
    }

    /** {@return host and port as the client named them; empty when it named none} */
    public String authority() {
        return authority;
    }

    /** {@return the protocol, such as {@code HTTP/1.1}} */
    public String protocol() {
        return protocol;
    }

    /** {@return the other end of the connection, where the server knows it} */
    public Optional<InetSocketAddress> peer() {
        return peer;
    }

    /** {@return the certificate that the client proved to hold, on a connection with mutual TLS} */
    public Optional<X509Certificate> clientCertificate() {
        return clientCertificate;
    }

    /** {@return the fields} */
    public Headers headers() {
        return headers;
    }

    /**
     * {@return the value of the first field of this name}
     *
     * @param name in any case
     */
    public Optional<String> header(String name) {
        return headers.first(name);
    }

    /** {@return the content} */
    public Body body() {
        return body;
    }

    /** {@return the carrier that all copies of this request share} */
    public Exchange exchange() {
        return exchange;
    }

    /** {@return the route that matched, if one has} */
    public Optional<RouteMatch> route() {
        return exchange.get(RouteMatch.KEY);
    }

    /** {@return who calls, if authentication established it} */
    public Optional<Caller> caller() {
        return exchange.get(Caller.KEY);
    }

    /**
     * {@return a parameter of the path, percent-decoded once}
     *
     * @param name as the route's template has it
     * @throws IllegalArgumentException if the route has no such parameter
     */
    public String pathParameter(String name) {
        String value = route().map(match -> match.parameters().get(name)).orElse(null);
        if (value == null) {
            throw new IllegalArgumentException("The route has no parameter " + name);
        }
        return value;
    }

    /**
     * {@return a copy with these fields}
     *
     * @param headers the fields
     */
    public ApiRequest withHeaders(Headers headers) {
        return toBuilder().headers(headers).build();
    }

    /**
     * {@return a copy with this content}
     *
     * @param body the content
     */
    public ApiRequest withBody(Body body) {
        return toBuilder().body(body).build();
    }

    /** {@return a builder of changed copies} */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** {@return method and path, without the query: its values can be secrets} */
    @Override
    public String toString() {
        return method + " " + path();
    }

    /** Collects a request's parts. Not thread-safe. */
    public static final class Builder {
        private final String method;
        private final String target;
        private final Exchange exchange;
        private String scheme = "http";
        private String authority = "";
        private String protocol = "HTTP/1.1";
        private @Nullable InetSocketAddress peer;
        private @Nullable X509Certificate clientCertificate;
        private Headers headers = Headers.empty();
        private Body body = Body.empty();

        private Builder(String method, String target) {
            if (!HttpGrammar.isToken(method)) {
                throw new IllegalArgumentException("A method must be a token");
            }
            if (!isOriginForm(target)) {
                throw new IllegalArgumentException(
                        "A target must be a path from /, and a query if need be, in visible ASCII");
            }
            this.method = method;
            this.target = target;
            this.exchange = Exchange.start();
        }

        private Builder(ApiRequest request) {
            method = request.method;
            target = request.target;
            exchange = request.exchange;
            scheme = request.scheme;
            authority = request.authority;
            protocol = request.protocol;
            peer = request.peer.orElse(null);
            clientCertificate = request.clientCertificate.orElse(null);
            headers = request.headers;
            body = request.body;
        }

        /**
         * Sets the scheme; {@code http} unless set.
         *
         * @param scheme {@code http} or {@code https}
         * @return this
         * @throws IllegalArgumentException if it is neither
         */
        public Builder scheme(String scheme) {
            if (!scheme.equals("http") && !scheme.equals("https")) {
                throw new IllegalArgumentException("A scheme must be http or https");
            }
            this.scheme = scheme;
            return this;
        }

        /**
         * Sets host and port; empty unless set.
         *
         * @param authority as the client named it
         * @return this
         * @throws IllegalArgumentException if it holds what no host and port has, such as white space, a slash or an
         *     at-sign
         */
        public Builder authority(String authority) {
            if (!HttpGrammar.isAuthority(authority)) {
                throw new IllegalArgumentException("An authority must be a host, and a port after a colon if need be");
            }
            this.authority = authority;
            return this;
        }

        /**
         * Sets the protocol; {@code HTTP/1.1} unless set.
         *
         * @param protocol such as {@code HTTP/2.0}
         * @return this
         * @throws IllegalArgumentException if it holds anything but visible ASCII
         */
        public Builder protocol(String protocol) {
            if (!HttpGrammar.isVisible(protocol)) {
                throw new IllegalArgumentException("A protocol must be visible ASCII");
            }
            this.protocol = protocol;
            return this;
        }

        /**
         * Sets the other end of the connection.
         *
         * @param peer null when the server does not know it
         * @return this
         */
        public Builder peer(@Nullable InetSocketAddress peer) {
            this.peer = peer;
            return this;
        }

        /**
         * Sets the client's certificate.
         *
         * @param certificate null when the client proved none
         * @return this
         */
        public Builder clientCertificate(@Nullable X509Certificate certificate) {
            this.clientCertificate = certificate;
            return this;
        }

        /**
         * Sets the fields; none unless set.
         *
         * @param headers all of them
         * @return this
         */
        public Builder headers(Headers headers) {
            this.headers = headers;
            return this;
        }

        /**
         * Adds a field.
         *
         * @param name a token
         * @param value a field value
         * @return this
         * @throws IllegalArgumentException if either is malformed
         */
        public Builder header(String name, String value) {
            this.headers = headers.withAdded(name, value);
            return this;
        }

        /**
         * Sets the content; empty unless set.
         *
         * @param body the content
         * @return this
         */
        public Builder body(Body body) {
            this.body = body;
            return this;
        }

        /** {@return the request} */
        public ApiRequest build() {
            return new ApiRequest(this);
        }
    }
}

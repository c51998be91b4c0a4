package dev.scalableapi.core.telemetry;

import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.internal.AsciiDigits;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The attributes of HTTP servers by OpenTelemetry's semantic conventions 1.45. Each attribute of a metric has few
 * values, whatever clients send; a set of attributes is made once and used again. Thread-safe.
 */
final class ServerAttributes {
    static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    static final AttributeKey<String> METHOD_ORIGINAL = AttributeKey.stringKey("http.request.method_original");
    static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
    static final AttributeKey<String> EXCEPTION_TYPE = AttributeKey.stringKey("exception.type");
    static final AttributeKey<String> EXCEPTION_STACKTRACE = AttributeKey.stringKey("exception.stacktrace");
    static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
    static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
    static final AttributeKey<String> SERVER_ADDRESS = AttributeKey.stringKey("server.address");
    static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");
    static final AttributeKey<String> PROTOCOL_VERSION = AttributeKey.stringKey("network.protocol.version");

    /** Stands for each method that is not known. */
    static final String OTHER = "_OTHER";

    /** The methods of RFC 9110, PATCH, and QUERY. */
    static final Set<String> KNOWN_METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY");

    /** Routes times statuses stay below this; beyond it sets are made anew, and memory stays bounded. */
    private static final int MAX_CACHED = 2000;

    private final Map<Key, Attributes> cache = new ConcurrentHashMap<>();
    private final Set<String> knownMethods;

    ServerAttributes(Set<String> knownMethods) {
        this.knownMethods = knownMethods;
    }

    /** The attributes of a metric; an empty text or a zero stands for no attribute. */
    record Key(String method, String scheme, String version, String route, int status, String error) {}

    Attributes metric(Key key) {
        Attributes cached = cache.get(key);
        if (cached == null) {
            cached = attributes(key);
            if (cache.size() < MAX_CACHED) {
                cache.put(key, cached);
            }
        }
        return cached;
    }

    private static Attributes attributes(Key key) {
        AttributesBuilder attributes =
                Attributes.builder().put(METHOD, key.method).put(SCHEME, key.scheme);
        putText(attributes, PROTOCOL_VERSION, key.version);
        putText(attributes, ROUTE, key.route);
        putText(attributes, ERROR, key.error);
        if (key.status > 0) {
            attributes.put(STATUS, (long) key.status);
        }
        return attributes.build();
    }

    /** The attributes that a span starts with, so that samplers see them. */
    Attributes span(ApiRequest request) {
        String method = method(request);
        AttributesBuilder attributes = Attributes.builder()
                .put(METHOD, method)
                .put(SCHEME, scheme(request))
                .put(PATH, cut(request.path(), 1024));
        if (method.equals(OTHER)) {
            attributes.put(METHOD_ORIGINAL, cut(request.method(), 32));
        }
        putText(attributes, PROTOCOL_VERSION, version(request));
        putText(attributes, ROUTE, route(request));
        putServer(attributes, request.authority());
        return attributes.build();
    }

    private static void putServer(AttributesBuilder attributes, String authority) {
        int colon = authority.lastIndexOf(':');
        boolean hasPort = colon >= 0 && colon > authority.lastIndexOf(']');
        putText(attributes, SERVER_ADDRESS, cut(hasPort ? authority.substring(0, colon) : authority, 255));
        String port = hasPort ? authority.substring(colon + 1) : "";
        if (port.length() <= 5 && AsciiDigits.isAllDigits(port)) {
            attributes.put(SERVER_PORT, Long.parseLong(port));
        }
    }

    private static void putText(AttributesBuilder attributes, AttributeKey<String> key, String value) {
        if (!value.isEmpty()) {
            attributes.put(key, value);
        }
    }

    String method(ApiRequest request) {
        return method(request, knownMethods);
    }

    static String method(ApiRequest request, Set<String> known) {
        return known.contains(request.method()) ? request.method() : OTHER;
    }

    static String scheme(ApiRequest request) {
        return request.scheme().equals("https") ? "https" : "http";
    }

    static String route(ApiRequest request) {
        return request.route().map(match -> match.template()).orElse("");
    }

    /** Empty where the protocol is none of HTTP's versions. */
    static String version(ApiRequest request) {
        return switch (request.protocol()) {
            case "HTTP/1.0" -> "1.0";
            case "HTTP/1.1" -> "1.1";
            case "HTTP/2", "HTTP/2.0" -> "2";
            case "HTTP/3", "HTTP/3.0" -> "3";
            default -> "";
        };
    }

    static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }
}

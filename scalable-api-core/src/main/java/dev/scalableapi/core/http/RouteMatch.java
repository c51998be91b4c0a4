package dev.scalableapi.core.http;

import java.util.Map;

/**
 * Which route a request matched. Immutable.
 *
 * @param template the path with its parameters' names, such as {@code /products/{id}}: bounded in number, so fit for
 *     telemetry
 * @param access what the route asks of its caller
 * @param parameters the values of the path's parameters, percent-decoded once
 */
public record RouteMatch(String template, Access access, Map<String, String> parameters) {
    /** Where the match is left in the exchange, by {@link Routes} or by the adapter of a framework. */
    public static final AttributeKey<RouteMatch> KEY = AttributeKey.create("route");

    /**
     * Copies the map.
     *
     * @param template the path with its parameters' names
     * @param access what the route asks of its caller
     * @param parameters the values of the path's parameters
     */
    public RouteMatch {
        parameters = Map.copyOf(parameters);
    }

    /** {@return the template only: values can be secrets, and hold line breaks once decoded} */
    @Override
    public String toString() {
        return "RouteMatch[" + template + "]";
    }
}

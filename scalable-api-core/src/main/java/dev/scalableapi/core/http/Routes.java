package dev.scalableapi.core.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A table from method and path to handler. A template is a path whose segments are literal or one {@code {parameter}};
 * a literal is preferred to a parameter, whatever the methods of either. Each segment is percent-decoded once, after the
 * path was split, so that an encoded slash stays inside its parameter. GET serves HEAD too.
 *
 * <p>An unknown path is 404, an unknown method 405 with {@code Allow}, a malformed escape 400. Immutable and thread-safe;
 * {@link ApiPipeline#of(Routes, ApiFilter...)} makes a handler of it.
 */
public final class Routes {
    private static final AttributeKey<Target> TARGET = AttributeKey.create("route.target");

    /** As many routes as a message names. */
    private static final int MAX_NAMED = 5;

    private final Node root;
    private final List<Target> targets;

    private Routes(Node root, List<Target> targets) {
        this.root = root;
        this.targets = List.copyOf(targets);
    }

    /** {@return a builder without routes} */
    public static Builder builder() {
        return new Builder();
    }

    /** The filter that finds the route; {@link Rejection} answers a request that has none. */
    ApiFilter filter() {
        return ((ApiFilter) this::match).at(Stage.ROUTING).providing(RouteMatch.KEY);
    }

    CompletionStage<ApiResponse> dispatch(ApiRequest request) {
        Target target = request.exchange().get(TARGET).orElseThrow();
        Access.requireGranted(request, target.route);
        return target.handler.handle(request);
    }

    /** Checks that the policies of all routes are enforced before the handlers. */
    void check(Wiring wiring) {
        if (!wiring.isProvided(Access.GRANTED)) {
            String unprotected = named(target -> !target.route.access().anonymous());
            if (!unprotected.isEmpty()) {
                throw new IllegalArgumentException("No filter of the pipeline enforces the access policy of "
                        + unprotected + ". Add AuthorizationFilter.create() of scalable-api-auth, or a filter of your"
                        + " own with providing(Access.GRANTED). A route for everybody is added with Access.open().");
            }
        }
        if (!wiring.isProvided(Caller.KEY)) {
            String anonymous = named(target ->
                    target.route.access().anonymous() && !target.route.access().isOpen());
            if (!anonymous.isEmpty()) {
                throw new IllegalArgumentException("No filter of the pipeline authenticates the optional callers of "
                        + anonymous + ". Add AuthenticationFilter.of(verifier) of scalable-api-auth, or a filter of"
                        + " your own with providing(Caller.KEY).");
            }
        }
    }

    /** The policy of a route; null if there is no such route. */
    @Nullable Access access(String method, String template) {
        Access get = null;
        for (Target target : targets) {
            if (target.route.template().equals(template)) {
                if (target.method.equals(method)) {
                    return target.route.access();
                }
                get = target.method.equals("GET") ? target.route.access() : get;
            }
        }
        return method.equals("HEAD") ? get : null;
    }

    /** A sentence that helps whoever mistyped a route. */
    String similar(String method, String template) {
        String samePath = named(target -> target.route.template().equals(template));
        if (!samePath.isEmpty()) {
            return "There is " + samePath + ".";
        }
        String sameMethod = named(target -> target.method.equals(method));
        return sameMethod.isEmpty() ? "No route has this method." : "There is " + sameMethod + ".";
    }

    /** The routes of which this is true, as a message names them; empty if there is none. */
    private String named(Predicate<Target> condition) {
        StringJoiner names = new StringJoiner(", ");
        int more = -MAX_NAMED;
        for (Target target : targets) {
            if (condition.test(target) && ++more <= 0) {
                names.add(target.method + " " + target.route.template());
            }
        }
        return more > 0 ? names + " and " + more + " more" : names.toString();
    }

    private CompletionStage<ApiResponse> match(ApiRequest request, ApiHandler next) {
        Exchange exchange = request.exchange();
        if (!Rejection.isIn(exchange)) {
            try {
                find(request.method(), request.path(), exchange);
            } catch (ApiException refusal) {
                Rejection.put(exchange, refusal);
            }
        }
        return next.handle(request);
    }

    private void find(String method, String path, Exchange exchange) {
        List<String> segments = segments(path);
        List<String> values = new ArrayList<>(2);
        Node node = root.find(segments, 0, values);
        if (node == null) {
            throw ApiException.of(404, "RESOURCE_NOT_FOUND", "There is nothing at this path.");
        }
        Target target = node.targets.get(method);
        if (target == null && method.equals("HEAD")) {
            target = node.targets.get("GET");
        }
        if (target == null) {
            throw ApiException.of(405, "METHOD_NOT_ALLOWED", "This path does not support the method.")
                    .withHeader("Allow", node.allow());
        }
        exchange.put(RouteMatch.KEY, target.match(values));
        exchange.put(TARGET, target);
    }

    /** Splits first, so that an encoded slash stays in its segment. */
    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>(4);
        for (int start = 1; start <= path.length(); ) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            String decoded = HttpGrammar.percentDecode(path.substring(start, end), HttpGrammar.PlusSign.LITERAL);
            if (decoded == null) {
                throw ApiException.of(400, "INVALID_PATH", "The path has a malformed percent escape.");
            }
            segments.add(decoded);
            start = end + 1;
        }
        return segments;
    }

    private record Target(String method, RouteMatch route, List<String> names, ApiHandler handler) {
        private RouteMatch match(List<String> values) {
            return switch (names.size()) {
                case 0 -> route;
                case 1 -> withParameters(Map.of(names.get(0), values.get(0)));
                default -> withParameters(parameters(values));
            };
        }

        private RouteMatch withParameters(Map<String, String> parameters) {
            return new RouteMatch(route.template(), route.access(), parameters);
        }

        /** The kind of map that the match keeps as it is, without a copy. */
        @SuppressWarnings({"unchecked", "rawtypes"})
        private Map<String, String> parameters(List<String> values) {
            Map.Entry<String, String>[] entries = new Map.Entry[names.size()];
            for (int i = 0; i < entries.length; i++) {
                entries[i] = Map.entry(names.get(i), values.get(i));
            }
            return Map.ofEntries(entries);
        }
    }

    /** A segment's place in the tree of templates; written by the builder only. */
    private static final class Node {
        private final Map<String, Node> literals = new LinkedHashMap<>();
        private final Map<String, Target> targets = new LinkedHashMap<>();
        private @Nullable Node parameter;

        private @Nullable Node find(List<String> segments, int depth, List<String> values) {
            if (depth == segments.size()) {
                return targets.isEmpty() ? null : this;
            }
            String segment = segments.get(depth);
            Node literal = literals.get(segment);
            Node found = literal == null ? null : literal.find(segments, depth + 1, values);
            if (found != null || parameter == null || segment.isEmpty()) {
                return found;
            }
            values.add(segment);
            found = parameter.find(segments, depth + 1, values);
            if (found == null) {
                values.remove(values.size() - 1);
            }
            return found;
        }

        private String allow() {
            StringJoiner allow = new StringJoiner(", ");
            targets.keySet().forEach(allow::add);
            if (targets.containsKey("GET") && !targets.containsKey("HEAD")) {
                allow.add("HEAD");
            }
            return allow.toString();
        }
    }

    /** Collects routes. Not thread-safe; {@link #build()} ends its use. */
    public static final class Builder {
        private final Node root = new Node();
        private final List<Target> targets = new ArrayList<>();
        private boolean built;

        private Builder() {}

        /**
         * Adds a route for any authenticated caller.
         *
         * @param method such as {@code GET}
         * @param template such as {@code /products/{id}}
         * @param handler answers it
         * @return this
         * @throws IllegalArgumentException if the template is malformed or the route is there already
         * @throws IllegalStateException after {@link #build()}
         */
        public Builder add(String method, String template, ApiHandler handler) {
            return add(method, template, Access.authenticated(), handler);
        }

        /**
         * Adds a route.
         *
         * @param method such as {@code GET}
         * @param template such as {@code /products/{id}}
         * @param access what it asks of its caller
         * @param handler answers it
         * @return this
         * @throws IllegalArgumentException if the template is malformed or the route is there already
         * @throws IllegalStateException after {@link #build()}
         */
        public Builder add(String method, String template, Access access, ApiHandler handler) {
            if (built) {
                throw new IllegalStateException("The table is built");
            }
            if (!HttpGrammar.isToken(method) || !template.startsWith("/") || template.indexOf('?') >= 0) {
                throw new IllegalArgumentException(
                        "A route wants a method and a path from /: " + method + " " + template);
            }
            Node node = root;
            List<String> names = new ArrayList<>();
            for (String segment : templateSegments(template)) {
                node = node(node, segment, names, template);
            }
            RouteMatch route = new RouteMatch(template, access, Map.of());
            Target target = new Target(method, route, List.copyOf(names), Objects.requireNonNull(handler, "handler"));
            if (node.targets.putIfAbsent(method, target) != null) {
                throw new IllegalArgumentException("There are two routes for " + method + " " + template);
            }
            targets.add(target);
            return this;
        }

        /** {@return the table} */
        public Routes build() {
            built = true;
            return new Routes(root, targets);
        }

        private static List<String> templateSegments(String template) {
            try {
                return segments(template);
            } catch (ApiException malformed) {
                throw new IllegalArgumentException("A template wants correct percent escapes: " + template, malformed);
            }
        }

        private static Node node(Node parent, String segment, List<String> names, String template) {
            if (segment.indexOf('{') < 0 && segment.indexOf('}') < 0) {
                return parent.literals.computeIfAbsent(segment, name -> new Node());
            }
            String name = segment.substring(1, Math.max(1, segment.length() - 1));
            if (!segment.equals("{" + name + "}")
                    || !HttpGrammar.isToken(name.replaceAll("[{}]", " "))
                    || names.contains(name)) {
                throw new IllegalArgumentException("A parameter must be a whole segment, once: " + template);
            }
            names.add(name);
            if (parent.parameter == null) {
                parent.parameter = new Node();
            }
            return parent.parameter;
        }
    }
}

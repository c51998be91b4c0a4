package dev.scalableapi.core.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Enforces the media types that routes declare. Content of another type is rejected with 415
 * {@code UNSUPPORTED_MEDIA_TYPE} and {@code Accept} (RFC 9110 section 15.5.16); a request that accepts none of the types that
 * the route writes is rejected with 406 {@code NOT_ACCEPTABLE}. {@link MediaType#preferred} reads {@code Accept} leniently,
 * {@link MediaType#parse} reads {@code Content-Type} strictly. Immutable and thread-safe.
 *
 * <p>The filter puts the type that the client prefers into the exchange under {@link #PREFERRED}, and adds {@code Accept} to
 * {@code Vary} of the response. Any handler can do the same with {@link MediaType#preferred} and {@link #requireType}.
 */
public final class NegotiationFilter implements ApiFilter {
    /** Where the type is left in which the answer is to be written, on routes that {@link Builder#produces} names. */
    public static final AttributeKey<MediaType> PREFERRED = AttributeKey.create("preferred media type");

    private final Map<String, List<MediaType>> consumed;
    private final Map<String, List<MediaType>> produced;

    private NegotiationFilter(Builder builder) {
        consumed = Map.copyOf(builder.consumed);
        produced = Map.copyOf(builder.produced);
    }

    /** {@return a builder of a filter that holds no route to anything yet} */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void check(Wiring wiring) {
        requireRoutes(wiring, consumed);
        requireRoutes(wiring, produced);
    }

    private static void requireRoutes(Wiring wiring, Map<String, List<MediaType>> routes) {
        for (String name : routes.keySet()) {
            int space = name.indexOf(' ');
            wiring.requireRoute("NegotiationFilter", name.substring(0, space), name.substring(space + 1));
        }
    }

    @Override
    public CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next) {
        List<MediaType> takes = declared(consumed, request);
        List<MediaType> offers = declared(produced, request);
        if (!takes.isEmpty()) {
            requireType(request, takes);
        }
        if (offers.isEmpty()) {
            return next.handle(request);
        }
        request.exchange().put(PREFERRED, preferred(request, offers));
        return EveryAnswer.of(
                next.handle(request),
                response -> response.varyingBy("Accept"),
                refusal -> refusal.withHeader("Vary", "Accept"));
    }

    /** As with routes, GET stands for HEAD where nothing is declared for HEAD itself. */
    private static List<MediaType> declared(Map<String, List<MediaType>> routes, ApiRequest request) {
        return request.route()
                .map(match -> {
                    List<MediaType> own = routes.get(name(request.method(), match.template()));
                    return own == null && request.method().equals("HEAD")
                            ? routes.get(name("GET", match.template()))
                            : own;
                })
                .orElse(List.of());
    }

    /**
     * Demands that a request's content is of one of some types. Without content, any request is fine.
     *
     * @param request whose {@code Content-Type} to read
     * @param types what can be read; a range such as {@code text/*} stands for all in it
     * @throws ApiException 415 {@code UNSUPPORTED_MEDIA_TYPE} if it is of another type, or does not say
     */
    public static void requireType(ApiRequest request, List<MediaType> types) {
        List<String> lines = request.headers().all("Content-Type");
        if (lines.isEmpty() && request.body().length() == 0) {
            return;
        }
        Optional<MediaType> given = lines.size() == 1 ? MediaType.parse(lines.get(0)) : Optional.empty();
        if (given.filter(type -> types.stream().anyMatch(taken -> taken.includes(type)))
                .isEmpty()) {
            throw ApiException.of(415, "UNSUPPORTED_MEDIA_TYPE", "The content must be " + list(types, " or ") + ".")
                    .withExtension("accepted", names(types))
                    .withHeader("Accept", list(types, ", "));
        }
    }

    /** RFC 9110 section 15.5.7: the refusal names what there is. */
    private static MediaType preferred(ApiRequest request, List<MediaType> offers) {
        return MediaType.preferred(request.headers().combined("Accept"), offers)
                .orElseThrow(() -> ApiException.of(
                                406, "NOT_ACCEPTABLE", "This is available as " + list(offers, " or ") + " only.")
                        .withExtension("available", names(offers))
                        .withHeader("Vary", "Accept"));
    }

    private static String list(List<MediaType> types, String separator) {
        return types.stream().map(MediaType::toString).collect(Collectors.joining(separator));
    }

    private static List<String> names(List<MediaType> types) {
        return types.stream().map(MediaType::toString).toList();
    }

    private static String name(String method, String template) {
        return method + " " + template;
    }

    /** Collects what routes read and write. Not thread-safe. */
    public static final class Builder {
        private final Map<String, List<MediaType>> consumed = new HashMap<>();
        private final Map<String, List<MediaType>> produced = new HashMap<>();

        private Builder() {}

        /**
         * Declares what a route reads.
         *
         * @param method such as {@code POST}
         * @param template of the route
         * @param types at least one; a range stands for all in it
         * @return this
         * @throws IllegalArgumentException if there is no type, or the route was declared before
         */
        public Builder consumes(String method, String template, MediaType... types) {
            return declare(consumed, name(method, template), List.of(types));
        }

        /**
         * Declares what a route writes. GET stands for HEAD too, unless HEAD is declared.
         *
         * @param method such as {@code GET}
         * @param template of the route
         * @param types at least one, the best first
         * @return this
         * @throws IllegalArgumentException if there is no type, or the route was declared before
         */
        public Builder produces(String method, String template, MediaType... types) {
            return declare(produced, name(method, template), List.of(types));
        }

        private Builder declare(Map<String, List<MediaType>> routes, String route, List<MediaType> types) {
            if (types.isEmpty() || routes.putIfAbsent(route, types) != null) {
                throw new IllegalArgumentException("A route declares its types once, and at least one: " + route);
            }
            return this;
        }

        /** {@return the filter} */
        public NegotiationFilter build() {
            return new NegotiationFilter(this);
        }
    }
}

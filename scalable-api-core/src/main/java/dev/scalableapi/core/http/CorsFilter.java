package dev.scalableapi.core.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Lets pages of other origins read an API's answers, errors among them (CORS, as in the Fetch standard), and answers the
 * preflight requests by which browsers ask. Nothing is allowed that is not named: other origins, methods besides GET, HEAD
 * and POST, request fields besides the safelisted ones, response fields to read, credentials. What is answered never
 * repeats what was asked. Immutable and thread-safe.
 *
 * <p>This protects nothing: who is not a browser does not ask, and a simple request of a foreign page reaches its handler,
 * though the page cannot read the answer. What must not be done without the user's will needs a token that a browser does
 * not send by itself.
 */
public final class CorsFilter implements ApiFilter {
    private static final String ANY = "*";
    private static final String ORIGIN = "Origin";
    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";

    /** Empty where any may read. */
    private final Set<String> origins;

    private final Headers answers;
    private final Headers preflights;

    private CorsFilter(Builder builder) {
        origins = builder.origins;
        answers = builder.answers();
        preflights = builder.preflights();
    }

    /**
     * {@return a builder of a filter for pages of these origins}
     *
     * @param origins as browsers send them: {@code https://shop.example} or {@code http://localhost:3000}, in lower case,
     *     without a path and without the scheme's own port; at least one, and not {@code null}, which any page can be
     * @throws IllegalArgumentException if one is not of this form, or there is none
     */
    public static Builder forOrigins(String... origins) {
        if (origins.length == 0) {
            throw new IllegalArgumentException("At least one origin is needed");
        }
        for (String origin : origins) {
            requireOrigin(origin);
        }
        return new Builder(Set.of(origins));
    }

    /** {@return a builder of a filter for pages of any origin, without credentials: for what is public} */
    public static Builder forAnyOrigin() {
        return new Builder(Set.of());
    }

    private static void requireOrigin(String origin) {
        int end = origin.indexOf("://");
        String authority = origin.substring(end < 0 ? 0 : end + 3);
        boolean hasNeedlessPort = authority.endsWith(":")
                || (origin.startsWith("https:") && authority.endsWith(":443"))
                || (origin.startsWith("http:") && authority.endsWith(":80"));
        if (end < 1
                || authority.isEmpty()
                || !HttpGrammar.isToken(origin.substring(0, end))
                || !HttpGrammar.isAuthority(authority)
                || authority.contains(ANY)
                || hasNeedlessPort
                || !origin.equals(origin.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("Not an origin as browsers send it: " + origin);
        }
    }

    @Override
    public Stage stage() {
        return Stage.CORS;
    }

    @Override
    public CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next) {
        Optional<String> origin = allowed(request.headers());
        if (isPreflight(request)) {
            return CompletableFuture.completedFuture(varied(
                    origin.map(allowed -> new ApiResponse(204, with(preflights, allowed), Body.empty()))
                            .orElseGet(() -> ApiResponse.of(403))));
        }
        Headers added = origin.map(allowed -> with(answers, allowed)).orElse(Headers.empty());
        return EveryAnswer.of(
                next.handle(request),
                response -> varied(told(response, added)),
                refusal -> varied(told(refusal, added)));
    }

    /**
     * What is to be answered as allowed; empty if nothing is. Where any origin is, that is said to everybody: a cache gives
     * the answer to a request without an origin to one with it.
     */
    private Optional<String> allowed(Headers headers) {
        if (origins.isEmpty()) {
            return Optional.of(ANY);
        }
        List<String> sent = headers.all(ORIGIN);
        return sent.size() == 1 && origins.contains(sent.get(0)) ? Optional.of(sent.get(0)) : Optional.empty();
    }

    private static boolean isPreflight(ApiRequest request) {
        return request.method().equals("OPTIONS")
                && request.headers().contains(ORIGIN)
                && request.headers().contains("Access-Control-Request-Method");
    }

    private static Headers with(Headers headers, String origin) {
        return headers.with(ALLOW_ORIGIN, origin);
    }

    private static ApiResponse told(ApiResponse response, Headers added) {
        ApiResponse[] told = {response};
        added.forEach((name, value) -> told[0] = told[0].withHeader(name, value));
        return told[0];
    }

    private static ApiException told(ApiException refusal, Headers added) {
        ApiException[] told = {refusal};
        added.forEach((name, value) -> told[0] = told[0].withHeader(name, value));
        return told[0];
    }

    /** Also where no origin was sent: a cache must not give that answer to a page that sends one. */
    private ApiResponse varied(ApiResponse response) {
        return origins.isEmpty() ? response : response.varyingBy(ORIGIN);
    }

    private ApiException varied(ApiException refusal) {
        return origins.isEmpty() ? refusal : refusal.withHeader("Vary", ORIGIN);
    }

    /** Collects what pages may do. Not thread-safe. */
    public static final class Builder {
        private static final Duration LONGEST = Duration.ofDays(1);

        private final Set<String> origins;
        private final List<String> methods = new ArrayList<>();
        private final List<String> requestHeaders = new ArrayList<>();
        private final List<String> exposedHeaders = new ArrayList<>();
        private boolean credentials;
        private Duration maxAge = Duration.ofMinutes(10);

        private Builder(Set<String> origins) {
            this.origins = origins;
        }

        /**
         * Allows methods besides GET, HEAD and POST.
         *
         * @param names such as {@code PUT}
         * @return this
         * @throws IllegalArgumentException if one is not a token, or an asterisk
         */
        public Builder methods(String... names) {
            return add(methods, names);
        }

        /**
         * Allows request fields that browsers ask for.
         *
         * @param names such as {@code Authorization}, {@code Content-Type} (for JSON) or {@code If-Match}
         * @return this
         * @throws IllegalArgumentException if one is not a token, or an asterisk
         */
        public Builder requestHeaders(String... names) {
            return add(requestHeaders, names);
        }

        /**
         * Lets pages read response fields besides the safelisted ones, of which {@code Cache-Control} and {@code Content-Type}
         * are two.
         *
         * @param names such as {@code ETag}, {@code Location}, {@code Link} or {@code Retry-After}
         * @return this
         * @throws IllegalArgumentException if one is not a token, or an asterisk
         */
        public Builder exposedHeaders(String... names) {
            return add(exposedHeaders, names);
        }

        private Builder add(List<String> list, String... names) {
            for (String name : names) {
                // With credentials an asterisk is a name like others; without, it allows what nobody thought of.
                if (!HttpGrammar.isToken(name) || name.equals(ANY)) {
                    throw new IllegalArgumentException("Not the name of a method or a field: " + name);
                }
                list.add(name);
            }
            return this;
        }

        /**
         * Lets browsers send cookies and other credentials that they keep. A token that a page puts into
         * {@code Authorization} itself needs the name of that field alone.
         *
         * @return this
         * @throws IllegalStateException if any origin is allowed
         */
        public Builder credentials() {
            if (origins.isEmpty()) {
                throw new IllegalStateException("Credentials need named origins");
            }
            credentials = true;
            return this;
        }

        /**
         * Sets how long a browser may remember the answer to a preflight request; ten minutes unless set.
         *
         * @param duration in whole seconds, up to a day; zero for each time anew
         * @return this
         * @throws IllegalArgumentException if it is negative or longer
         */
        public Builder maxAge(Duration duration) {
            if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("maxAge must be between 0 and a day");
            }
            maxAge = duration;
            return this;
        }

        /** {@return the filter} */
        public CorsFilter build() {
            return new CorsFilter(this);
        }

        private Headers answers() {
            Headers.Builder headers = common();
            list(headers, "Access-Control-Expose-Headers", exposedHeaders);
            return headers.build();
        }

        private Headers preflights() {
            Headers.Builder headers = common();
            list(headers, "Access-Control-Allow-Methods", methods);
            list(headers, "Access-Control-Allow-Headers", requestHeaders);
            return headers.add("Access-Control-Max-Age", Long.toString(maxAge.toSeconds()))
                    .build();
        }

        private Headers.Builder common() {
            Headers.Builder headers = Headers.builder();
            return credentials ? headers.add("Access-Control-Allow-Credentials", "true") : headers;
        }

        private static void list(Headers.Builder headers, String field, List<String> names) {
            if (!names.isEmpty()) {
                headers.add(field, String.join(", ", names));
            }
        }
    }
}

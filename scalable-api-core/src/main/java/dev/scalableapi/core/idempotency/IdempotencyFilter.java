package dev.scalableapi.core.idempotency;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.RouteMatch;
import dev.scalableapi.core.http.Stage;
import dev.scalableapi.core.http.Violation;
import dev.scalableapi.core.http.Wiring;
import dev.scalableapi.core.internal.WarningPacer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.IntPredicate;

/**
 * Repeats the answer of work that is done, instead of doing it again: for requests of the named routes with an
 * {@code Idempotency-Key} (draft-ietf-httpapi-idempotency-key-header). Thread-safe; it blocks no thread. Any framework
 * can call {@link #filter} by hand.
 *
 * <p><b>A key</b> counts for its caller (id, tenant and client), the method and the resource (template and parameters of
 * the path) alone. Requests without a caller share one scope: where they are let in, whoever knows the key and the content
 * is told the answer. A key with other content, another query or another media type is 422
 * {@code IDEMPOTENCY_KEY_REUSED}; one that is being worked on is 409 {@code IDEMPOTENCY_IN_PROGRESS} with
 * {@code Retry-After}. For this, the request's content is read into memory. The store sees hashes alone of key and
 * content.
 *
 * <p><b>What is recorded.</b> An answer below 500 that is not 408, 425 or 429, unless
 * {@link Builder#record(IntPredicate) said otherwise}: with its status, its content, and its fields without those of one
 * exchange ({@code Set-Cookie}, {@code Date}, trace contexts, those of the connection and the like). It is repeated with
 * {@code Idempotent-Replayed: true}. After any other answer, and when the handler fails, the key is free again. Let an
 * error filter stand at {@link Stage#HANDLER_ERRORS}, so that a refusal that the handler throws is an answer here.
 *
 * <p>A stream is held back until its end or the limit. Content beyond the limit passes, and is not kept: since the work is
 * done, the key stays taken, and asking again is 409 {@code IDEMPOTENT_RESPONSE_NOT_KEPT}.
 *
 * <p><b>Once.</b> The handler runs under a lease. If it outlasts that, or its process dies, another request with the key
 * may begin. The fencing token protects the record: the one who is late cannot write it; he is answered what the record
 * says, 409 while the other still works, or 422 if the key was taken for other content. If nobody began in between, his
 * answer is recorded all the same. The token does not protect the effect, which may then happen twice: that happens once
 * only if it commits together with the record, as with a store in the database of the effect, or if the resource refuses
 * tokens that are older than one it has seen. Both have the token from {@link IdempotentWork}.
 *
 * <p><b>Without the store</b> no work is begun: 503 {@code IDEMPOTENCY_UNAVAILABLE}. If it fails when the work is done, the
 * answer is given, and the key is free when the lease ends; this is logged, at most once a minute. Who is late, and cannot
 * learn whether another has begun, is given no answer but that 503.
 */
public final class IdempotencyFilter implements ApiFilter {
    private final Map<Route, Boolean> routes;
    private final long maxRequestBytes;
    private final IdempotentCall.Settings settings;

    private IdempotencyFilter(Builder builder) {
        routes = Map.copyOf(builder.routes);
        maxRequestBytes = builder.maxRequestBytes;
        settings = new IdempotentCall.Settings(
                builder.store,
                builder.lease,
                new Records(builder.retention, builder.maxResponseBytes, Set.copyOf(builder.omitted)),
                builder.recorded,
                WarningPacer.create());
    }

    /**
     * {@return a builder of a filter that holds no route to keys yet}
     *
     * @param store remembers the keys
     */
    public static Builder builder(IdempotencyStore store) {
        return new Builder(store);
    }

    @Override
    public Stage stage() {
        return Stage.IDEMPOTENCY;
    }

    /** Also requires that access to the routes is enforced first, because a replay runs no handler. */
    @Override
    public void check(Wiring wiring) {
        for (Route route : routes.keySet()) {
            wiring.requireAuthorizedRoute("IdempotencyFilter", route.method, route.template);
        }
    }

    @Override
    public CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next) {
        RouteMatch route = request.route().orElse(null);
        Boolean required = route == null ? null : routes.get(new Route(request.method(), route.template()));
        if (route == null || required == null) {
            return next.handle(request);
        }
        Optional<IdempotencyKey> key = IdempotencyKey.of(request.headers());
        if (key.isPresent()) {
            String scoped = RequestHash.scoped(key.get(), request, route);
            return request.body().bytes(maxRequestBytes).thenCompose(bytes -> answer(scoped, request, bytes, next));
        }
        if (required) {
            String message = "The request must name a key in Idempotency-Key.";
            throw ApiException.of(
                    400,
                    "IDEMPOTENCY_KEY_MISSING",
                    Violation.header(IdempotencyKey.FIELD, message).withKey("idempotency.key.missing"));
        }
        return next.handle(request);
    }

    private CompletionStage<ApiResponse> answer(String key, ApiRequest request, byte[] body, ApiHandler next) {
        String fingerprint = RequestHash.fingerprint(request, body);
        return new IdempotentCall(settings, key, fingerprint, request.withBody(Body.of(body)), next).answer();
    }

    private record Route(String method, String template) {}

    /** Collects a filter's settings. Not thread-safe. */
    public static final class Builder {
        private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "QUERY");
        private static final int MEBIBYTE = 1 << 20;

        private final IdempotencyStore store;
        private final Map<Route, Boolean> routes = new HashMap<>();
        private final Set<String> omitted = new TreeSet<>(Records.OF_ONE_EXCHANGE);
        private Duration lease = Duration.ofMinutes(1);
        private Duration retention = Duration.ofDays(1);
        private long maxRequestBytes = MEBIBYTE;
        private int maxResponseBytes = MEBIBYTE;
        private IntPredicate recorded = Builder::isFinal;

        private Builder(IdempotencyStore store) {
            this.store = store;
        }

        /** Whether asking again at another time would not help. */
        private static boolean isFinal(int status) {
            return status < 500 && status != 408 && status != 425 && status != 429;
        }

        /**
         * Demands a key of a route's requests; one without is 400 {@code IDEMPOTENCY_KEY_MISSING}.
         *
         * @param method such as {@code POST}
         * @param template of the route
         * @return this
         * @throws IllegalArgumentException if the method is a safe one, or the route was named before
         */
        public Builder required(String method, String template) {
            return route(method, template, true);
        }

        /**
         * Lets a route's requests name a key.
         *
         * @param method such as {@code PATCH}
         * @param template of the route
         * @return this
         * @throws IllegalArgumentException if the method is a safe one, or the route was named before
         */
        public Builder optional(String method, String template) {
            return route(method, template, false);
        }

        private Builder route(String method, String template, boolean required) {
            if (SAFE.contains(method)) {
                throw new IllegalArgumentException("A safe method needs no key: " + method + " " + template);
            }
            if (routes.putIfAbsent(new Route(method, template), required) != null) {
                throw new IllegalArgumentException("The route is there already: " + method + " " + template);
            }
            return this;
        }

        /**
         * Sets how long the handler may work before another request with its key may begin; a minute unless set. Longer than
         * the handler ever takes: a process that dies keeps its keys so long.
         *
         * @param lease positive
         * @return this
         * @throws IllegalArgumentException if it is not
         */
        public Builder lease(Duration lease) {
            this.lease = positive("lease", lease);
            return this;
        }

        /**
         * Sets how long an answer is repeated; a day unless set.
         *
         * @param retention positive
         * @return this
         * @throws IllegalArgumentException if it is not
         */
        public Builder retention(Duration retention) {
            this.retention = positive("retention", retention);
            return this;
        }

        private static Duration positive(String setting, Duration duration) {
            if (duration.isNegative() || duration.isZero()) {
                throw new IllegalArgumentException(setting + " must be positive");
            }
            return duration;
        }

        /**
         * Sets how large a request's content may be, which is read into memory; a mebibyte unless set. Beyond it, the answer
         * is 413 {@code PAYLOAD_TOO_LARGE}.
         *
         * @param bytes at least 1
         * @return this
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder maxRequestBytes(long bytes) {
            maxRequestBytes = atLeastOne("maxRequestBytes", bytes);
            return this;
        }

        /**
         * Sets how large an answer's content may be to be kept; a mebibyte unless set. Not more than the store takes.
         *
         * @param bytes at least 1
         * @return this
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder maxResponseBytes(int bytes) {
            maxResponseBytes = (int) atLeastOne("maxResponseBytes", bytes);
            return this;
        }

        private static long atLeastOne(String setting, long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException(setting + " must be at least 1");
            }
            return bytes;
        }

        /**
         * Sets which answers are recorded; unless set, those below 500 but 408, 425 and 429.
         *
         * @param status whether an answer of this status ends the work; asked once for an answer, from any thread. What it
         *     throws is a failure of the handler
         * @return this
         */
        public Builder record(IntPredicate status) {
            recorded = status;
            return this;
        }

        /**
         * Leaves out further fields of answers when they are recorded, such as those that an application's own filters make
         * for one exchange.
         *
         * @param fields names, in any case
         * @return this
         */
        public Builder omit(String... fields) {
            for (String field : fields) {
                omitted.add(field.toLowerCase(Locale.ROOT));
            }
            return this;
        }

        /**
         * {@return the filter}
         *
         * @throws IllegalStateException if no route was named
         */
        public IdempotencyFilter build() {
            if (routes.isEmpty()) {
                throw new IllegalStateException("Name a route that is held to keys");
            }
            return new IdempotencyFilter(this);
        }
    }
}

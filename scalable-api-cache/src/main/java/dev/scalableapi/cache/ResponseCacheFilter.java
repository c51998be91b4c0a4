package dev.scalableapi.cache;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.AttributeKey;
import dev.scalableapi.core.http.Exchange;
import dev.scalableapi.core.http.Stage;
import dev.scalableapi.core.http.Wiring;
import dev.scalableapi.core.internal.WarningPacer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Stores whole responses to GET of the routes that were named, and answers from them: an HTTP cache (RFC 9111) inside the
 * server, which belongs to it, on a {@link CacheAside}. Thread-safe; it blocks no thread. It stands inside authorization,
 * so that whoever is answered from it may call the route; and outside the handler's own error filter, so that what such
 * a filter renders is a response here.
 *
 * <p><b>What is stored.</b> A 200, and a 301, 308, 404 or 410 that says how long it is fresh; with its content in memory,
 * within a size; by {@code Cache-Control} of the handler's response, {@code Expires} and {@code Age}, but never longer than
 * the cache's own time to live. Never one with {@code no-store}, {@code no-cache}, {@code Set-Cookie} or
 * {@code Vary: *}, nor a stream, which passes. {@code private} and a request with {@code Authorization} keep a
 * response for its caller alone, which is the rule unless a route is {@link CachedRoute#shared() shared}.
 * What a response that is not stored has said to one caller is never said to another.
 *
 * <p>The status, all fields and the content are stored as handler and application filters made them, without those fields
 * that are of one exchange: those of the connection, {@code Content-Length}, {@code Server-Timing}, trace contexts, request
 * and correlation ids, and {@link ResponseCacheBuilder#omit others} that were named. The one whose request was handled gets
 * them. Filters of outer stages add theirs to each answer.
 *
 * <p><b>The handler.</b> It runs at most once for a request, in its context; not for those who meanwhile ask for the
 * same. It does not see {@code Range}, nor conditions, which the whole response that it gives may have to answer for
 * others; so put a {@link dev.scalableapi.core.http.ConditionalFilter} outside. It also runs for a request that has
 * been answered, with what is stored and about to end, or stale where that is allowed: it must be safe to. What it throws
 * reaches the caller as it is, unless a stale response may be served.
 *
 * <p>{@code Cache-Control} of a request counts for nothing, since clients could make the server work with it;
 * see {@link ResponseCacheBuilder#honourRequests}. An answer has {@code Age}, where it is from the cache, and
 * {@code Cache-Status} (RFC 9211), whose {@code stored} tells what was decided: a store may have lost it. HEAD is answered
 * from what GET has stored, and stores nothing.
 *
 * <p><b>Changes.</b> A POST, PUT, PATCH, DELETE or the like to a route whose GET is stored, unless it is refused with 4xx,
 * ends what is stored for its path, of all callers and queries, before it is answered. For what else it changes, see
 * {@link #invalidateTag}. Whatever was being loaded meanwhile is not stored.
 */
public final class ResponseCacheFilter implements ApiFilter {
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "QUERY");
    /** Where a load collects the tags of its response. */
    static final AttributeKey<Set<String>> TAGS = AttributeKey.create("response cache tags");

    private final Map<String, CachedRoute> routes;
    private final ResponseCache cache;
    private final boolean requestsHonoured;
    private final WarningPacer warnings = WarningPacer.create();

    ResponseCacheFilter(Map<String, CachedRoute> routes, ResponseCache cache, boolean requestsHonoured) {
        this.routes = Map.copyOf(routes);
        this.cache = cache;
        this.requestsHonoured = requestsHonoured;
    }

    /**
     * {@return a builder of a filter that stores nothing yet}
     *
     * @param name begins the keys in the store, unlike that of any other cache on it, and names the cache in logs and in
     *     {@code Cache-Status}; 1 to 64 letters, digits, dots, dashes and underscores
     * @param ttl how long a 200 is fresh that does not say, and the most for all that do, less up to a tenth by chance; at
     *     least a millisecond
     * @throws IllegalArgumentException if the name is malformed or the time too short
     */
    public static ResponseCacheBuilder builder(String name, Duration ttl) {
        return new ResponseCacheBuilder(name, ttl);
    }

    @Override
    public Stage stage() {
        return Stage.RESPONSE_CACHE;
    }

    /** Also requires that access to the routes is enforced first, because a stored response runs no handler. */
    @Override
    public void check(Wiring wiring) {
        for (String template : routes.keySet()) {
            wiring.requireAuthorizedRoute("ResponseCacheFilter", "GET", template);
        }
    }

    @Override
    public CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next) {
        CachedRoute route =
                request.route().map(match -> routes.get(match.template())).orElse(null);
        if (route == null) {
            return next.handle(request);
        }
        return switch (request.method()) {
            case "GET" -> get(request, new CachedCall(cache, route, request, next));
            case "HEAD" -> new CachedCall(cache, route, request, next).answerIfPresent();
            default -> SAFE.contains(request.method()) ? next.handle(request) : write(request, next);
        };
    }

    private CompletionStage<ApiResponse> get(ApiRequest request, CachedCall call) {
        if (!requestsHonoured) {
            return call.answer();
        }
        Directives wish = Directives.of(request.headers());
        if (wish.has("only-if-cached")) {
            return call.answerOnlyIfPresent();
        }
        boolean fresh = wish.has("no-store")
                || wish.has("no-cache")
                || wish.seconds("max-age").filter(Duration::isZero).isPresent();
        return fresh ? call.forwarded(CacheStatus.Forward.REQUEST) : call.answer();
    }

    /** A write that failed may have been one all the same, unless it was refused. */
    private CompletionStage<ApiResponse> write(ApiRequest request, ApiHandler next) {
        CompletionStage<ApiResponse> written = next.handle(request);
        return written.handle((response, failure) -> isRefused(response, failure)
                        ? written
                        : invalidateTag(ResponseKey.pathTag(request))
                                .handle((done, unknown) -> logged(unknown))
                                .thenCompose(done -> written))
                .thenCompose(Function.identity());
    }

    private static boolean isRefused(@Nullable ApiResponse response, @Nullable Throwable failure) {
        int status = failure != null && ApiPipeline.cause(failure) instanceof ApiException told
                ? told.status()
                : response == null ? 500 : response.status();
        return status >= 400 && status < 500;
    }

    /** The cache goes on trying, and does not use what it is not sure of. */
    private boolean logged(@Nullable Throwable unknown) {
        if (unknown != null && warnings.isDue()) {
            LoggerFactory.getLogger(ResponseCacheFilter.class)
                    .warn("It is not known whether stored responses were invalidated after a write", unknown);
        }
        return unknown == null;
    }

    /**
     * Puts the response that a handler is about to give under tags, to be invalidated with all that have one of them. Where
     * no response cache loads it, nothing happens.
     *
     * @param exchange of the request that is handled
     * @param tags 1 to 200 characters each, none of them a control character; beyond 1,000 in all the response is not
     *     stored
     * @throws IllegalArgumentException if one is malformed
     */
    public static void tag(Exchange exchange, String... tags) {
        List<String> checked = List.of(tags);
        checked.forEach(CacheAsideBuilder::tag);
        exchange.get(TAGS).ifPresent(all -> all.addAll(checked));
    }

    /**
     * Forgets all responses that have a tag, however many they are: after the change to the data was committed.
     *
     * @param tag which one
     * @return completes when the store knows; fails if that is not known
     * @throws IllegalArgumentException if the tag is malformed
     */
    public CompletionStage<Void> invalidateTag(String tag) {
        return cache.stored().invalidateTag(tag);
    }

    /**
     * Forgets all responses of this cache, however many they are.
     *
     * @return completes when the store knows; fails if that is not known
     */
    public CompletionStage<Void> clear() {
        return cache.stored().clear();
    }

    /** {@return what the cache below has done so far} A response that varies takes it two looks. */
    public CacheStatistics statistics() {
        return cache.stored().statistics();
    }
}

package dev.scalableapi.cache;

import dev.scalableapi.cache.CacheStatus.Forward;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.http.ThreadContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request's way through a response cache. Its handler is called at most once: by a load for all who wait for the same
 * key, or for this request alone. Whoever's handler was called gets what it gave, not what was stored of it.
 *
 * <p>A load that gives nothing to store leaves a mark that there is nothing, for a moment: those who come meanwhile, and
 * those who have waited, ask their own handlers, all at once and not one after the other.
 */
final class CachedCall {
    /** Fields that let the handler answer with less than the whole. */
    private static final List<String> NOT_FOR_ALL =
            List.of("Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since");

    private final ResponseCache cache;
    private final CachedRoute route;
    private final ApiRequest request;
    private final ApiHandler next;
    private final ThreadContext context;
    private final AtomicBoolean handled = new AtomicBoolean();
    private final CompletableFuture<ApiResponse> own = new CompletableFuture<>();
    private volatile Forward reason = Forward.MISS;
    private volatile int failedStatus;

    CachedCall(ResponseCache cache, CachedRoute route, ApiRequest request, ApiHandler next) {
        this.cache = cache;
        this.route = route;
        this.request = request;
        this.next = next;
        context = ThreadContext.capture(request.exchange().context());
    }

    /** Answers from what is stored, or with what is loaded. */
    CompletionStage<ApiResponse> answer() {
        return Look.first(cache, route, request).map(this::answer).orElseGet(() -> forwarded(Forward.BYPASS));
    }

    private CompletionStage<ApiResponse> answer(Look look) {
        return cache.stored()
                .get(look.key().text(), (key, loading) -> load(look, loading))
                .handle((cached, failure) -> failure == null ? answered(look, cached) : failed(failure))
                .thenCompose(Function.identity());
    }

    private CompletionStage<ApiResponse> answered(Look look, Cached<Kept> cached) {
        Kept kept = cached.value().orElse(null);
        boolean mine = handled.get() && !cached.origin().isHit();
        if (kept instanceof Kept.Answer answer) {
            return mine ? loaded(look, cached) : CompletableFuture.completedFuture(served(look, cached, answer));
        }
        return kept instanceof Kept.Varying varying && look.first().isEmpty() && !mine
                ? look.next(varying).map(this::answer).orElseGet(() -> forwarded(Forward.BYPASS))
                : forwarded(Forward.MISS);
    }

    private CompletionStage<ApiResponse> loaded(Look look, Cached<Kept> cached) {
        CacheStatus status = cache.status().forwarded(reason).stored().ttl(cache.ttl(cached));
        return own.thenApply(cache.shown(status, look.key())::on);
    }

    private ApiResponse served(Look look, Cached<Kept> cached, Kept.Answer answer) {
        CacheStatus status = cache.status();
        if (!cached.origin().isHit()) {
            status = status.forwarded(look.miss()).collapsed();
        } else if (failedStatus != 0 && cached.isStale(cache.clock().instant())) {
            status = status.forwarded(Forward.STALE).forwardStatus(failedStatus);
        } else {
            status = status.hit();
        }
        return cache.response(answer, cache.shown(status.ttl(cache.ttl(cached)), look.key()));
    }

    /** A failure of the handler is that of all who have waited for it; one of the cache is nobody's. */
    private CompletionStage<ApiResponse> failed(Throwable failure) {
        Throwable thrown = ApiPipeline.cause(failure) instanceof HandlerFailure failed ? failed.getCause() : null;
        return thrown == null || handled.get() ? forwarded(Forward.MISS) : CompletableFuture.failedFuture(thrown);
    }

    /** Answers with what the handler gives for this request alone, or has given for it already. */
    CompletionStage<ApiResponse> forwarded(Forward why) {
        if (handled.compareAndSet(false, true)) {
            reason = why;
            handle(request);
        }
        return own.thenApply(cache.status().forwarded(reason)::on);
    }

    private void handle(ApiRequest asked) {
        context.wrap(() -> {
                    try {
                        next.handle(asked).whenComplete(this::completed);
                    } catch (Throwable t) {
                        own.completeExceptionally(t);
                    }
                })
                .run();
    }

    private void completed(ApiResponse response, @Nullable Throwable failure) {
        if (failure == null) {
            own.complete(response);
        } else {
            own.completeExceptionally(ApiPipeline.cause(failure));
        }
    }

    private CompletionStage<Optional<Kept>> load(Look look, LoadContext<Kept> loading) {
        if (!handled.compareAndSet(false, true)) {
            // The handler ran for an earlier look, before this load began: what it saw may be no longer so.
            loading.doNotCache();
            return CompletableFuture.completedFuture(Optional.empty());
        }
        reason = loading.staleValue().isPresent() ? Forward.STALE : look.miss();
        Set<String> tags = ConcurrentHashMap.newKeySet();
        request.exchange().put(ResponseCacheFilter.TAGS, tags);
        handle(forAll());
        return own.handle((response, failure) -> look.keep(kept(response, failure), tags, loading));
    }

    private ApiRequest forAll() {
        Headers fields = request.headers();
        for (String name : NOT_FOR_ALL) {
            fields = fields.without(name);
        }
        return request.withHeaders(fields);
    }

    /** What may be thought of; a failure that lets something stale be served is thrown. */
    private Optional<ApiResponse> kept(@Nullable ApiResponse response, @Nullable Throwable failure) {
        int status = status(response, failure);
        if (status >= 500) {
            failedStatus = status;
            throw new HandlerFailure(failure);
        }
        return Optional.ofNullable(response);
    }

    private static int status(@Nullable ApiResponse response, @Nullable Throwable failure) {
        if (response != null) {
            return response.status();
        }
        return failure instanceof ApiException told ? told.status() : 500;
    }

    /** Answers from what is stored and fresh, else by the handler; stores nothing. */
    CompletionStage<ApiResponse> answerIfPresent() {
        return present()
                .thenCompose(present -> present.<CompletionStage<ApiResponse>>map(CompletableFuture::completedFuture)
                        .orElseGet(() -> forwarded(reason)));
    }

    /** Answers from what is stored and fresh, else with 504 (RFC 9111 section 5.2.1.7). */
    CompletionStage<ApiResponse> answerOnlyIfPresent() {
        return present()
                .thenApply(present -> present.orElseThrow(() ->
                        ApiException.of(504, "NOT_IN_CACHE", "There is no stored response, and only one was wanted.")));
    }

    private CompletionStage<Optional<ApiResponse>> present() {
        return present(Look.first(cache, route, request));
    }

    private CompletionStage<Optional<ApiResponse>> present(Optional<Look> look) {
        reason = look.map(Look::miss).orElse(Forward.BYPASS);
        return look.isEmpty()
                ? CompletableFuture.completedFuture(Optional.empty())
                : cache.stored()
                        .getIfPresent(look.get().key().text())
                        .thenCompose(found -> found.isEmpty()
                                ? CompletableFuture.completedFuture(Optional.empty())
                                : present(look.get(), found.get()));
    }

    private CompletionStage<Optional<ApiResponse>> present(Look look, Cached<Kept> cached) {
        Kept kept = cached.value().orElse(null);
        if (kept instanceof Kept.Varying varying && look.first().isEmpty()) {
            return present(look.next(varying));
        }
        return CompletableFuture.completedFuture(
                kept instanceof Kept.Answer answer ? Optional.of(served(look, cached, answer)) : Optional.empty());
    }
}

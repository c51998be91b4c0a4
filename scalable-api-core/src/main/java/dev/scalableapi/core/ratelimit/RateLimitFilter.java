package dev.scalableapi.core.ratelimit;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.AttributeKey;
import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.http.Stage;
import dev.scalableapi.core.internal.WarningPacer;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Answers 429 {@code RATE_LIMITED} with {@code Retry-After} in whole seconds, rounded up, when a limiter has no permit
 * for the request. Every answer to a request that was counted says what is left, in the fields of {@link RateLimitHeaders}.
 * Thread-safe. A limiter that fails lets the request pass: it is logged, at most once a minute.
 *
 * <p>Use {@link #byCaller} with one limiter and {@link #byAddress} with another: a known caller is then held to the
 * first alone, wherever it calls from, and everyone else to the second. Where an authentication filter lets requests
 * with credentials that it does not understand pass, or where there is none, add {@link #anonymousByAddress} with the
 * limiter of {@link #byAddress}; no request is charged twice.
 */
public final class RateLimitFilter implements ApiFilter {
    /** The limiter that has decided on this request's address. */
    private static final AttributeKey<RateLimiter> CHARGED = AttributeKey.create("address rate limiter");

    private final Stage stage;
    private final String name;
    private final Policy policy;
    private final RateLimitHeaders headers;
    private final WarningPacer warnings = WarningPacer.create();

    private RateLimitFilter(Stage stage, String name, Policy policy, RateLimitHeaders headers) {
        this.stage = stage;
        this.name = name;
        this.policy = policy;
        this.headers = headers;
    }

    private static RateLimitFilter of(Stage stage, String name, Policy policy) {
        return new RateLimitFilter(stage, name, policy, RateLimitHeaders.DRAFT_10);
    }

    /**
     * {@return this filter, which tells clients what is left in another form}
     *
     * @param headers instead of {@link RateLimitHeaders#DRAFT_10}
     */
    public RateLimitFilter withHeaders(RateLimitHeaders headers) {
        return new RateLimitFilter(stage, name, policy, headers);
    }

    /**
     * {@return a filter that holds each authenticated caller to a rate, after authentication} Requests without a
     * caller pass. The limiter's key is the caller's tenant and id.
     *
     * @param limiter the rate
     */
    public static RateLimitFilter byCaller(RateLimiter limiter) {
        return of(
                Stage.PRINCIPAL_RATE_LIMIT,
                "caller",
                (filter, request, next) -> request.caller()
                        .map(caller -> filter.guarded(limiter, LimitKeys.of(caller), () -> next.handle(request)))
                        .orElseGet(() -> next.handle(request)));
    }

    /**
     * {@return a filter that holds each address to a rate, before authentication, as far as its requests have no
     * caller} A request without an {@code Authorization} field is held to it at once. One with such a field goes on,
     * since it may prove a caller; if it is refused below and has none, it is charged afterwards, and answered 429
     * instead once the address has no permit: guessing tokens is limited too.
     *
     * <p>The address is the peer's, which a filter at {@link Stage#FORWARDED} has corrected behind a proxy. The
     * addresses of one IPv6 /64 network are one, since a single host has them all. A request whose address the server
     * does not know passes.
     *
     * @param limiter the rate
     */
    public static RateLimitFilter byAddress(RateLimiter limiter) {
        return of(
                Stage.ADDRESS_RATE_LIMIT,
                "address",
                (filter, request, next) -> request.headers().contains("Authorization")
                        ? filter.chargedIfRefused(limiter, request, next)
                        : filter.charged(limiter, request, () -> next.handle(request)));
    }

    /**
     * {@return a filter that holds each address to a rate after authentication, as far as its requests have no caller
     * and were not charged by {@link #byAddress}}
     *
     * @param limiter the rate
     */
    public static RateLimitFilter anonymousByAddress(RateLimiter limiter) {
        return of(
                Stage.PRINCIPAL_RATE_LIMIT,
                "address",
                (filter, request, next) -> request.caller().isPresent()
                        ? next.handle(request)
                        : filter.charged(limiter, request, () -> next.handle(request)));
    }

    @Override
    public CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next) {
        return policy.apply(this, request, next);
    }

    @Override
    public Stage stage() {
        return stage;
    }

    private CompletionStage<ApiResponse> chargedIfRefused(RateLimiter limiter, ApiRequest request, ApiHandler next) {
        return next.handle(request)
                .handle((response, failure) -> {
                    CompletionStage<ApiResponse> answer = failure == null
                            ? CompletableFuture.completedFuture(response)
                            : CompletableFuture.<ApiResponse>failedFuture(failure);
                    return request.caller().isEmpty() && isRefusal(response, failure)
                            ? charged(limiter, request, () -> answer)
                            : answer;
                })
                .thenCompose(Function.identity());
    }

    private static boolean isRefusal(@Nullable ApiResponse response, @Nullable Throwable failure) {
        if (response != null) {
            return isClientError(response.status());
        }
        return failure != null
                && ApiPipeline.cause(failure) instanceof ApiException refused
                && isClientError(refused.status());
    }

    private static boolean isClientError(int status) {
        return status >= 400 && status < 500;
    }

    private CompletionStage<ApiResponse> charged(RateLimiter limiter, ApiRequest request, Answer answer) {
        Optional<String> address = request.peer().map(LimitKeys::of);
        if (address.isEmpty() || request.exchange().get(CHARGED).orElse(null) == limiter) {
            return answer.get();
        }
        request.exchange().put(CHARGED, limiter);
        return guarded(limiter, address.get(), answer);
    }

    private CompletionStage<ApiResponse> guarded(RateLimiter limiter, String key, Answer answer) {
        CompletionStage<Decision> decision;
        try {
            decision = limiter.acquire(key);
        } catch (RuntimeException e) {
            decision = CompletableFuture.failedFuture(e);
        }
        return decision.handle(this::decided)
                .thenCompose(made ->
                        made.map(known -> counted(limiter, known, answer)).orElseGet(answer::get));
    }

    /** Empty where the limiter cannot tell. */
    private Optional<Decision> decided(@Nullable Decision decision, @Nullable Throwable failure) {
        if (decision == null && warnings.isDue()) {
            LoggerFactory.getLogger(RateLimitFilter.class)
                    .warn("The rate limiter at {} fails; requests pass unlimited", stage, failure);
        }
        return Optional.ofNullable(decision);
    }

    private CompletionStage<ApiResponse> counted(RateLimiter limiter, Decision decision, Answer answer) {
        CompletionStage<ApiResponse> given =
                decision.allowed() ? answer.get() : CompletableFuture.failedFuture(tooMany(decision.retryAfter()));
        return headers == RateLimitHeaders.NONE
                ? given
                : given.handle((response, failure) ->
                        told(response, failure, headers.fields(name, limiter.limit(), decision, Instant.now())));
    }

    private ApiResponse told(@Nullable ApiResponse response, @Nullable Throwable failure, Headers fields) {
        if (response != null) {
            return response.withHeaders(merged(response.headers(), fields));
        }
        Throwable cause = ApiPipeline.cause(Objects.requireNonNull(failure));
        throw new CompletionException(cause instanceof ApiException refused ? told(refused, fields) : cause);
    }

    /** A filter further in has said more of this request: of its caller. Fields that are no lists can only say that. */
    private Headers merged(Headers before, Headers fields) {
        Headers.Builder merged = Headers.builder();
        before.forEach(merged::add);
        fields.forEach((field, value) -> {
            if (headers.isList() || !before.contains(field)) {
                merged.add(field, value);
            }
        });
        return merged.build();
    }

    private ApiException told(ApiException refused, Headers fields) {
        ApiException[] told = {refused};
        fields.forEach((field, value) -> {
            if (headers.isList() || !refused.headers().contains(field)) {
                told[0] = told[0].withHeader(field, value);
            }
        });
        return told[0];
    }

    private static ApiException tooMany(Duration retryAfter) {
        return ApiException.of(429, "RATE_LIMITED", "Too many requests. Try again later.")
                .withRetryAfter(retryAfter);
    }

    @FunctionalInterface
    private interface Policy {
        CompletionStage<ApiResponse> apply(RateLimitFilter filter, ApiRequest request, ApiHandler next);
    }

    @FunctionalInterface
    private interface Answer {
        CompletionStage<ApiResponse> get();
    }
}

package dev.scalableapi.core.ratelimit;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.core.http.Exchange;
import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.http.Stage;
import dev.scalableapi.core.http.Wiring;
import dev.scalableapi.core.internal.WarningPacer;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers 429 {@code RATE_LIMITED} with {@code Retry-After} in whole seconds, rounded up, if a limiter has no permit for
 * the request. Every response to a request that was charged contains the fields of {@link RateLimitHeaders}. Thread-safe.
 * If the limiter fails, the request passes; this is logged, at most once a minute.
 *
 * <p>Use {@link #byCaller} with one limiter and {@link #byAddress} with another: a request with a caller is charged to the
 * caller only, wherever it comes from, and every other request to its address. Each request is charged once, whatever its
 * status: before the handler runs, or, if another filter has answered before that, when its response passes. What a filter
 * of an outer stage answers, such as a CORS preflight or a target that is too long, is not charged: it costs no more than
 * the 429.
 *
 * <p>A pipeline contains two parts of this filter: one at {@link Stage#ADDRESS_RATE_LIMIT}, outside authentication, and
 * one at {@link Stage#PRINCIPAL_RATE_LIMIT}, inside. A framework that calls {@link #filter} itself must do so after its
 * authentication.
 */
public final class RateLimitFilter implements ApiFilter {
    private final ChargedParty party;
    private final RateLimiter limiter;
    private final RateLimitHeaders headers;
    private final WarningPacer warnings = WarningPacer.create();

    private RateLimitFilter(ChargedParty party, RateLimiter limiter, RateLimitHeaders headers) {
        this.party = party;
        this.limiter = limiter;
        this.headers = headers;
    }

    /**
     * {@return this filter with another form of response fields}
     *
     * @param headers instead of {@link RateLimitHeaders#DRAFT_10}
     */
    public RateLimitFilter withHeaders(RateLimitHeaders headers) {
        return new RateLimitFilter(party, limiter, headers);
    }

    /**
     * {@return a filter that limits the requests of each authenticated caller} Requests without a caller pass. The
     * limiter's key consists of the caller's tenant and id.
     *
     * @param limiter the rate
     */
    public static RateLimitFilter byCaller(RateLimiter limiter) {
        return new RateLimitFilter(ChargedParty.CALLER, limiter, RateLimitHeaders.DRAFT_10);
    }

    /**
     * {@return a filter that limits the requests of each address, as far as they have no caller} That includes requests
     * to open routes and to routes that do not exist, and those whose credentials are missing, rejected, or of a kind that
     * nobody verifies. Before a credential is verified, the address pays for it, and gets the permit back if the credential
     * proves a caller: see {@link AddressPermit}. So while an address has no permit left, only credentials that the
     * verifier remembers are accepted, and no other is verified.
     *
     * <p>The address is the peer's, which a filter at {@link Stage#FORWARDED} has corrected behind a proxy. All addresses
     * of one IPv6 /64 network count as one, because a single host can have them all. A request whose address the server
     * does not know passes.
     *
     * @param limiter the rate
     */
    public static RateLimitFilter byAddress(RateLimiter limiter) {
        return new RateLimitFilter(ChargedParty.ADDRESS, limiter, RateLimitHeaders.DRAFT_10);
    }

    @Override
    public Stage stage() {
        return party.stage();
    }

    @Override
    public List<ApiFilter> parts() {
        return List.of(new Outer(), new Inner());
    }

    /** Charges the caller, if the request has one by now, or else the address. */
    @Override
    public CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next) {
        return around(request, inside -> charged(inside, next));
    }

    private CompletionStage<ApiResponse> around(ApiRequest request, ApiHandler next) {
        Exchange exchange = request.exchange();
        if (Charge.find(limiter, party, exchange) != null) {
            return next.handle(request);
        }
        Charge charge = Charge.begin(limiter, party, request, warnings);
        if (party == ChargedParty.ADDRESS) {
            AddressPermit outer = exchange.get(AddressPermit.KEY).orElse(null);
            exchange.put(AddressPermit.KEY, new AddressPermit(charge, outer));
        }
        CompletionStage<ApiResponse> answer = next.handle(request);
        return isDone(answer) && !charge.isDue() && charge.decision() == null
                ? answer
                : answer.handle((response, failure) -> settled(charge, response, failure))
                        .thenCompose(Function.identity());
    }

    /** Only of the plain class: what {@link CompletableFuture#completedStage} returns throws when it is asked. */
    private static boolean isDone(CompletionStage<ApiResponse> answer) {
        return answer.getClass() == CompletableFuture.class && ((CompletableFuture<ApiResponse>) answer).isDone();
    }

    /** Charges a request that was answered before the inner part could do so. */
    private CompletionStage<ApiResponse> settled(
            Charge charge, @Nullable ApiResponse response, @Nullable Throwable failure) {
        CompletionStage<ApiResponse> answer =
                failure == null ? CompletableFuture.completedFuture(response) : CompletableFuture.failedFuture(failure);
        return charge.take().thenCompose(taken -> answer).handle((given, refusal) -> told(charge, given, refusal));
    }

    private ApiResponse told(Charge charge, @Nullable ApiResponse response, @Nullable Throwable failure) {
        Decision decision = charge.decision();
        Headers fields = decision == null
                ? Headers.empty()
                : headers.fields(party.policy(), limiter.limit(), decision, Instant.now());
        if (response != null) {
            return fields.size() == 0 ? response : response.withHeaders(merged(response.headers(), fields));
        }
        Throwable cause = ApiPipeline.cause(Objects.requireNonNull(failure));
        // With a message, since the default one is the cause's text, and a cause may fail to give one.
        throw new CompletionException(
                "The request failed", cause instanceof ApiException refused ? told(refused, fields) : cause);
    }

    /** Another limiter may have added its fields before. Those that are not lists can name one limiter only. */
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

    private CompletionStage<ApiResponse> charged(ApiRequest request, ApiHandler next) {
        Charge charge = Charge.find(limiter, party, request.exchange());
        CompletableFuture<Void> taken = charge == null ? null : charge.take();
        return taken == null || (taken.isDone() && !taken.isCompletedExceptionally())
                ? next.handle(request)
                : taken.thenCompose(allowed -> next.handle(request));
    }

    /** Outside authentication: offers the permit to it, and charges what comes back uncharged. */
    private final class Outer implements ApiFilter {
        @Override
        public Stage stage() {
            return Stage.ADDRESS_RATE_LIMIT;
        }

        @Override
        public CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next) {
            return around(request, next);
        }

        @Override
        public void check(Wiring wiring) {
            if (party == ChargedParty.ADDRESS && wiring.isProvided(Caller.KEY)) {
                throw new IllegalArgumentException(
                        "RateLimitFilter.byAddress must run before authentication, so that it"
                                + " limits how many credentials are verified. Leave both at their own stages.");
            }
        }
    }

    /** Inside authentication: charges before the handler runs. */
    private final class Inner implements ApiFilter {
        @Override
        public Stage stage() {
            return Stage.PRINCIPAL_RATE_LIMIT;
        }

        @Override
        public CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next) {
            return charged(request, next);
        }

        @Override
        public void check(Wiring wiring) {
            if (party == ChargedParty.CALLER) {
                wiring.require(
                        Caller.KEY,
                        "RateLimitFilter.byCaller finds no caller, because no filter before it authenticates. Add"
                                + " AuthenticationFilter.of(verifier) of scalable-api-auth, or a filter of your own with"
                                + " providing(Caller.KEY).");
            }
            wiring.requireOrder(
                    Caller.KEY,
                    "RateLimitFilter charges requests before a filter authenticates them. Let that filter run at"
                            + " AUTHENTICATION.");
        }
    }
}

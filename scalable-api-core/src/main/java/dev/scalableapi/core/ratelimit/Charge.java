package dev.scalableapi.core.ratelimit;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.AttributeKey;
import dev.scalableapi.core.http.Exchange;
import dev.scalableapi.core.internal.WarningPacer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What one limiter charges one request: at most one permit. Thread-safe. */
final class Charge {
    private static final AttributeKey<Charge> KEY = AttributeKey.create("rate limit charges");
    private static final CompletableFuture<Void> FREE = CompletableFuture.completedFuture(null);

    private final RateLimiter limiter;
    private final ChargedParty party;
    private final ApiRequest request;
    private final WarningPacer warnings;

    /** The charge of a filter further out. */
    private final @Nullable Charge outer;

    /** Guarded by this, as are the next two. Null while nothing is charged. */
    private @Nullable CompletableFuture<Void> taken;

    private @Nullable Decision decision;
    private String key = "";

    private Charge(RateLimiter limiter, ChargedParty party, ApiRequest request, WarningPacer warnings) {
        this.limiter = limiter;
        this.party = party;
        this.request = request;
        this.warnings = warnings;
        outer = request.exchange().get(KEY).orElse(null);
    }

    /** A charge that {@link #find} finds from now on. */
    static Charge begin(RateLimiter limiter, ChargedParty party, ApiRequest request, WarningPacer warnings) {
        Charge charge = new Charge(limiter, party, request, warnings);
        request.exchange().put(KEY, charge);
        return charge;
    }

    /** The charge of this limiter, if it has begun; else null. So nested pipelines with one limiter charge once. */
    static @Nullable Charge find(RateLimiter limiter, ChargedParty party, Exchange exchange) {
        Charge charge = exchange.get(KEY).orElse(null);
        while (charge != null && !(charge.limiter == limiter && charge.party == party)) {
            charge = charge.outer;
        }
        return charge;
    }

    /** The limiter's decision, if it was asked and has answered. */
    synchronized @Nullable Decision decision() {
        return decision;
    }

    /** Whether the request has yet to be charged. */
    synchronized boolean isDue() {
        return taken == null && party.isIn(request);
    }

    /** Completes when the request may go on; fails with 429 if there is no permit. A request without a key is free. */
    synchronized CompletableFuture<Void> take() {
        if (taken == null) {
            Optional<String> now = party.key(request);
            if (now.isEmpty()) {
                return FREE;
            }
            key = now.get();
            taken = acquire()
                    .handle(this::decided)
                    .thenCompose(Function.identity())
                    .toCompletableFuture();
        }
        return taken;
    }

    private CompletionStage<Decision> acquire() {
        try {
            return limiter.acquire(key);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** A limiter that fails lets the request pass. */
    private CompletionStage<Void> decided(@Nullable Decision made, @Nullable Throwable failure) {
        if (made == null) {
            warn("The rate limiter fails; requests pass unlimited", failure);
            return FREE;
        }
        synchronized (this) {
            decision = made;
        }
        return made.allowed() ? FREE : CompletableFuture.failedFuture(tooMany(made));
    }

    private static ApiException tooMany(Decision decision) {
        return ApiException.of(429, "RATE_LIMITED", "Too many requests. Try again later.")
                .withRetryAfter(decision.retryAfter());
    }

    /** Gives a permit back that the limiter has allowed. */
    void refund() {
        String charged;
        synchronized (this) {
            if (decision == null || !decision.allowed()) {
                return;
            }
            charged = key;
            taken = null;
            decision = null;
        }
        try {
            CompletionStage<Void> unused = limiter.refund(charged).exceptionally(failure -> {
                warn("The rate limiter takes no permit back", failure);
                return null;
            });
        } catch (RuntimeException e) {
            warn("The rate limiter takes no permit back", e);
        }
    }

    private void warn(String message, @Nullable Throwable failure) {
        if (warnings.isDue()) {
            LoggerFactory.getLogger(RateLimitFilter.class).warn(message, failure);
        }
    }
}

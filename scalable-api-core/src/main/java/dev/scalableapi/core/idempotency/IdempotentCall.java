package dev.scalableapi.core.idempotency;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.ThreadContext;
import dev.scalableapi.core.http.Violation;
import dev.scalableapi.core.internal.WarningPacer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** One request with a key: claims it, lets the handler work or repeats its answer, and records what came of it. */
final class IdempotentCall {
    /** Most work ends long before its lease. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final Settings settings;
    private final String key;
    private final String fingerprint;
    private final ApiRequest request;
    private final ApiHandler next;
    private final ThreadContext context;

    /** What all calls share. */
    record Settings(
            IdempotencyStore store, Duration lease, Records records, IntPredicate recorded, WarningPacer warnings) {}

    IdempotentCall(Settings settings, String key, String fingerprint, ApiRequest request, ApiHandler next) {
        this.settings = settings;
        this.key = key;
        this.fingerprint = fingerprint;
        this.request = request;
        this.next = next;
        context = ThreadContext.capture(request.exchange().context());
    }

    CompletionStage<ApiResponse> answer() {
        return begin().thenCompose(
                        claim -> claim instanceof Claim.Started started ? work(started.token()) : repeated(claim));
    }

    private CompletionStage<Claim> begin() {
        CompletionStage<Claim> claim = guarded(() -> settings.store().begin(key, fingerprint, settings.lease()));
        return claim.exceptionallyCompose(failure -> CompletableFuture.failedFuture(unavailable(failure)));
    }

    /** Without the store nobody knows whether the work was done: it is not done. */
    private static ApiException unavailable(Throwable failure) {
        return ApiPipeline.cause(failure) instanceof ApiException told
                ? told
                : ApiException.of(503, "IDEMPOTENCY_UNAVAILABLE", "Keys cannot be looked up. Try again shortly.")
                        .withRetryAfter(Duration.ofSeconds(1))
                        .withCause(ApiPipeline.cause(failure));
    }

    private CompletionStage<ApiResponse> repeated(Claim claim) {
        if (claim instanceof Claim.Completed completed) {
            return CompletableFuture.completedFuture(settings.records().replayed(completed.response()));
        }
        throw claim instanceof Claim.InProgress running ? inProgress(running.retryAfter()) : reused();
    }

    private static ApiException reused() {
        String message = "The key was used for another request.";
        return ApiException.of(
                422,
                "IDEMPOTENCY_KEY_REUSED",
                Violation.header(IdempotencyKey.FIELD, message).withKey("idempotency.key.reused"));
    }

    private static ApiException inProgress(Duration rest) {
        Duration wait = rest.compareTo(LONGEST_WAIT) < 0 ? rest : LONGEST_WAIT;
        return ApiException.of(409, "IDEMPOTENCY_IN_PROGRESS", "The request with this key is being worked on.")
                .withRetryAfter(wait);
    }

    private CompletionStage<ApiResponse> work(FencingToken token) {
        IdempotentWork work = new IdempotentWork(token, settings.records());
        request.exchange().put(IdempotentWork.KEY, work);
        return guarded(context.wrapSupplier(() -> next.handle(request)))
                .thenCompose(response -> inMemory(work, response))
                .handle((done, failure) -> failure == null ? recorded(work, done) : abandoned(token, failure))
                .thenCompose(Function.identity());
    }

    /** An answer, and whether it ends the work; if it does, a stream in it is too long to be recorded. */
    private record Done(ApiResponse response, boolean isFinal) {}

    private CompletionStage<Done> inMemory(IdempotentWork work, ApiResponse response) {
        Objects.requireNonNull(response, "no response");
        return work.isRecorded() || !settings.recorded().test(response.status())
                ? CompletableFuture.completedFuture(new Done(response, false))
                : ShortStream.read(response.body(), settings.records().maxBytes())
                        .thenApply(body -> new Done(response.withBody(body), true));
    }

    private CompletionStage<ApiResponse> recorded(IdempotentWork work, Done done) {
        ApiResponse response = done.response();
        CompletionStage<ApiResponse> answer = CompletableFuture.completedFuture(response);
        if (work.isRecorded()) {
            return answer;
        }
        if (!done.isFinal()) {
            return abandon(work.token()).thenCompose(free -> answer);
        }
        ApiResponse record = response.body() instanceof Body.Streaming
                ? settings.records().tooLarge(response.status())
                : work.record(response);
        return complete(work.token(), record).thenCompose(stored -> stored ? answer : late(record, answer));
    }

    /**
     * The lease has ended. If nobody has begun since, the answer is recorded after all; else the record that stands is the
     * answer, so that no two answers are given for one key.
     */
    private CompletionStage<ApiResponse> late(ApiResponse record, CompletionStage<ApiResponse> answer) {
        return begin().thenCompose(claim -> claim instanceof Claim.Started again
                ? complete(again.token(), record).thenCompose(stored -> stored ? answer : lateAgain())
                : repeated(claim));
    }

    private static CompletionStage<ApiResponse> lateAgain() {
        return CompletableFuture.failedFuture(unavailable(new IllegalStateException("A lease ended at once, twice")));
    }

    /** Whether the answer may be given: also where nobody can tell, since the work is done. */
    private CompletionStage<Boolean> complete(FencingToken token, ApiResponse record) {
        return guarded(() -> settings.store()
                        .complete(token, record, settings.records().retention()))
                .exceptionally(failure -> warned("recorded", failure));
    }

    private CompletionStage<ApiResponse> abandoned(FencingToken token, Throwable failure) {
        return abandon(token).thenCompose(done -> CompletableFuture.failedFuture(failure));
    }

    /** Completes also where the store is away: the lease ends by itself. */
    private CompletionStage<Boolean> abandon(FencingToken token) {
        return guarded(() -> settings.store().abandon(token))
                .handle((done, failure) -> failure == null || warned("abandoned", failure));
    }

    private boolean warned(String what, Throwable failure) {
        if (settings.warnings().isDue()) {
            LoggerFactory.getLogger(IdempotencyFilter.class)
                    .warn("It is not known whether idempotent work was {}", what, failure);
        }
        return true;
    }

    private static <T extends @Nullable Object> CompletionStage<T> guarded(Supplier<CompletionStage<T>> call) {
        try {
            return Objects.requireNonNull(call.get(), "no stage");
        } catch (Throwable t) {
            return CompletableFuture.failedFuture(t);
        }
    }
}

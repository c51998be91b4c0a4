package dev.scalableapi.cache;

import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.internal.WarningPacer;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Calls of a store: bounded in time; their failures are counted, and logged at most once a minute. */
final class StoreCalls {
    private final String cache;
    private final TimeLimit limit;
    private final Timer timer;
    private final Counters counters;
    private final CacheTelemetry telemetry;
    private final WarningPacer warnings = WarningPacer.create();

    StoreCalls(String cache, Duration timeout, Timer timer, Counters counters, CacheTelemetry telemetry) {
        this.cache = cache;
        limit = new TimeLimit(timer, timeout);
        this.timer = timer;
        this.counters = counters;
        this.telemetry = telemetry;
    }

    <T> CompletableFuture<T> call(String name, Supplier<CompletionStage<T>> operation) {
        CompletableFuture<T> answer = limit.call(() -> telemetry.spanned(SpanKind.CLIENT, name, operation));
        return answer.whenComplete((value, failure) -> {
            if (failure != null) {
                failed("An operation failed.", failure);
            }
        });
    }

    void later(Duration delay, Runnable action) {
        timer.later(delay, action);
    }

    void foreignValue() {
        failed("It holds a value that cannot be read.", null);
    }

    /** Names the exception's class alone: what a codec says may quote the value. */
    void codecFailed(RuntimeException failure) {
        failed("The codec failed with " + failure.getClass().getName() + ".", null);
    }

    private void failed(String what, @Nullable Throwable failure) {
        counters.storeFailures.increment();
        if (warnings.isDue()) {
            LoggerFactory.getLogger(CacheAside.class)
                    .warn(
                            "The store of the cache {} counts as empty for some requests. {}",
                            cache,
                            what,
                            failure == null ? null : ApiPipeline.cause(failure));
        }
    }
}

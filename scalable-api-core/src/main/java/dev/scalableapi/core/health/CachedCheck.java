package dev.scalableapi.core.health;

import dev.scalableapi.core.http.ApiPipeline;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A check that runs once at a time and whose answer is kept for a while, so that probes cannot overload what it asks. */
final class CachedCheck {
    private static final Logger LOGGER = LoggerFactory.getLogger(HealthRegistry.class);

    /** So many timeouts after its start a check that never answered is given up, and asked again. */
    private static final int PATIENCE = 10;

    private final String name;
    private final HealthCheck check;
    private final Duration timeout;
    private final Duration validity;
    private final Clock clock;
    private final Object lock = new Object();
    private final AtomicReference<HealthStatus> logged = new AtomicReference<>(HealthStatus.UP);
    /** Guarded by the lock. */
    private @Nullable Run latest;

    CachedCheck(String name, HealthCheck check, Duration timeout, Duration validity, Clock clock) {
        this.name = name;
        this.check = check;
        this.timeout = timeout;
        this.validity = validity;
        this.clock = clock;
    }

    String name() {
        return name;
    }

    CompletableFuture<HealthStatus> status() {
        Run run;
        synchronized (lock) {
            run = latest;
            if (run != null && !isStale(run)) {
                return run.answer;
            }
            run = run();
            latest = run;
        }
        start(run.running);
        return run.answer;
    }

    private Run run() {
        CompletableFuture<HealthStatus> running = new CompletableFuture<>();
        return new Run(
                clock.instant(),
                running,
                running.copy()
                        .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                        .handle(this::known));
    }

    /** A run that timed out but goes on is not stale: a second one beside it would add to the load. */
    private boolean isStale(Run run) {
        Duration age = Duration.between(run.started, clock.instant());
        return run.running.isDone()
                ? run.answer.isDone() && age.compareTo(validity) >= 0
                : age.compareTo(timeout.multipliedBy(PATIENCE)) >= 0;
    }

    private void start(CompletableFuture<HealthStatus> running) {
        try {
            check.check().whenComplete((status, failure) -> {
                if (failure == null) {
                    running.complete(status);
                } else {
                    running.completeExceptionally(failure);
                }
            });
        } catch (Throwable failure) {
            running.completeExceptionally(failure);
        }
    }

    private HealthStatus known(@Nullable HealthStatus status, @Nullable Throwable failure) {
        HealthStatus known = status == null ? HealthStatus.DOWN : status;
        log(known, failure);
        return known;
    }

    /** A line for each change, not for each probe. */
    private void log(HealthStatus status, @Nullable Throwable failure) {
        if (logged.getAndSet(status) != status) {
            if (status == HealthStatus.UP) {
                LOGGER.info("Health check {} is up again", name);
            } else {
                LOGGER.warn("Health check {} is down", name, failure == null ? null : ApiPipeline.cause(failure));
            }
        }
    }

    /** One call of the check: {@code running} ends with it, {@code answer} at the timeout at the latest. */
    private record Run(
            Instant started, CompletableFuture<HealthStatus> running, CompletableFuture<HealthStatus> answer) {}
}

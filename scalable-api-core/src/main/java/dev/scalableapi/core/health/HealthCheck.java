package dev.scalableapi.core.health;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Asks one thing that the server needs, such as a database, whether it works. Implementations are thread-safe. */
@FunctionalInterface
public interface HealthCheck {
    /**
     * Asks, without blocking.
     *
     * @return completes with the answer; a failure counts as {@link HealthStatus#DOWN}
     */
    CompletionStage<HealthStatus> check();

    /**
     * {@return a check that blocks, such as a query by JDBC} It should have a timeout of its own, or it holds its thread.
     *
     * @param executor where to run; when it refuses, the answer is {@link HealthStatus#DOWN}
     * @param probe up unless it throws
     */
    static HealthCheck blocking(Executor executor, Probe probe) {
        return () -> {
            CompletableFuture<HealthStatus> answer = new CompletableFuture<>();
            executor.execute(() -> {
                try {
                    probe.run();
                    answer.complete(HealthStatus.UP);
                } catch (Throwable failure) {
                    answer.completeExceptionally(failure);
                }
            });
            return answer;
        };
    }

    /** Code that uses what it checks. */
    @FunctionalInterface
    interface Probe {
        /**
         * Returns if all is well.
         *
         * @throws Exception otherwise
         */
        void run() throws Exception;
    }
}

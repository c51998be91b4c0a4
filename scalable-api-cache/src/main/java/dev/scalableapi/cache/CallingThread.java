package dev.scalableapi.cache;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Runs what a cache wants done on the thread that waits for the cache's answer: it may block there, and nowhere else. What
 * comes once that thread has gone runs in the common pool.
 */
final class CallingThread implements Executor {
    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private boolean gone;

    @Override
    public void execute(Runnable task) {
        if (!isQueued(task)) {
            ForkJoinPool.commonPool().execute(task);
        }
    }

    private synchronized boolean isQueued(Runnable task) {
        return !gone && tasks.add(task);
    }

    /** Runs what comes until the answer is there, or the thread is interrupted. */
    void runUntil(CompletionStage<?> answer) {
        answer.whenComplete((value, failure) -> isQueued(() -> {}));
        try {
            while (!answer.toCompletableFuture().isDone()) {
                tasks.take().run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            leave();
        }
    }

    /** Others may wait for what is left. */
    private synchronized void leave() {
        gone = true;
        tasks.forEach(ForkJoinPool.commonPool()::execute);
    }
}

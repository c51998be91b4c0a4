package dev.scalableapi.auth.revocation;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A daemon thread that pulls, rests, and pulls again until it is closed. */
final class PullThread implements AutoCloseable {
    private final Pull pull;
    private final PullDelay delay;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "scalable-api-revocation");

    PullThread(Pull pull, PullDelay delay) {
        this.pull = pull;
        this.delay = delay;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            int failures = 0;
            do {
                failures = pull.run() ? 0 : failures + 1;
            } while (!isClosedAfter(failures));
        } catch (InterruptedException closed) {
            // This thread is nobody else's: it ends.
        }
    }

    private boolean isClosedAfter(int failures) throws InterruptedException {
        long nanos =
                delay.after(failures, ThreadLocalRandom.current().nextDouble()).toNanos();
        return closing.await(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        closing.countDown();
        thread.interrupt();
    }

    /** Says whether it worked, and throws nothing but what ends the thread. */
    @FunctionalInterface
    interface Pull {
        boolean run() throws InterruptedException;
    }
}

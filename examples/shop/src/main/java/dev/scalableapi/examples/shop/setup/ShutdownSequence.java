package dev.scalableapi.examples.shop.setup;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is to be closed when the shop ends, the newest first: so the server that takes requests, added last, drains while
 * the databases still answer. A resource that fails to close does not keep the others open. Thread-safe.
 */
public final class ShutdownSequence implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShutdownSequence.class);

    private final Deque<Step> steps = new ArrayDeque<>();
    private boolean closed;

    private record Step(String name, AutoCloseable resource) {}

    private ShutdownSequence() {}

    /** {@return a sequence that somebody closes} */
    public static ShutdownSequence create() {
        return new ShutdownSequence();
    }

    /** {@return a sequence that the JVM closes when it exits, on SIGTERM, and on Ctrl-C; closing it earlier is fine} */
    public static ShutdownSequence atExit() {
        ShutdownSequence sequence = new ShutdownSequence();
        Runtime.getRuntime().addShutdownHook(new Thread(sequence::close, "shop-shutdown"));
        return sequence;
    }

    /**
     * {@return the resource itself, now closed with the sequence}
     *
     * @param name for the log
     * @param resource best added before it is started, so that an exit in the middle of the start finds it
     * @param <T> its type
     * @throws IllegalStateException if the sequence is closed already; the resource is closed, too, then
     */
    public <T extends AutoCloseable> T closing(String name, T resource) {
        if (!add(new Step(name, resource))) {
            close(new Step(name, resource));
            throw new IllegalStateException("The shop is shutting down");
        }
        return resource;
    }

    private synchronized boolean add(Step step) {
        if (!closed) {
            steps.push(step);
        }
        return !closed;
    }

    /** Closes everything, once: a second caller waits until the first one is done. */
    @Override
    public synchronized void close() {
        closed = true;
        while (!steps.isEmpty()) {
            close(steps.pop());
        }
    }

    private static void close(Step step) {
        try {
            step.resource().close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("Interrupted while closing {}", step.name());
        } catch (Exception e) {
            LOG.warn("Could not close {}", step.name(), e);
        }
    }
}

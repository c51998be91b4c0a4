package dev.scalableapi.cache;

import java.util.concurrent.CompletableFuture;

/**
 * A nonce as this process knows it: its value, there or on its way. It is live until a change is heard of, or until it
 * is no longer listened for; what was made valid by it ends with it.
 */
final class Nonce extends CompletableFuture<String> {
    final String name;
    private volatile boolean live = true;
    private volatile long knownSince = System.nanoTime();
    private boolean doubted;

    Nonce(String name) {
        this.name = name;
    }

    static Nonce of(String name, String value) {
        Nonce nonce = new Nonce(name);
        nonce.complete(value);
        return nonce;
    }

    @Override
    public boolean complete(String value) {
        knownSince = isDone() ? knownSince : System.nanoTime();
        return super.complete(value);
    }

    /** Whether its value was known before a moment, as {@link System#nanoTime()} tells it. */
    boolean wasKnown(long nanoTime) {
        return isDone() && knownSince - nanoTime < 0;
    }

    boolean isLive() {
        return live;
    }

    /**
     * A change is heard of; gives whether a value is there, which ends then. One that is on its way may be older than the
     * change, or what the change made.
     */
    synchronized boolean changed() {
        if (!isDone()) {
            doubted = true;
            return false;
        }
        end();
        return true;
    }

    /** Completes it with what the store said; gives false, and does nothing, if a change was heard of since it was asked. */
    synchronized boolean completeUndoubted(String value) {
        boolean isCertain = !doubted;
        doubted = false;
        if (isCertain) {
            complete(value);
        }
        return isCertain;
    }

    /** Completes it, but at its end if it is in doubt. */
    synchronized void settle(String value) {
        if (doubted) {
            end();
        }
        complete(value);
    }

    void end() {
        live = false;
    }
}

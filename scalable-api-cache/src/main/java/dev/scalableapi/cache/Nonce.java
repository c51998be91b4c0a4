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

    void end() {
        live = false;
    }
}

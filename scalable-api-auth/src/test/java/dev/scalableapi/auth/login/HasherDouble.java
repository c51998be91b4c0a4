package dev.scalableapi.auth.login;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** Writes down what is asked of it, and may be held up. Its hashes begin with their version. */
final class HasherDouble implements PasswordHasher {
    private static final String NEW = "v2:";
    private static final String OLD = "v1:";
    private static final String DECOY = NEW + "decoy";

    private final Queue<String> work = new ConcurrentLinkedQueue<>();
    private volatile CountDownLatch gate = new CountDownLatch(0);

    /** What it did, in its order: that alone which takes time. */
    List<String> work() {
        return List.copyOf(work);
    }

    /** Lets nothing pass before the latch. */
    void holdUntil(CountDownLatch latch) {
        gate = latch;
    }

    static String oldHash(String password) {
        return OLD + password;
    }

    static String newHash(String password) {
        return NEW + password;
    }

    @Override
    public String hash(String password) {
        compute("hash");
        if (password.isEmpty()) {
            throw new IllegalArgumentException("No password");
        }
        return NEW + password;
    }

    @Override
    public boolean verify(String password, String stored) {
        if (!stored.startsWith("v")) {
            throw new IllegalArgumentException("Unknown format");
        }
        compute("verify");
        return stored.equals(OLD + password) || stored.equals(NEW + password);
    }

    private void compute(String what) {
        work.add(what);
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean needsRehash(String stored) {
        return !stored.startsWith(NEW);
    }

    @Override
    public String decoy() {
        return DECOY;
    }
}

package dev.scalableapi.core.internal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Says when a warning that could come with every request is due: the first time, and then at most once a minute.
 * Thread-safe and lock-free.
 */
public final class WarningPacer {
    private static final long INTERVAL = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier nanoTime;
    private final AtomicLong next;

    private WarningPacer(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        next = new AtomicLong(nanoTime.getAsLong());
    }

    /** {@return a pacer that goes by the system's clock} */
    public static WarningPacer create() {
        return new WarningPacer(System::nanoTime);
    }

    /**
     * {@return a pacer that goes by another clock}
     *
     * @param nanoTime counts nanoseconds from any origin
     */
    public static WarningPacer create(LongSupplier nanoTime) {
        return new WarningPacer(nanoTime);
    }

    /** {@return whether the warning is due, which true makes it not be for a minute} */
    public boolean isDue() {
        long now = nanoTime.getAsLong();
        long due = next.get();
        return now - due >= 0 && next.compareAndSet(due, now + INTERVAL);
    }
}

package dev.scalableapi.examples.shop.catalog;

import dev.scalableapi.messaging.jdbc.JdbcIdempotencyStore;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes the records of keys that have ended, again and again. Any number of instances can do so at once. */
public final class Pruning implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pruning.class);
    private static final int ROWS = 1_000;

    private final JdbcIdempotencyStore keys;
    private final ScheduledExecutorService timer;

    private Pruning(JdbcIdempotencyStore keys, ScheduledExecutorService timer) {
        this.keys = keys;
        this.timer = timer;
    }

    /**
     * Begins.
     *
     * @param period from one time to the next
     * @param keys whose records to delete
     * @return to be closed by the caller
     */
    public static Pruning every(Duration period, JdbcIdempotencyStore keys) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "shop-pruning");
            thread.setDaemon(true);
            return thread;
        });
        Pruning pruning = new Pruning(keys, timer);
        ScheduledFuture<?> unused = timer.scheduleWithFixedDelay(
                pruning::prune, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
        return pruning;
    }

    private void prune() {
        CompletionStage<Integer> deleted = keys.prune(ROWS);
        CompletionStage<Integer> unused = deleted.whenComplete((rows, failure) -> {
            if (failure != null) {
                LOG.warn("Records of keys that have ended could not be deleted", failure);
            } else if (rows == ROWS && !timer.isShutdown()) {
                prune();
            }
        });
    }

    /** Ends it; statements that run come to their end. */
    @Override
    public void close() {
        timer.shutdownNow();
    }
}

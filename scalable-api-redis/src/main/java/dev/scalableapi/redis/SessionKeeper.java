package dev.scalableapi.redis;

import dev.scalableapi.core.internal.WarningPacer;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The session on which commands are sent. A session that is lost or leads to the wrong node is closed, and another one
 * is opened in its place, which resolves the name of the Redis again. Attempts to connect are spread by a {@link
 * ConnectPace}, which the session shares with the connections that follow changes; the session has precedence.
 * Thread-safe.
 */
final class SessionKeeper {
    /** Interval at which the node is asked for its role. A replica answers reads, so errors do not reveal it. */
    private static final Duration ROLE_INTERVAL = Duration.ofSeconds(1);
    /** Interval at which a connection that must wait for the session, or for its turn, checks again. */
    private static final long TURN_MILLIS = 100;

    private final AtomicReference<@Nullable RedisSession> session = new AtomicReference<>();
    /** One for all connections to one Redis; on a cluster one for each node. */
    private final Map<String, ConnectPace> paces = new ConcurrentHashMap<>();

    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private final List<Runnable> replacementListeners = new CopyOnWriteArrayList<>();
    private final WarningPacer warnings = WarningPacer.create();
    private final RedisDriver driver;
    private final DelayedTasks tasks;
    private final Duration interval;

    private volatile boolean closed;

    /**
     * Does not connect yet.
     *
     * @param interval the shortest time between two attempts to connect
     */
    SessionKeeper(RedisDriver driver, DelayedTasks tasks, Duration interval) {
        this.driver = driver;
        this.tasks = tasks;
        this.interval = interval;
    }

    void start() {
        connectWhenDue();
        watchRole();
    }

    /** {@return the open session; null while there is none} */
    @Nullable RedisSession current() {
        return closed ? null : session.get();
    }

    private void connectWhenDue() {
        tasks.after(pace("").reserve(System.nanoTime()), TimeUnit.NANOSECONDS, this::connect);
    }

    private ConnectPace pace(String node) {
        return paces.computeIfAbsent(node, name -> new ConnectPace(interval, System.nanoTime()));
    }

    /** A session that opens while this is closed is closed by the driver. */
    private void connect() {
        if (closed) {
            return;
        }
        driver.connect().whenComplete((connected, failure) -> {
            if (failure == null) {
                session.set(connected);
                opened.complete(null);
                connected.onLost(() -> replace(connected, "it was lost"));
            } else if (!closed) {
                if (warnings.isDue()) {
                    LoggerFactory.getLogger(RedisConnection.class)
                            .warn("Redis can't be reached yet; trying again", failure);
                }
                connectWhenDue();
            }
        });
    }

    /** Asks all the time, so that the first read after a pause is not answered by a former primary. */
    private void watchRole() {
        tasks.after(ROLE_INTERVAL.toMillis(), TimeUnit.MILLISECONDS, () -> {
            RedisSession asked = current();
            if (asked != null) {
                asked.isMisdirected().thenAccept(misdirected -> {
                    if (misdirected) {
                        replace(asked, "the node is not the primary");
                    }
                });
            }
            if (!closed) {
                watchRole();
            }
        });
    }

    /**
     * Closes a session, and opens another one when an attempt is due. Does nothing if it has been replaced already, so
     * that any number of commands may fail at once.
     */
    void replace(RedisSession faulty, String reason) {
        if (!session.compareAndSet(faulty, null)) {
            return;
        }
        if (!closed && warnings.isDue()) {
            LoggerFactory.getLogger(RedisConnection.class).warn("The connection to Redis is replaced: {}", reason);
        }
        faulty.close();
        replacementListeners.forEach(Runnable::run);
        if (!closed) {
            connectWhenDue();
        }
    }

    /**
     * Registers a callback for the moment in which a session is given up. What was read on it may come from a node that
     * is no longer the primary.
     */
    Runnable onReplaced(Runnable listener) {
        replacementListeners.add(listener);
        return () -> replacementListeners.remove(listener);
    }

    /** Runs a task once the first session is open. */
    void whenOpened(Runnable task) {
        var unused = opened.thenRun(task);
    }

    /** Runs a task that connects to the master again, once there is a session and an attempt is due. */
    void whenDue(RedisURI master, Runnable task) {
        if (closed) {
            return;
        }
        if (session.get() != null && pace(driver.paceOf(master)).tryReserve(System.nanoTime())) {
            task.run();
        } else {
            tasks.after(TURN_MILLIS, TimeUnit.MILLISECONDS, () -> whenDue(master, task));
        }
    }

    /** The driver ends what is under way. */
    void close() {
        closed = true;
    }
}

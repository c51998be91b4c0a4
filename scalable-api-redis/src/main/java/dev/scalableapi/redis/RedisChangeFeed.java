package dev.scalableapi.redis;

import dev.scalableapi.core.cache.CacheStore;
import dev.scalableapi.core.cache.Epoch;
import dev.scalableapi.core.internal.WarningPacer;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners what all masters tell of changes. An epoch lives as long as each of them has proved, by answering, that
 * nothing it told before was lost: until the heartbeat timeout after the question was sent. So it ends by itself where
 * nobody can end it, as in a process that was stopped. Thread-safe; it has no thread of its own.
 */
final class RedisChangeFeed implements AutoCloseable {
    private static final int BEATS_A_TIMEOUT = 3;

    private final List<Registration> listeners = new CopyOnWriteArrayList<>();
    private final Map<RedisURI, NodeFeed> nodes = new HashMap<>();
    private final WarningPacer warnings = WarningPacer.create();
    private final RedisConnection redis;
    private final CacheKeys keys;
    private final Duration heartbeatTimeout;
    private final boolean tracking;
    private final Runnable replacements;

    private volatile Epoch epoch = Epoch.ended();
    private volatile boolean closed;
    /** The layout of the cluster for which the present nodes are right; that of one Redis never changes. */
    private @Nullable String layout;

    private boolean refreshing;

    /**
     * Begins.
     *
     * @param tracking whether Redis is asked for changes, rather than those who make them
     */
    RedisChangeFeed(RedisConnection redis, CacheKeys keys, Duration heartbeatTimeout, boolean tracking) {
        this.redis = redis;
        this.keys = keys;
        this.heartbeatTimeout = heartbeatTimeout;
        this.tracking = tracking;
        layout = redis.isCluster() ? null : "";
        replacements = redis.onReplaced(() -> present().forEach(NodeFeed::renew));
    }

    void start() {
        beat();
    }

    private void beat() {
        if (closed) {
            return;
        }
        try {
            followMasters();
            present().forEach(NodeFeed::beat);
        } finally {
            redis.later(Math.max(1, heartbeatTimeout.toMillis() / BEATS_A_TIMEOUT), this::beat);
        }
    }

    /** A change of the masters is a doubt: who is new may have told what nobody heard. */
    private synchronized void followMasters() {
        Set<RedisURI> masters = closed ? Set.of() : new HashSet<>(redis.masters());
        if (nodes.keySet().equals(masters)) {
            return;
        }
        epoch.end();
        nodes.entrySet().removeIf(node -> {
            boolean gone = !masters.contains(node.getKey());
            if (gone) {
                node.getValue().close();
            }
            return gone;
        });
        masters.forEach(master -> nodes.computeIfAbsent(master, this::opened));
    }

    private NodeFeed opened(RedisURI master) {
        NodeFeed node = new NodeFeed(this, redis, master);
        redis.whenOpened(node::open);
        return node;
    }

    private synchronized List<NodeFeed> present() {
        return List.copyOf(nodes.values());
    }

    /** For the nodes: something has become of one. */
    void reconsider() {
        if (beginsEpoch(System.nanoTime())) {
            tell(CacheStore.Listener::epochBegan);
        }
    }

    private synchronized boolean beginsEpoch(long now) {
        long until =
                nodes.values().stream().mapToLong(NodeFeed::provenUntil).min().orElse(NodeFeed.UNPROVEN);
        if (closed || until <= now || !isLayoutKnown()) {
            epoch.end();
            return false;
        }
        if (epoch.extend(now, until)) {
            return false;
        }
        epoch = Epoch.until(until);
        return true;
    }

    /** Masters that disagree, or agree on something new, are a doubt until the map of the cluster was read anew. */
    private boolean isLayoutKnown() {
        List<String> layouts =
                nodes.values().stream().map(NodeFeed::layout).distinct().toList();
        if (layouts.size() != 1) {
            return false;
        }
        String agreed = layouts.get(0);
        if (agreed.equals(layout)) {
            return true;
        }
        refresh(agreed);
        return agreed.equals(layout);
    }

    private void refresh(String agreed) {
        if (refreshing) {
            return;
        }
        refreshing = true;
        redis.refreshMasters().whenComplete((done, failure) -> refreshed(failure == null ? agreed : null));
    }

    private void refreshed(@Nullable String agreed) {
        synchronized (this) {
            refreshing = false;
            layout = agreed;
        }
        followMasters();
        reconsider();
    }

    /** For the nodes: a key has changed. */
    void changed(byte[] key) {
        tell(listener -> keys.tell(key, listener));
    }

    /** One that throws keeps nothing from the others. */
    private void tell(Consumer<CacheStore.Listener> event) {
        for (Registration registration : listeners) {
            try {
                event.accept(registration.listener);
            } catch (RuntimeException e) {
                warn("A listener to changes has failed", e);
            }
        }
    }

    /** For the nodes. */
    void warn(String message, @Nullable Throwable cause) {
        if (!closed && warnings.isDue()) {
            LoggerFactory.getLogger(RedisCacheStore.class).warn(message, cause);
        }
    }

    Epoch epoch() {
        return epoch;
    }

    Runnable listen(CacheStore.Listener listener) {
        Registration registration = new Registration(listener);
        listeners.add(registration);
        return () -> listeners.remove(registration);
    }

    Duration heartbeatTimeout() {
        return heartbeatTimeout;
    }

    boolean isTracking() {
        return tracking;
    }

    CacheKeys keys() {
        return keys;
    }

    @Override
    public void close() {
        closed = true;
        replacements.run();
        followMasters();
    }

    /** One for each call of {@code listen}, also with the same listener. */
    private static final class Registration {
        final CacheStore.Listener listener;

        Registration(CacheStore.Listener listener) {
            this.listener = listener;
        }
    }
}

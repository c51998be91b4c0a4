package dev.scalableapi.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.push.PushListener;
import io.lettuce.core.api.push.PushMessage;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.pubsub.api.async.RedisPubSubAsyncCommands;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What one Redis tells of changes, over a connection of its own. At the first doubt the connection is replaced, never
 * waited for: so there is one way to a state that is known, and what lettuce does on its own does not matter.
 * Thread-safe.
 */
final class NodeFeed implements AutoCloseable {
    static final long UNPROVEN = Long.MIN_VALUE;

    private static final long REFUSED_MILLIS = 30_000;

    private final AtomicReference<@Nullable Session> session = new AtomicReference<>();
    /** How often the connection for commands has been replaced. */
    private final AtomicInteger renewals = new AtomicInteger();

    private final RedisChangeFeed feed;
    private final RedisConnection redis;
    private final RedisURI master;
    private final long timeout;

    private volatile long provenUntil = UNPROVEN;
    private volatile String layout = "";
    private volatile boolean closed;

    NodeFeed(RedisChangeFeed feed, RedisConnection redis, RedisURI master) {
        this.feed = feed;
        this.redis = redis;
        this.master = master;
        timeout = feed.heartbeatTimeout().toNanos();
    }

    void open() {
        if (closed) {
            return;
        }
        int begun = renewals.get();
        redis.listen(master).whenComplete((connection, failure) -> {
            if (failure == null) {
                adopt(new Session(connection), begun);
            } else {
                retry(failure);
            }
        });
    }

    private void adopt(Session opened, int begun) {
        session.set(opened);
        opened.arm();
        if (closed) {
            lose(opened);
        } else if (renewals.get() != begun) {
            renew(opened);
        }
    }

    /** A node that does not serve now may do so soon; a right or a command that it lacks takes longer. */
    private void retry(Throwable failure) {
        boolean refused = ReplyFault.isErrorReply(failure) && ReplyFault.of(failure) == ReplyFault.COMMAND;
        feed.warn(
                refused
                        ? "Redis refuses what it takes to learn of changes: near caches are bypassed"
                        : "Changes in Redis can't be followed now: near caches are bypassed; trying again",
                failure);
        redis.later(refused ? REFUSED_MILLIS : 0, () -> redis.whenDue(master, this::open));
    }

    /** Until when it is proved that nothing was lost, as {@link System#nanoTime()} tells it. */
    long provenUntil() {
        return provenUntil;
    }

    /** What the node believes of its cluster; the same text for the same belief. */
    String layout() {
        return layout;
    }

    /** Asks for another proof, in time. */
    void beat() {
        Session current = session.get();
        if (current == null) {
            return;
        }
        if (System.nanoTime() - current.aliveUntil > 0) {
            lose(current, new IllegalStateException("Redis has not answered within the heartbeat timeout"));
        } else {
            current.ping();
        }
    }

    /** Replaces the connection: the node that it leads to may not be the one that commands are sent to. */
    void renew() {
        renewals.incrementAndGet();
        Session current = session.get();
        if (current != null) {
            renew(current);
        }
    }

    private void renew(Session former) {
        lose(former, new IllegalStateException("The connection for commands was replaced"));
    }

    private void lose(Session lost, Throwable failure) {
        if (lose(lost)) {
            retry(failure);
        }
    }

    private boolean lose(Session lost) {
        synchronized (this) {
            if (!session.compareAndSet(lost, null)) {
                return false;
            }
            provenUntil = UNPROVEN;
        }
        feed.reconsider();
        lost.close();
        return !closed;
    }

    @Override
    public void close() {
        closed = true;
        Session current = session.get();
        if (current != null) {
            lose(current);
        }
    }

    /** Called by the event loop of its connection, in the order in which Redis sends. */
    private final class Session extends RedisPubSubAdapter<byte[], byte[]>
            implements PushListener, RedisConnectionStateListener {
        private final StatefulRedisPubSubConnection<byte[], byte[]> connection;
        private volatile long aliveUntil = System.nanoTime() + timeout;
        private volatile long notBefore = System.nanoTime();
        private volatile CompletableFuture<Void> armed = new CompletableFuture<>();
        private volatile boolean reportsRole = true;

        Session(StatefulRedisPubSubConnection<byte[], byte[]> connection) {
            this.connection = connection;
        }

        void arm() {
            connection.addListener((RedisConnectionStateListener) this);
            connection.addListener((PushListener) this);
            connection.addListener((RedisPubSubListener<byte[], byte[]>) this);
            RedisPubSubAsyncCommands<byte[], byte[]> commands = connection.async();
            armed = CompletableFuture.allOf(
                    tracked(commands).toCompletableFuture(),
                    commands.subscribe(feed.keys().channel()).toCompletableFuture());
            ping();
            armed.exceptionally(failure -> {
                lose(this, failure);
                return null;
            });
        }

        private CompletionStage<String> tracked(RedisPubSubAsyncCommands<byte[], byte[]> commands) {
            return feed.isTracking()
                    ? commands.clientTracking(TrackingArgs.Builder.enabled()
                            .bcast()
                            .prefixes(feed.keys().trackedPrefixes()))
                    : CompletableFuture.completedFuture("");
        }

        /** What was told before the answer has been heard when the answer is. */
        void ping() {
            long sent = System.nanoTime();
            RedisPubSubAsyncCommands<byte[], byte[]> commands = connection.async();
            CompletionStage<Void> believed = redis.isCluster()
                    ? commands.clusterInfo().thenAccept(info -> layout = ClusterLayout.of(info))
                    : CompletableFuture.completedFuture(null);
            CompletionStage<NodeRole> role = role(commands);
            // A layout that is refused, and a node that does not serve, leave nothing proved.
            commands.ping()
                    .handle(Session::answered)
                    .thenCompose(answer -> answer)
                    .thenCombine(believed, (answer, known) -> sent)
                    .thenCombine(role, this::judge)
                    .exceptionally(failure -> {
                        if (ReplyFault.of(failure) == ReplyFault.MISDIRECTED) {
                            lose(this, failure);
                        }
                        return null;
                    });
        }

        /** Redis rejects a PING while it rejects writes (MISCONF), or for lack of a right; that is an answer too. */
        private static CompletionStage<Void> answered(@Nullable String pong, @Nullable Throwable failure) {
            return failure == null || Breaker.isAnswer(failure)
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(failure);
        }

        /** Without HELLO, a replica is recognized only when a command on the other connection meets it. */
        private CompletionStage<NodeRole> role(RedisPubSubAsyncCommands<byte[], byte[]> commands) {
            return reportsRole ? NodeRole.ask(commands) : CompletableFuture.completedFuture(NodeRole.UNKNOWN);
        }

        private @Nullable Void judge(long sent, NodeRole role) {
            reportsRole = role != NodeRole.UNKNOWN;
            if (role == NodeRole.REPLICA) {
                lose(this, new IllegalStateException("The node is a replica, not the primary"));
            } else {
                proved(sent);
            }
            return null;
        }

        private void proved(long sent) {
            synchronized (NodeFeed.this) {
                boolean isArmed = armed.isDone() && !armed.isCompletedExceptionally();
                if (session.get() != this || !isArmed || sent - notBefore < 0) {
                    return;
                }
                aliveUntil = sent + timeout;
                provenUntil = Math.max(provenUntil, aliveUntil);
            }
            feed.reconsider();
        }

        CompletionStage<Void> close() {
            return connection.closeAsync();
        }

        @Override
        public void onPushMessage(PushMessage message) {
            if (!message.getType().equals("invalidate")) {
                return;
            }
            if (message.getContent().get(1) instanceof List<?> keys) {
                keys.forEach(key -> feed.changed(bytes((ByteBuffer) key)));
            } else {
                flushed();
            }
        }

        private static byte[] bytes(ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }

        /** Everything is gone, which is told of no key. */
        private void flushed() {
            synchronized (NodeFeed.this) {
                notBefore = System.nanoTime();
                provenUntil = UNPROVEN;
            }
            feed.reconsider();
            ping();
        }

        @Override
        public void message(byte[] channel, byte[] message) {
            feed.changed(message);
        }

        @Override
        public void onRedisDisconnected(RedisChannelHandler<?, ?> disconnected) {
            lose(this, new IllegalStateException("The connection is lost"));
        }

        @Override
        public void onRedisExceptionCaught(RedisChannelHandler<?, ?> failing, Throwable cause) {
            lose(this, cause);
        }
    }
}

package dev.scalableapi.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One Redis, or the master that Sentinels name. Each attempt to connect resolves the name, or asks the Sentinels,
 * again. A connection that is lost is closed before lettuce reconnects it, so that all attempts are spread by {@link
 * SessionKeeper}.
 */
final class SingleDriver implements RedisDriver {
    private final RedisURI uri;
    private final RedisClient client;

    SingleDriver(RedisURI uri, ClientOptions options, ClientResources resources) {
        this.uri = uri;
        client = RedisClient.create(resources, uri);
        client.setOptions(options);
    }

    @Override
    public CompletionStage<RedisSession> connect() {
        try {
            return client.connectAsync(ByteArrayCodec.INSTANCE, uri).thenCompose(SingleDriver::unlessMisdirected);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static CompletionStage<RedisSession> unlessMisdirected(StatefulRedisConnection<byte[], byte[]> connection) {
        Session opened = new Session(connection);
        return opened.isMisdirected()
                .thenCompose(misdirected -> misdirected
                        ? opened.close().thenCompose(done -> Refusal.because("The node is a replica, not the primary"))
                        : CompletableFuture.completedFuture(opened));
    }

    @Override
    public List<RedisURI> masters() {
        return List.of(uri);
    }

    @Override
    public CompletionStage<Void> refreshMasters() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>> listen(RedisURI master) {
        try {
            return client.connectPubSubAsync(ByteArrayCodec.INSTANCE, master);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public String paceOf(RedisURI master) {
        return "";
    }

    @Override
    public void shutdown() {
        client.shutdown(Duration.ZERO, RedisConnection.LONGEST_CLOSE);
    }

    private static final class Session implements RedisSession, RedisConnectionStateListener {
        private final StatefulRedisConnection<byte[], byte[]> connection;
        private volatile Runnable lost = () -> {};
        private volatile boolean reportsRole = true;

        Session(StatefulRedisConnection<byte[], byte[]> connection) {
            this.connection = connection;
        }

        @Override
        public RedisClusterAsyncCommands<byte[], byte[]> commands() {
            return connection.async();
        }

        @Override
        public String node(byte[] key) {
            return "";
        }

        @Override
        public CompletionStage<?> ping(String node) {
            return connection.async().ping();
        }

        @Override
        public boolean isReplaceable() {
            return true;
        }

        @Override
        public CompletionStage<Boolean> isMisdirected() {
            return reportsRole
                    ? NodeRole.ask(connection.async()).handle(this::isMisdirected)
                    : CompletableFuture.completedFuture(false);
        }

        private boolean isMisdirected(@Nullable NodeRole role, @Nullable Throwable failure) {
            reportsRole = role != NodeRole.UNKNOWN;
            return failure == null ? role == NodeRole.REPLICA : ReplyFault.of(failure) == ReplyFault.MISDIRECTED;
        }

        @Override
        public void onLost(Runnable listener) {
            lost = listener;
            connection.addListener(this);
            if (!connection.isOpen()) {
                listener.run();
            }
        }

        @Override
        public void onRedisDisconnected(RedisChannelHandler<?, ?> disconnected) {
            lost.run();
        }

        @Override
        public void refresh() {
            // Its name is resolved when it is replaced.
        }

        @Override
        public CompletionStage<Void> close() {
            return connection.closeAsync();
        }
    }
}

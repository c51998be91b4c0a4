package dev.scalableapi.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
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

/** One Redis, or the master that Sentinels name: they are asked for it at each connecting. */
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
            return client.connectAsync(ByteArrayCodec.INSTANCE, uri).thenApply(Session::new);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
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
    public void shutdown() {
        client.shutdown(Duration.ZERO, RedisConnection.LONGEST_CLOSE);
    }

    private record Session(StatefulRedisConnection<byte[], byte[]> connection) implements RedisSession {
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
        public CompletionStage<Void> close() {
            return connection.closeAsync();
        }
    }
}

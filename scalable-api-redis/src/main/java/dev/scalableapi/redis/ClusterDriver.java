package dev.scalableapi.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode.NodeFlag;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The masters of a Redis Cluster. Its map of the slots is read anew as it turns out to be wrong, and every 15 seconds, and
 * then all masters are connected to, for a command to one that is not is refused.
 */
final class ClusterDriver implements RedisDriver {
    private final Client client;
    /** For connections that are to one master, whatever becomes of it. */
    private final RedisClient listening;

    private final RedisURI seed;

    ClusterDriver(List<RedisURI> seeds, ClientOptions options, ClientResources resources) {
        seed = seeds.get(0);
        listening = RedisClient.create(resources);
        listening.setOptions(options);
        client = new Client(resources, seeds);
        client.setOptions(ClusterClientOptions.builder(options)
                // What turns out to be wrong leads to a refresh by default.
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .adaptiveRefreshTriggersTimeout(Duration.ofSeconds(1))
                        .refreshTriggersReconnectAttempts(2)
                        .enablePeriodicRefresh(Duration.ofSeconds(15))
                        .build())
                // A redirection may come from a node that knows more than the map.
                .validateClusterNodeMembership(false)
                .build());
    }

    @Override
    public CompletionStage<RedisSession> connect() {
        try {
            return client.refreshPartitionsAsync()
                    .thenCompose(known -> client.connectAsync(ByteArrayCodec.INSTANCE))
                    .thenCompose(client::adopt);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public List<RedisURI> masters() {
        Session current = client.session;
        return current == null
                ? List.of()
                : current.connection.getPartitions().stream()
                        .filter(node -> node.is(NodeFlag.UPSTREAM) && !node.hasNoSlots())
                        .map(RedisClusterNode::getUri)
                        .toList();
    }

    @Override
    public CompletionStage<Void> refreshMasters() {
        return client.refreshPartitionsAsync();
    }

    @Override
    public CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>> listen(RedisURI master) {
        try {
            // The map of the cluster has addresses alone; how to connect stands in a seed.
            RedisURI uri = RedisURI.builder(seed)
                    .withHost(master.getHost())
                    .withPort(master.getPort())
                    .build();
            return listening.connectPubSubAsync(ByteArrayCodec.INSTANCE, uri);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public String paceOf(RedisURI master) {
        return master.getHost() + ':' + master.getPort();
    }

    @Override
    public void shutdown() {
        listening.shutdown(Duration.ZERO, RedisConnection.LONGEST_CLOSE);
        client.shutdown(Duration.ZERO, RedisConnection.LONGEST_CLOSE);
    }

    private static final class Client extends RedisClusterClient {
        private static final long REFRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
        private static final Duration RECONNECT_INTERVAL = Duration.ofSeconds(1);

        private final Map<String, ConnectPace> paces = new ConcurrentHashMap<>();
        private final AtomicLong nextRefresh = new AtomicLong(System.nanoTime());
        private volatile @Nullable Session session;

        Client(ClientResources resources, List<RedisURI> seeds) {
            super(resources, seeds);
        }

        /** The first map and each later one end here, whatever asked for them. */
        @Override
        public CompletionStage<Void> refreshPartitionsAsync() {
            return super.refreshPartitionsAsync().thenRun(() -> {
                Session current = session;
                if (current != null) {
                    current.connectToMasters();
                }
            });
        }

        /** A master that hangs redirects nobody to its successor. */
        void refreshIfDue() {
            long now = System.nanoTime();
            long due = nextRefresh.get();
            if (now - due >= 0 && nextRefresh.compareAndSet(due, now + REFRESH_NANOS)) {
                refreshPartitionsAsync();
            }
        }

        /** Has the node close its connection, which lettuce opens again with a new login. */
        void reconnect(RedisClusterNode master, StatefulRedisConnection<byte[], byte[]> connection) {
            ConnectPace pace = paces.computeIfAbsent(
                    master.getNodeId(), id -> new ConnectPace(RECONNECT_INTERVAL, System.nanoTime()));
            if (pace.tryReserve(System.nanoTime())) {
                var unused = connection.async().quit();
            }
        }

        /** Waits for the masters, but goes without those that can't be reached. */
        CompletionStage<RedisSession> adopt(StatefulRedisClusterConnection<byte[], byte[]> connection) {
            Session opened = new Session(connection, this);
            session = opened;
            return opened.connectToMasters().handle((done, failure) -> opened);
        }
    }

    private record Session(StatefulRedisClusterConnection<byte[], byte[]> connection, Client client)
            implements RedisSession {
        private static final String DOWN = "cluster_state:fail";

        @Override
        public RedisClusterAsyncCommands<byte[], byte[]> commands() {
            return connection.async();
        }

        @Override
        public String node(byte[] key) {
            RedisClusterNode master = connection.getPartitions().getMasterBySlot(SlotHash.getSlot(key));
            return master == null ? "" : master.getNodeId();
        }

        @Override
        public CompletionStage<?> ping(String node) {
            return CompletableFuture.allOf(masters().stream()
                    .filter(master -> node.isEmpty() || master.getNodeId().equals(node))
                    .map(this::ping)
                    .toArray(CompletableFuture<?>[]::new));
        }

        /** A node of a cluster that is down answers a PING. */
        private CompletableFuture<String> ping(RedisClusterNode master) {
            return connection(master)
                    .thenCompose(open -> open.async()
                            .clusterInfo()
                            .thenApply(Session::serving)
                            .whenComplete((info, failure) -> {
                                if (failure != null && ReplyFault.of(failure) == ReplyFault.MISDIRECTED) {
                                    client.reconnect(master, open);
                                }
                            }))
                    .whenComplete((pong, failure) -> {
                        if (failure != null) {
                            refresh();
                        }
                    });
        }

        private static String serving(String info) {
            if (info.contains(DOWN)) {
                throw new RedisException("The cluster is down");
            }
            return info;
        }

        @Override
        public void refresh() {
            client.refreshIfDue();
        }

        CompletionStage<Void> connectToMasters() {
            return CompletableFuture.allOf(
                    masters().stream().map(this::connection).toArray(CompletableFuture<?>[]::new));
        }

        /** Without those that the cluster has given up: it tells for itself what it can't do without them. */
        private List<RedisClusterNode> masters() {
            return connection.getPartitions().stream()
                    .filter(node -> node.is(NodeFlag.UPSTREAM) && !node.hasNoSlots() && !node.is(NodeFlag.FAIL))
                    .toList();
        }

        /** By its address, as commands look for it. */
        private CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connection(RedisClusterNode master) {
            RedisURI uri = master.getUri();
            try {
                return connection.getConnectionAsync(uri.getHost(), uri.getPort());
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        @Override
        public boolean isReplaceable() {
            return false;
        }

        /** A node that is no longer a master redirects; the map of the cluster shows it. */
        @Override
        public CompletionStage<Boolean> isMisdirected() {
            return CompletableFuture.completedFuture(false);
        }

        @Override
        public void onLost(Runnable listener) {
            // Lettuce reconnects each node.
        }

        @Override
        public CompletionStage<Void> close() {
            return connection.closeAsync();
        }
    }
}

package dev.scalableapi.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.concurrent.CompletionStage;

/** An open connection, to one Redis or to the nodes of a cluster. Thread-safe. */
interface RedisSession {
    RedisClusterAsyncCommands<byte[], byte[]> commands();

    /** The node that is now in charge of a key, by whatever name it has; empty for one Redis. */
    String node(byte[] key);

    /** Completes when the node answers, or is in charge of nothing any more; without a node, when all do. */
    CompletionStage<?> ping(String node);

    /**
     * Whether a node that is at fault is helped by a new session. A cluster's session reconnects each node by itself.
     */
    boolean isReplaceable();

    /**
     * Completes with whether the node reports that it is a replica, or that this connection has no login. Never fails.
     */
    CompletionStage<Boolean> isMisdirected();

    /** Calls back when the connection is lost and does not come back by itself; at once if it is lost already. */
    void onLost(Runnable listener);

    /** Looks for the present masters, as a node has answered that it does not serve. Does nothing for one Redis. */
    void refresh();

    /** Ends what is under way with a failure. */
    CompletionStage<Void> close();
}

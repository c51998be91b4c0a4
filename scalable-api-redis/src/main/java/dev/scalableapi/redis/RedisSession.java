package dev.scalableapi.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.concurrent.CompletionStage;

/** An open connection, to one Redis or to the nodes of a cluster; lettuce opens it again when it breaks. Thread-safe. */
interface RedisSession {
    RedisClusterAsyncCommands<byte[], byte[]> commands();

    /** The node that is now in charge of a key, by whatever name it has; none for one Redis alone. */
    String node(byte[] key);

    /** Completes when the node answers, or is in charge of nothing any more; of no node, when all do. */
    CompletionStage<?> ping(String node);

    /** Whether a new session that opens proves that the Redis answers. */
    boolean isReplaceable();

    /** Ends what is under way with a failure. */
    CompletionStage<Void> close();
}

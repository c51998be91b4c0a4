package dev.scalableapi.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** One of lettuce's two clients. Thread-safe. */
sealed interface RedisDriver permits SingleDriver, ClusterDriver {
    /** Opens a session; fails within a bounded time, also if the node that answers is a replica. */
    CompletionStage<RedisSession> connect();

    /** {@return the masters as far as they are known now} */
    List<RedisURI> masters();

    /** Finds out anew which masters there are. */
    CompletionStage<Void> refreshMasters();

    /** Opens a connection to one of the masters for what it tells of itself; fails within a bounded time. */
    CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>> listen(RedisURI master);

    /** {@return what names the master among those whose connections share a pace; empty for one Redis} */
    String paceOf(RedisURI master);

    /** Closes all sessions, and ends what is under way with a failure. */
    void shutdown();
}

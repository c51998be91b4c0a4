package dev.scalableapi.redis;

import java.util.concurrent.CompletionStage;

/** One of lettuce's two clients. Thread-safe. */
sealed interface RedisDriver permits SingleDriver, ClusterDriver {
    /** Opens a session; fails within a bounded time. */
    CompletionStage<RedisSession> connect();

    /** Closes all sessions, and ends what is under way with a failure. */
    void shutdown();
}

package dev.scalableapi.redis;

import io.lettuce.core.api.async.BaseRedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.GenericMapOutput;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The role of a Redis as it reports it now. */
enum NodeRole {
    PRIMARY,
    REPLICA,
    /** The server has no HELLO (Redis 5 and earlier, some proxies), or its reply contains no role. */
    UNKNOWN;

    /** Asks with HELLO, which changes nothing without arguments. The stage fails if there is no reply. */
    static CompletionStage<NodeRole> ask(BaseRedisAsyncCommands<byte[], byte[]> commands) {
        try {
            return commands.dispatch(CommandType.HELLO, new GenericMapOutput<>(ByteArrayCodec.INSTANCE))
                    .handle((reply, failure) ->
                            failure == null ? CompletableFuture.completedFuture(of(reply)) : unlessRefused(failure))
                    .thenCompose(role -> role);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static CompletableFuture<NodeRole> unlessRefused(Throwable failure) {
        return ReplyFault.isErrorReply(failure) && ReplyFault.of(failure) == ReplyFault.COMMAND
                ? CompletableFuture.completedFuture(UNKNOWN)
                : CompletableFuture.failedFuture(failure);
    }

    private static NodeRole of(Map<byte[], Object> reply) {
        for (Map.Entry<byte[], Object> entry : reply.entrySet()) {
            if (text(entry.getKey()).equals("role")) {
                return of(text(entry.getValue()));
            }
        }
        return UNKNOWN;
    }

    private static NodeRole of(String role) {
        return switch (role) {
            case "master", "primary" -> PRIMARY;
            case "replica", "slave" -> REPLICA;
            default -> UNKNOWN;
        };
    }

    private static String text(@Nullable Object value) {
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.US_ASCII) : String.valueOf(value);
    }
}

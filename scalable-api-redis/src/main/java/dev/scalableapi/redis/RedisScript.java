package dev.scalableapi.redis;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.RedisCommand;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * A Lua script on one key, which answers with a list. It is sent by its digest, and by its text where the Redis does not
 * know it: after a restart, a failover or SCRIPT FLUSH. Immutable and thread-safe.
 */
final class RedisScript {
    private final byte[] text;
    private final String digest;

    private RedisScript(byte[] text, String digest) {
        this.text = text;
        this.digest = digest;
    }

    static RedisScript of(String text) {
        byte[] bytes = bytes(text);
        try {
            byte[] sha1 = MessageDigest.getInstance("SHA-1").digest(bytes);
            return new RedisScript(bytes, HexFormat.of().formatHex(sha1));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JVM has no SHA-1", e);
        }
    }

    /** Whether a command runs a script. */
    static boolean isRun(RedisCommand<?, ?, ?> command) {
        return command.getType() == CommandType.EVALSHA || command.getType() == CommandType.EVAL;
    }

    CompletionStage<List<Object>> run(RedisLink link, String key, List<String> arguments) {
        byte[][] keys = {bytes(key)};
        byte[][] values = arguments.stream().map(RedisScript::bytes).toArray(byte[][]::new);
        CompletionStage<List<Object>> answer =
                link.call(redis -> redis.evalsha(digest, ScriptOutputType.MULTI, keys, values));
        return answer.exceptionallyCompose(failure -> failure instanceof RedisNoScriptException
                ? link.call(redis -> redis.eval(text, ScriptOutputType.MULTI, keys, values))
                : CompletableFuture.failedFuture(failure));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The arguments of a call, each as its text. */
    static List<String> arguments(Object... arguments) {
        return Stream.of(arguments).map(String::valueOf).toList();
    }
}

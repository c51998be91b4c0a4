package dev.scalableapi.redis;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * A Lua script, which answers with a list. It is sent by its digest, and by its text where the Redis does not know it: after
 * a restart, a failover or SCRIPT FLUSH. Immutable and thread-safe.
 *
 * <p>Scripts that one thread sends on one key are run in that order where the Redis knows them. A script that it does not
 * know is sent again, by its text, behind what was sent meanwhile: of two the first may run last, once. Where the order
 * matters, send the second when the first has completed.
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

    /**
     * Runs it.
     *
     * @param keys at least one; on a cluster all of one slot
     * @param arguments must not be changed afterwards
     */
    CompletionStage<List<Object>> run(RedisConnection redis, List<byte[]> keys, List<byte[]> arguments) {
        byte[] first = keys.get(0);
        byte[][] names = keys.toArray(byte[][]::new);
        byte[][] values = arguments.toArray(byte[][]::new);
        CompletionStage<List<Object>> answer =
                redis.call(first, commands -> commands.evalsha(digest, ScriptOutputType.MULTI, names, values));
        return answer.exceptionallyCompose(failure -> isUnknown(failure)
                ? redis.call(first, commands -> commands.eval(text, ScriptOutputType.MULTI, names, values))
                : CompletableFuture.failedFuture(failure));
    }

    /** With text alone. */
    CompletionStage<List<Object>> run(RedisConnection redis, String key, List<String> arguments) {
        return run(
                redis,
                List.of(bytes(key)),
                arguments.stream().map(RedisScript::bytes).toList());
    }

    private static boolean isUnknown(Throwable failure) {
        return (failure instanceof CompletionException ? failure.getCause() : failure)
                instanceof RedisNoScriptException;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The arguments of a call, each as its text. */
    static List<String> arguments(Object... arguments) {
        return Stream.of(arguments).map(String::valueOf).toList();
    }
}

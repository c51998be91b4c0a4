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
 * A Lua script, which answers with a list. It is sent by its text until it has run once, then by its digest, and again by
 * its text where the Redis no longer knows it: after a restart, a failover or SCRIPT FLUSH. Thread-safe.
 *
 * <p>Scripts that one thread sends on one key are run in that order where the Redis knows them. A script that it no longer
 * knows is sent again, by its text, behind what was sent meanwhile: of two the first may run last, once. Where the order
 * matters, send the second when the first has completed, or run it {@link #runInOrder in order}.
 */
final class RedisScript {
    private final byte[] text;
    private final String digest;
    /** What is sent twice is overtaken by what is sent meanwhile; so not at the start, when it would happen to all. */
    private volatile boolean known;

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
        byte[][] names = keys.toArray(byte[][]::new);
        byte[][] values = arguments.toArray(byte[][]::new);
        return known ? byDigest(redis, names, values) : byText(redis, names, values);
    }

    private CompletionStage<List<Object>> byDigest(RedisConnection redis, byte[][] keys, byte[][] arguments) {
        CompletionStage<List<Object>> answer =
                redis.call(keys[0], commands -> commands.evalsha(digest, ScriptOutputType.MULTI, keys, arguments));
        return answer.exceptionallyCompose(failure -> {
            if (isUnknown(failure)) {
                known = false;
                return byText(redis, keys, arguments);
            }
            return CompletableFuture.failedFuture(failure);
        });
    }

    private CompletionStage<List<Object>> byText(RedisConnection redis, byte[][] keys, byte[][] arguments) {
        CompletionStage<List<Object>> answer =
                redis.call(keys[0], commands -> commands.eval(text, ScriptOutputType.MULTI, keys, arguments));
        return answer.thenApply(reply -> {
            known = true;
            return reply;
        });
    }

    /** Runs it by its text, which costs its length, but never is overtaken by what the same thread sends later. */
    CompletionStage<List<Object>> runInOrder(RedisConnection redis, List<byte[]> keys, List<byte[]> arguments) {
        return byText(redis, keys.toArray(byte[][]::new), arguments.toArray(byte[][]::new));
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

package dev.scalableapi.redis;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * A Lua script, which answers with a list. It is sent by its text until it has run once, then by its digest, and again by
 * its text where the Redis no longer knows it: after a restart, a failover or SCRIPT FLUSH. Thread-safe.
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

    CompletionStage<List<Object>> run(RedisLink link, List<byte[]> keys, List<byte[]> arguments) {
        byte[][] names = keys.toArray(byte[][]::new);
        byte[][] values = arguments.toArray(byte[][]::new);
        return known ? byDigest(link, names, values) : byText(link, names, values);
    }

    private CompletionStage<List<Object>> byDigest(RedisLink link, byte[][] keys, byte[][] arguments) {
        CompletionStage<List<Object>> answer =
                link.call(redis -> redis.evalsha(digest, ScriptOutputType.MULTI, keys, arguments));
        return answer.exceptionallyCompose(failure -> {
            if (failure instanceof RedisNoScriptException) {
                known = false;
                return byText(link, keys, arguments);
            }
            return CompletableFuture.failedFuture(failure);
        });
    }

    private CompletionStage<List<Object>> byText(RedisLink link, byte[][] keys, byte[][] arguments) {
        CompletionStage<List<Object>> answer =
                link.call(redis -> redis.eval(text, ScriptOutputType.MULTI, keys, arguments));
        return answer.thenApply(reply -> {
            known = true;
            return reply;
        });
    }

    /** With text alone. */
    CompletionStage<List<Object>> run(RedisLink link, String key, List<String> arguments) {
        return run(
                link,
                List.of(bytes(key)),
                arguments.stream().map(RedisScript::bytes).toList());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The arguments of a call, each as its text. */
    static List<String> arguments(Object... arguments) {
        return Stream.of(arguments).map(String::valueOf).toList();
    }
}

package dev.scalableapi.redis;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.codec.Base16;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A script on one key, known to Redis by its digest and sent as a whole where that is not known yet. Immutable. */
final class LuaScript {
    private final byte[] source;
    private final String digest;

    private LuaScript(byte[] source) {
        this.source = source;
        digest = Base16.digest(source);
    }

    static LuaScript of(String source) {
        return new LuaScript(source.getBytes(StandardCharsets.UTF_8));
    }

    <T> CompletionStage<T> run(RedisLink link, ScriptOutputType type, byte[] key, byte[]... values) {
        byte[][] keys = {key};
        return link.call(redis -> redis.<T>evalsha(digest, type, keys, values))
                .exceptionallyCompose(failure -> failure instanceof RedisNoScriptException
                        ? link.call(redis -> redis.<T>eval(source, type, keys, values))
                        : CompletableFuture.failedFuture(failure));
    }
}

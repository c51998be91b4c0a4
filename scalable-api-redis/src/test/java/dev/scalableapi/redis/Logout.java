package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.done;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.ProtocolKeyword;
import java.nio.charset.StandardCharsets;

/** Takes the login away from a connection that stays open, as a proxy does that moves it to another node. */
enum Logout implements ProtocolKeyword {
    RESET;

    /** On the connection to the node of a key. */
    static void of(RedisConnection connection, byte[] key) {
        done(connection.call(
                key, commands -> commands.dispatch(RESET, new StatusOutput<>(ByteArrayCodec.INSTANCE))));
    }

    @Override
    public byte[] getBytes() {
        return name().getBytes(StandardCharsets.US_ASCII);
    }
}

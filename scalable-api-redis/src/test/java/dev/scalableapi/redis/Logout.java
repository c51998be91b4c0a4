package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.done;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.api.async.RedisAdvancedClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.ProtocolKeyword;
import java.nio.charset.StandardCharsets;

/** Takes the login away from a connection that stays open, as a proxy does that moves it to another node. */
final class Logout implements ProtocolKeyword {
    private static final Logout RESET = new Logout();

    private Logout() {}

    static void of(RedisConnection connection) {
        done(connection.call(commands -> commands.dispatch(RESET, new StatusOutput<>(ByteArrayCodec.INSTANCE))));
    }

    /** On the connections to all masters of a cluster. */
    static void ofMasters(RedisConnection cluster) {
        for (RedisURI master : cluster.masters()) {
            done(cluster.call(commands -> ((RedisAdvancedClusterAsyncCommands<byte[], byte[]>) commands)
                    .getConnection(master.getHost(), master.getPort())
                    .dispatch(RESET, new StatusOutput<>(ByteArrayCodec.INSTANCE))));
        }
    }

    @Override
    public byte[] getBytes() {
        return "RESET".getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return "RESET";
    }
}

package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.FRESH;
import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.core.cache.StoredEntry;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The failover that an operator asks for; {@link RedisSentinelSystemTest} has those that the Sentinel decides on. */
class RedisSentinelTest {
    @Test
    void operationsGoOnAfterAFailover(@TempDir Path directory) {
        try (SentinelRedis redis = SentinelRedis.started(directory);
                RedisConnection connection = redis.connect()) {
            RedisCacheStore store = RedisCacheStore.create(connection, TestRedis.namespace());
            await().ignoreExceptions().until(() -> put(store, 1));
            redis.failOver();
            // Otherwise it would accept writes for some seconds more.
            redis.master().kill();

            await().ignoreExceptions().until(() -> put(store, 2));
            assertThat(done(store.get("a")).map(StoredEntry::value)).hasValue(new byte[] {2});
        }
    }

    private static boolean put(RedisCacheStore store, int value) {
        done(store.put("a", new byte[] {(byte) value}, FRESH));
        return true;
    }
}

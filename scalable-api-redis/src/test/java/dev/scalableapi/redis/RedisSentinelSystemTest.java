package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.FRESH;
import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.core.cache.StoredEntry;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisSentinelSystemTest {
    private SentinelRedis redis;

    @BeforeEach
    void start(@TempDir Path directory) {
        redis = SentinelRedis.started(directory);
    }

    @AfterEach
    void stop() {
        redis.close();
    }

    @Test
    void operationsGoOnAfterTheDeathOfTheMaster() {
        goesOnAfter(redis.master()::kill);
    }

    /** It keeps the connection that goes to it: only a new one finds the new master. */
    @Test
    void operationsGoOnAfterTheMasterHasHung() {
        goesOnAfter(redis.master()::pause);
    }

    private void goesOnAfter(Runnable failure) {
        try (RedisConnection connection = redis.connect()) {
            RedisCacheStore store = RedisCacheStore.create(connection, TestRedis.namespace());
            await().ignoreExceptions().until(() -> put(store, 1));
            failure.run();

            await().atMost(SentinelRedis.FAILOVER).ignoreExceptions().until(() -> put(store, 2));
            assertThat(done(store.get("a")).map(StoredEntry::value)).hasValue(new byte[] {2});
        }
    }

    private static boolean put(RedisCacheStore store, int value) {
        done(store.put("a", new byte[] {(byte) value}, FRESH));
        return true;
    }
}

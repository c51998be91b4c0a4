package dev.scalableapi.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import org.junit.jupiter.api.Test;

class CacheOnResp2Test {
    @Test
    void changesArePublishedWhereRedisSpeaksResp2Alone() {
        try (TestRedis redis = TestRedis.withoutHello();
                CachePair pair =
                        CachePair.on(TestRedis.namespace(), redis::connect, RedisCacheStore.Builder::publishChanges)) {
            pair.assertThatChangesAreTold();

            assertThat(clients(redis)).contains(" sub=1 ", " resp=2").doesNotContain(" resp=3");
        }
    }

    private static String clients(TestRedis redis) {
        RedisClient client = RedisClient.create(redis.uri());
        try (var connection = client.connect()) {
            return connection.sync().clientList();
        } finally {
            client.shutdown();
        }
    }
}

package dev.scalableapi.examples.shop.setup;

import dev.scalableapi.auth.refresh.RefreshTokenStore;
import dev.scalableapi.auth.revocation.RevocationStore;
import dev.scalableapi.core.cache.CacheStore;
import dev.scalableapi.redis.RedisCacheStore;
import dev.scalableapi.redis.RedisConnection;
import dev.scalableapi.redis.RedisRefreshTokenStore;
import dev.scalableapi.redis.RedisRevocationStore;
import java.time.Clock;
import java.util.Optional;

/**
 * What the instances of the shop have in common beside their databases: on Redis, or in this process where there is none.
 *
 * @param cache of copies
 * @param refreshTokens of logins that last
 * @param revocations of access tokens
 */
public record ShopStores(CacheStore cache, RefreshTokenStore refreshTokens, RevocationStore revocations) {
    private static final String NAMESPACE = "shop";
    private static final int ENTRIES = 10_000;
    private static final int LOGINS = 100_000;

    /**
     * {@return the stores}
     *
     * @param redisUrl where the Redis is, if there is one
     * @param shutdown closes their connection
     */
    public static ShopStores open(Optional<String> redisUrl, ShutdownSequence shutdown) {
        return redisUrl.map(url -> onRedis(url, shutdown)).orElseGet(ShopStores::inMemory);
    }

    private static ShopStores onRedis(String url, ShutdownSequence shutdown) {
        RedisConnection redis = shutdown.closing("Redis", RedisConnection.open(url));
        return new ShopStores(
                shutdown.closing("the cache store", RedisCacheStore.create(redis, NAMESPACE)),
                RedisRefreshTokenStore.create(redis, NAMESPACE),
                RedisRevocationStore.create(redis, NAMESPACE));
    }

    private static ShopStores inMemory() {
        Clock clock = Clock.systemUTC();
        return new ShopStores(
                CacheStore.inMemory(ENTRIES, clock),
                RefreshTokenStore.inMemory(LOGINS, clock),
                RevocationStore.inMemory(LOGINS, clock));
    }
}

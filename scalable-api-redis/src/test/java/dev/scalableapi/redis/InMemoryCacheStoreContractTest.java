package dev.scalableapi.redis;

import dev.scalableapi.core.cache.CacheStore;
import java.time.Clock;

class InMemoryCacheStoreContractTest extends CacheStoreContract {
    private final CacheStore store = CacheStore.inMemory(100, Clock.systemUTC());

    @Override
    CacheStore store() {
        return store;
    }

    @Override
    CacheStore other() {
        return store;
    }
}

package dev.scalableapi.redis;

import dev.scalableapi.auth.revocation.RevocationStore;
import java.time.Clock;

class InMemoryRevocationStoreContractTest extends RevocationStoreContract {
    private final RevocationStore store = RevocationStore.inMemory(20_000, Clock.systemUTC());

    @Override
    RevocationStore store() {
        return store;
    }
}

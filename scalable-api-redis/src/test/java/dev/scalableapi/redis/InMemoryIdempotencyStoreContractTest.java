package dev.scalableapi.redis;

import dev.scalableapi.core.idempotency.IdempotencyStore;
import java.time.Duration;
import java.util.List;

class InMemoryIdempotencyStoreContractTest extends IdempotencyStoreContract {
    private final MovableClock clock = new MovableClock();
    private final IdempotencyStore store = IdempotencyStore.inMemory(100, clock);

    @Override
    List<IdempotencyStore> stores() {
        return List.of(store);
    }

    @Override
    void pass(String key, Duration time) {
        clock.pass(time);
    }
}

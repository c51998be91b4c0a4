package dev.scalableapi.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.auth.refresh.RefreshTokenStore;
import dev.scalableapi.auth.refresh.RefreshTokenStore.NewFamily;
import java.lang.reflect.Field;
import java.time.Duration;
import java.time.Instant;

class InMemoryRefreshTokenStoreContractTest extends RefreshTokenStoreContract {
    private final MovableClock clock = new MovableClock();
    private final RefreshTokenStore store = RefreshTokenStore.inMemory(100, clock);

    @Override
    RefreshTokenStore store() {
        return store;
    }

    @Override
    void pass(String family, Duration time) {
        clock.pass(time);
    }

    @Override
    Instant now() {
        return clock.instant();
    }

    @Override
    Instant expiry(NewFamily family) {
        return clock.instant().plus(family.idleLifetime());
    }

    /** Its only state is two collections of records. */
    @Override
    String dump() throws ReflectiveOperationException {
        Field families = store.getClass().getDeclaredField("families");
        families.setAccessible(true);
        String text = String.valueOf(families.get(store));
        assertThat(text).contains("Family[id=");
        return text;
    }
}

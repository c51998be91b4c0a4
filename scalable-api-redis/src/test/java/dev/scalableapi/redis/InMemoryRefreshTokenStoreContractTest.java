package dev.scalableapi.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.auth.refresh.RefreshTokenStore;
import dev.scalableapi.auth.refresh.RefreshTokenStore.NewFamily;
import java.lang.reflect.Field;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

class InMemoryRefreshTokenStoreContractTest extends RefreshTokenStoreContract {
    private final MovableClock clock = new MovableClock();
    private final RefreshTokenStore store = RefreshTokenStore.inMemory(100, clock);

    @Override
    RefreshTokenStore store() {
        return store;
    }

    @Override
    void pass(String family, Duration time) {
        clock.now = clock.now.plus(time);
    }

    @Override
    Instant now() {
        return clock.now;
    }

    @Override
    Instant expiry(NewFamily family) {
        return clock.now.plus(family.idleLifetime());
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

    private static final class MovableClock extends Clock {
        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}

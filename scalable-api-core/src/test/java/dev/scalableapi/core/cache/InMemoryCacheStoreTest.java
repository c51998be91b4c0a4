package dev.scalableapi.core.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.core.ManualClock;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InMemoryCacheStoreTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final ManualClock clock = new ManualClock();
    private final CacheStore store = CacheStore.inMemory(2, clock);

    @Test
    void writtenValueIsRead() {
        put("a", 1);

        assertThat(get("a")).hasValue(new byte[] {1});
        assertThat(get("b")).isEmpty();
    }

    @Test
    void laterValueReplacesEarlierOne() {
        put("a", 1);
        put("a", 2);

        assertThat(get("a")).hasValue(new byte[] {2});
    }

    @Test
    void invalidatedValueIsGone() {
        put("a", 1);
        store.invalidate("a").toCompletableFuture().join();
        store.invalidate("never there").toCompletableFuture().join();

        assertThat(get("a")).isEmpty();
    }

    @Test
    void valueExpiresExactlyAtItsTime() {
        put("a", 1);

        clock.advance(MINUTE.minusMillis(1));
        assertThat(get("a")).isPresent();
        clock.advance(Duration.ofMillis(1));
        assertThat(get("a")).isEmpty();
    }

    @Test
    void longestUnusedEntryMakesRoom() {
        put("a", 1);
        put("b", 2);
        get("a");
        put("c", 3);

        assertThat(get("a")).isPresent();
        assertThat(get("b")).isEmpty();
        assertThat(get("c")).isPresent();
    }

    @Test
    void arraysAreNotShared() {
        byte[] mine = {1};
        store.put("a", mine, Lifetime.of(MINUTE)).toCompletableFuture().join();
        mine[0] = 9;
        get("a").orElseThrow()[0] = 8;

        assertThat(get("a")).hasValue(new byte[] {1});
    }

    @Test
    void lifetimeMustBePositive() {
        assertThatIllegalArgumentException().isThrownBy(() -> Lifetime.of(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> new Lifetime(MINUTE, Duration.ofMillis(-1)));
    }

    @Test
    void capacityMustBePositive() {
        assertThatIllegalArgumentException().isThrownBy(() -> CacheStore.inMemory(0, Clock.systemUTC()));
    }

    private void put(String key, int value) {
        store.put(key, new byte[] {(byte) value}, Lifetime.of(MINUTE))
                .toCompletableFuture()
                .join();
    }

    private Optional<byte[]> get(String key) {
        return store.get(key).toCompletableFuture().join().map(StoredEntry::value);
    }
}

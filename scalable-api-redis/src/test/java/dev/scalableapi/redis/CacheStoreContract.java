package dev.scalableapi.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.core.cache.CacheStore;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link CacheStore} does. */
abstract class CacheStoreContract {
    static final Duration MINUTE = Duration.ofMinutes(1);

    abstract CacheStore store();

    @Test
    void writtenValueIsReadUntilItIsInvalidated() {
        done(store().put("a", new byte[] {1}, MINUTE));
        done(store().put("b", new byte[] {2}, MINUTE));
        assertThat(get("a")).hasValue(new byte[] {1});

        done(store().invalidate("a"));
        assertThat(get("a")).isEmpty();
        assertThat(get("b")).hasValue(new byte[] {2});
        done(store().invalidate("never there"));
    }

    @Test
    void anyBytesComeBackAsTheyWere() {
        byte[] all = new byte[70_000];
        new Random(1).nextBytes(all);
        done(store().put("\u00e4 \ud83d\ude00 :*", all, MINUTE));
        done(store().put("empty", new byte[0], MINUTE));

        assertThat(get("\u00e4 \ud83d\ude00 :*")).hasValue(all);
        assertThat(get("empty")).hasValue(new byte[0]);
    }

    @Test
    void laterValueReplacesEarlierOneWithItsTime() {
        done(store().put("r", new byte[] {1}, Duration.ofMillis(1)));
        done(store().put("r", new byte[] {2}, MINUTE));

        assertThat(get("r")).hasValue(new byte[] {2});
    }

    @Test
    void valueExpires() {
        done(store().put("e", new byte[] {1}, Duration.ofNanos(1)));

        await().untilAsserted(() -> assertThat(get("e")).isEmpty());
    }

    @Test
    void operationsOnOneKeyTakeEffectInTheirOrder() {
        for (int i = 0; i < 200; i++) {
            CompletionStage<Void> put = store().put("o", new byte[] {1}, MINUTE);
            CompletionStage<Void> removed = store().invalidate("o");
            CompletionStage<Optional<byte[]>> read = store().get("o");

            assertThat(done(read)).isEmpty();
            done(put);
            done(removed);
        }
    }

    @Test
    void arraysAreNotShared() {
        byte[] mine = {1};
        CompletionStage<Void> put = store().put("s", mine, MINUTE);
        mine[0] = 9;
        done(put);
        get("s").orElseThrow()[0] = 8;

        assertThat(get("s")).hasValue(new byte[] {1});
    }

    @Test
    void timeToLiveMustBePositive() {
        assertThatIllegalArgumentException().isThrownBy(() -> store().put("a", new byte[0], Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> store().put("a", new byte[0], Duration.ofMillis(-1)));
    }

    @Test
    void veryLongTimeToLiveWorks() {
        done(store().put("long", new byte[] {1}, Duration.ofDays(365_000)));

        assertThat(get("long")).isPresent();
    }

    Optional<byte[]> get(String key) {
        return done(store().get(key));
    }

    static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }
}

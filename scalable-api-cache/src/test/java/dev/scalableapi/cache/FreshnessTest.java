package dev.scalableapi.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.cache.CacheStore;
import dev.scalableapi.testkit.TestRun;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How old a value may be that is served, without a store and over one. */
@ParameterizedClass
@EnumSource(FreshnessTest.Level.class)
class FreshnessTest {
    private static final Duration TTL = Duration.ofSeconds(100);

    enum Level {
        NEAR_ALONE,
        STORE
    }

    private final Level level;

    private final ManualClock clock = new ManualClock();
    private final CacheStore store = CacheStore.inMemory(100, clock);
    private final Source source = new Source().set("k", "v1");
    private volatile double chance;

    FreshnessTest(Level level) {
        this.level = level;
    }

    @Test
    void valueIsLoadedAnewAfterItsTime() {
        CacheAside<String, String> cache = builder().build();
        warm(cache);
        source.set("k", "v2");
        clock.advance(TTL.minusMillis(1));
        assertThat(get(cache)).isEqualTo("v1");
        clock.advance(Duration.ofMillis(1));

        assertThat(get(cache)).isEqualTo("v2");
    }

    @Test
    void timesVaryByUpToATenth() {
        chance = 1;
        CacheAside<String, String> cache = builder().earlyRefresh(0).build();
        warm(cache);
        source.set("k", "v2");
        clock.advance(TTL.multipliedBy(9).dividedBy(10).minusMillis(1));
        assertThat(get(cache)).isEqualTo("v1");
        clock.advance(Duration.ofMillis(1));

        assertThat(get(cache)).isEqualTo("v2");
    }

    @Test
    void loaderGivesAValueItsOwnTime() {
        CacheAside<String, String> cache = builder().build();
        source.sayings = context -> context.ttl(Duration.ofSeconds(1));
        warm(cache);
        clock.advance(Duration.ofMillis(999));
        assertThat(get(cache)).isEqualTo("v1");
        source.set("k", "v2");
        clock.advance(Duration.ofMillis(1));

        assertThat(get(cache)).isEqualTo("v2");
    }

    @Test
    void valueThatIsNotToBeCachedIsGivenToThoseWhoWaitAlone() {
        CacheAside<String, String> cache = builder().build();
        source.sayings = LoadContext::doNotCache;
        assertThat(get(cache)).isEqualTo("v1");
        source.set("k", "v2");

        assertThat(get(cache)).isEqualTo("v2");
        assertThat(cache.getIfPresent("k").toCompletableFuture().join()).isEmpty();
    }

    @Test
    void lateReaderRefreshesEarlyInTheBackgroundAndOnce() {
        CacheAside<String, String> cache = builder().build();
        loadSlowly(cache, Duration.ofSeconds(10));
        source.set("k", "v2");
        clock.advance(Duration.ofSeconds(95));
        assertThat(get(cache)).as("no chance").isEqualTo("v1");
        CompletableFuture<Void> gate = source.holdUp();
        chance = 0.9;
        assertThat(get(cache)).isEqualTo("v1");
        assertThat(get(cache)).isEqualTo("v1");
        assertThat(source.loads).hasSize(2);
        gate.complete(null);

        assertThat(get(cache)).isEqualTo("v2");
        assertThat(cache.statistics().refreshes()).isEqualTo(1);
    }

    @Test
    void earlyReaderDoesNotRefresh() {
        CacheAside<String, String> cache = builder().build();
        loadSlowly(cache, Duration.ofMillis(10));
        chance = 0.999_999;
        clock.advance(Duration.ofSeconds(95));
        get(cache);

        assertThat(source.loads).hasSize(1);
    }

    @Test
    void earlyRefreshThatBeganBeforeAnInvalidationIsNotKept() {
        CacheAside<String, String> cache = builder().build();
        loadSlowly(cache, Duration.ofSeconds(10));
        clock.advance(Duration.ofSeconds(95));
        chance = 0.9;
        CompletableFuture<Void> gate = source.holdUp();
        get(cache);
        assertThat(source.loads).hasSize(2);
        chance = 0;
        source.letPass();
        source.set("k", "v2");
        cache.invalidate("k").toCompletableFuture().join();
        assertThat(get(cache)).isEqualTo("v2");
        gate.complete(null);

        assertThat(get(cache)).isEqualTo("v2");
        assertThat(get(node())).isEqualTo("v2");
    }

    @Test
    void staleValueIsServedAtOnceWhileANewOneIsLoaded() {
        CacheAside<String, String> cache =
                builder().staleWhileRevalidate(Duration.ofSeconds(20)).build();
        warm(cache);
        source.set("k", "v2");
        clock.advance(TTL.plusSeconds(19));
        CompletableFuture<Void> gate = source.holdUp();
        Cached<String> stale = cache.get("k").toCompletableFuture().join();
        assertThat(stale.value()).hasValue("v1");
        assertThat(stale.isStale(clock.instant())).isTrue();
        assertThat(stale.remaining(clock.instant())).isEqualTo(Duration.ofSeconds(-19));
        assertThat(get(cache)).isEqualTo("v1");
        assertThat(source.loads).hasSize(2);
        gate.complete(null);

        assertThat(get(cache)).isEqualTo("v2");
        assertThat(cache.statistics().staleServed()).isEqualTo(2);
    }

    @Test
    void staleValueIsNotServedAfterItsWindow() {
        CacheAside<String, String> cache =
                builder().staleWhileRevalidate(Duration.ofSeconds(20)).build();
        warm(cache);
        source.set("k", "v2");
        clock.advance(TTL.plusSeconds(20));

        assertThat(get(cache)).isEqualTo("v2");
    }

    @Test
    void loadThatBeganBeforeItsTagWasInvalidatedIsNotKept() {
        CacheAside<String, String> cache = builder().build();
        source.set("other", "v1").sayings = context -> context.tags("t");
        cache.get("other").toCompletableFuture().join();
        CompletableFuture<Void> gate = source.holdUp();
        CompletableFuture<Cached<String>> early = cache.get("k").toCompletableFuture();
        source.letPass();
        source.set("k", "v2");
        cache.invalidateTag("t").toCompletableFuture().join();
        gate.complete(null);

        assertThat(early.join().value()).hasValue("v1");
        assertThat(get(cache)).isEqualTo("v2");
    }

    @Test
    void valueThatWasMadeWrongIsNeverServedAsStale() {
        CacheAside<String, String> cache = builder()
                .staleWhileRevalidate(Duration.ofDays(1))
                .staleIfError(Duration.ofDays(1))
                .build();
        List<Runnable> changes = List.of(() -> cache.invalidate("k"), () -> cache.invalidateTag("t"), cache::clear);
        for (int i = 0; i < changes.size(); i++) {
            source.failure = null;
            source.sayings = context -> context.tags("t");
            warm(cache);
            changes.get(i).run();
            source.failure = new IllegalStateException("down");

            assertThatThrownBy(() -> get(cache)).as("change %s", i).hasMessage("down");
        }
    }

    @Test
    void staleValueIsServedWhereALoadFailsAndNoOtherIsTriedForAWhile() {
        CacheAside<String, String> cache = builder()
                .staleIfError(Duration.ofSeconds(50))
                .retryDelay(Duration.ofSeconds(5))
                .build();
        warm(cache);
        clock.advance(TTL.plusSeconds(10));
        source.failure = new IllegalStateException("down");
        for (int i = 0; i < 10; i++) {
            assertThat(get(cache)).isEqualTo("v1");
        }
        assertThat(source.loads).hasSize(2);
        clock.advance(Duration.ofSeconds(5));
        assertThat(get(cache)).isEqualTo("v1");
        assertThat(source.loads).hasSize(3);
        source.failure = null;
        source.set("k", "v2");
        clock.advance(Duration.ofSeconds(5));

        assertThat(get(cache)).isEqualTo("v2");
    }

    @Test
    void failureIsSeenWhereTheStaleWindowIsOver() {
        CacheAside<String, String> cache =
                builder().staleIfError(Duration.ofSeconds(50)).build();
        warm(cache);
        clock.advance(TTL.plusSeconds(50));
        source.failure = new IllegalStateException("down");

        assertThatThrownBy(() -> get(cache)).hasMessage("down");
    }

    @Test
    void staleValueIsServedWhereALoadIsSlowAndTheLoadGoesOn() {
        CacheAside<String, String> cache = builder()
                .staleIfError(Duration.ofSeconds(50))
                .softTimeout(Duration.ofMillis(1))
                .build();
        warm(cache);
        source.set("k", "v2");
        clock.advance(TTL);
        CompletableFuture<Void> gate = source.holdUp();

        assertThat(cache.get("k")
                        .toCompletableFuture()
                        .orTimeout(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                        .join()
                        .value())
                .hasValue("v1");
        assertThat(get(cache)).isEqualTo("v1");
        gate.complete(null);
        assertThat(get(cache)).isEqualTo("v2");
        assertThat(source.loads).hasSize(2);
    }

    @Test
    void loadThatGoesOnInTheBackgroundIsNotKeptAfterAnInvalidation() {
        CacheAside<String, String> cache = builder()
                .staleIfError(Duration.ofSeconds(50))
                .softTimeout(Duration.ofMillis(1))
                .build();
        warm(cache);
        clock.advance(TTL);
        CompletableFuture<Void> gate = source.holdUp();
        cache.get("k")
                .toCompletableFuture()
                .orTimeout(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
        source.letPass();
        source.set("k", "v2");
        cache.invalidate("k").toCompletableFuture().join();
        gate.complete(null);

        assertThat(get(cache)).isEqualTo("v2");
        assertThat(get(node())).isEqualTo("v2");
    }

    @Test
    void loadThatTakesTooLongFails() {
        CacheAside<String, String> cache =
                builder().loadTimeout(Duration.ofMillis(5)).build();
        CompletableFuture<Void> gate = source.holdUp();
        assertThat(cache.get("k").toCompletableFuture())
                .failsWithin(TestRun.PATIENCE)
                .withThrowableThat()
                .withCauseInstanceOf(TimeoutException.class);
        source.letPass();
        source.set("k", "v2");
        gate.complete(null);

        assertThat(get(cache)).isEqualTo("v2");
    }

    @Test
    void expiredValueIsLoadedAnewButMayBeServedInPlaceOfAFailure() {
        CacheAside<String, String> cache =
                builder().staleIfError(Duration.ofSeconds(50)).build();
        warm(cache);
        source.failure = new IllegalStateException("down");
        cache.expire("k").toCompletableFuture().join();
        assertThat(get(cache)).isEqualTo("v1");
        source.failure = null;
        source.set("k", "v2");
        cache.expire("k").toCompletableFuture().join();

        assertThat(get(cache)).isEqualTo("v2");
    }

    @Test
    void expiredValueIsNotServedWhereNothingAllowsAStaleOne() {
        CacheAside<String, String> cache = builder().build();
        warm(cache);
        cache.expire("k").toCompletableFuture().join();
        source.failure = new IllegalStateException("down");

        assertThatThrownBy(() -> get(cache)).hasMessage("down");
    }

    @Test
    void loadThatBeganBeforeAnExpirationIsNotKept() {
        CacheAside<String, String> cache = builder().build();
        CompletableFuture<Void> gate = source.holdUp();
        CompletableFuture<Cached<String>> early = cache.get("k").toCompletableFuture();
        source.letPass();
        source.set("k", "v2");
        cache.expire("k").toCompletableFuture().join();
        gate.complete(null);

        assertThat(early.join().value()).hasValue("v1");
        assertThat(get(cache)).isEqualTo("v2");
        assertThat(get(node())).isEqualTo("v2");
    }

    @Test
    void loaderSeesTheStaleValueAndMayKeepIt() {
        CacheAside<String, String> cache = builder().build();
        warm(cache);
        cache.expire("k").toCompletableFuture().join();

        Cached<String> kept = cache.get("k", (key, context) -> {
                    assertThat(context.staleValue()).hasValue("v1");
                    return CompletableFuture.completedFuture(context.notModified());
                })
                .toCompletableFuture()
                .join();
        assertThat(kept.value()).hasValue("v1");
        assertThat(kept.remaining(clock.instant())).isEqualTo(TTL);
        assertThatIllegalStateException().isThrownBy(() -> new LoadContext<>(null, clock.instant()).notModified());
    }

    @Test
    void refreshLoadsThoughTheValueIsFreshAndServesItMeanwhile() {
        CacheAside<String, String> cache = builder().build();
        warm(cache);
        source.set("k", "v2");
        CompletableFuture<Void> gate = source.holdUp();
        CompletableFuture<Cached<String>> refreshed = cache.refresh("k").toCompletableFuture();
        assertThat(get(cache)).isEqualTo("v1");
        assertThat(refreshed).isNotDone();
        gate.complete(null);

        assertThat(refreshed.join().value()).hasValue("v2");
        assertThat(get(cache)).isEqualTo("v2");
        assertThat(get(node())).isEqualTo("v2");
    }

    @Test
    void refreshThatFailsFailsAndLeavesTheValue() {
        CacheAside<String, String> cache = builder().build();
        warm(cache);
        source.failure = new IllegalStateException("down");

        assertThat(cache.refresh("k").toCompletableFuture()).isCompletedExceptionally();
        assertThat(get(cache)).isEqualTo("v1");
    }

    @Test
    void refreshOfAKeyThatIsNotThereLoadsOnce() {
        CacheAside<String, String> cache = builder().build();

        assertThat(cache.refresh("k").toCompletableFuture().join().origin()).isEqualTo(Cached.Origin.LOADED);
        assertThat(source.loads).hasSize(1);
    }

    private void loadSlowly(CacheAside<String, String> cache, Duration time) {
        CompletableFuture<Void> gate = source.holdUp();
        CompletableFuture<Cached<String>> first = cache.get("k").toCompletableFuture();
        clock.advance(time);
        gate.complete(null);
        source.letPass();
        first.join();
        get(cache);
    }

    /** Such that both levels have the value. */
    private void warm(CacheAside<String, String> cache) {
        get(cache);
        get(cache);
    }

    private static String get(CacheAside<String, String> cache) {
        return cache.synchronous().get("k").value().orElseThrow();
    }

    /** Another process, where there is a store; else one that loads. */
    private CacheAside<String, String> node() {
        return builder().build();
    }

    private CacheAsideBuilder<String, String> builder() {
        CacheAsideBuilder<String, String> builder = CacheAside.builder("test", TTL, source)
                // Renewed by the machine's time, not by this clock.
                .lease(Duration.ofHours(1))
                .clock(clock)
                .random(() -> chance);
        return level == Level.STORE
                ? builder.store(store, Codec.json(new JsonMapper(), new TypeReference<>() {}))
                : builder;
    }
}

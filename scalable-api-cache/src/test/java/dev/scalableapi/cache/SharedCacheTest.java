package dev.scalableapi.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.cache.CacheStore;
import dev.scalableapi.core.cache.Epoch;
import dev.scalableapi.core.cache.Lease;
import dev.scalableapi.core.cache.Lifetime;
import dev.scalableapi.testkit.TestRun;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Two caches on one store, as in two processes. */
class SharedCacheTest {
    private static final Duration TTL = Duration.ofMinutes(10);

    private final FaultyStore store = new FaultyStore(CacheStore.inMemory(1_000, Clock.systemUTC()));
    private final Source source = new Source().set("k", "v1");
    private final CacheAside<String, String> one = builder().build();
    private final CacheAside<String, String> other = builder().build();

    @Test
    void coldKeyIsLoadedByOneOfThemAndTheOtherIsWoken() {
        CompletableFuture<Void> gate = source.holdUp();
        CompletableFuture<Cached<String>> first = one.get("k").toCompletableFuture();
        CompletableFuture<Cached<String>> second = other.get("k").toCompletableFuture();
        assertThat(second).isNotDone();
        gate.complete(null);

        assertThat(done(first).origin()).isEqualTo(Cached.Origin.LOADED);
        assertThat(done(second).origin()).isEqualTo(Cached.Origin.HIT_STORE);
        assertThat(done(second).value()).hasValue("v1");
        assertThat(source.loads).hasSize(1);
        assertThat(other.get("k").toCompletableFuture().join().origin()).isEqualTo(Cached.Origin.HIT_NEAR);
    }

    @Test
    void waiterTakesOverWhereTheLoadFails() {
        CompletableFuture<Void> gate = source.holdUp();
        CompletableFuture<Cached<String>> first = one.get("k").toCompletableFuture();
        CompletableFuture<Cached<String>> second = other.get("k").toCompletableFuture();
        source.letPass();
        gate.completeExceptionally(new IllegalStateException("down"));

        assertThat(first).isCompletedExceptionally();
        assertThat(done(second).origin()).isEqualTo(Cached.Origin.LOADED);
    }

    @Test
    void refreshWaitsForTheLoadOfAnother() {
        done(one.get("k").toCompletableFuture());
        done(other.get("k").toCompletableFuture());
        source.set("k", "v2");
        CompletableFuture<Void> gate = source.holdUp();
        CompletableFuture<Cached<String>> first = one.refresh("k").toCompletableFuture();
        CompletableFuture<Cached<String>> second = other.refresh("k").toCompletableFuture();
        CompletableFuture<Cached<String>> third = one.refresh("k").toCompletableFuture();
        assertThat(done(one.get("k").toCompletableFuture()).value()).hasValue("v1");
        gate.complete(null);

        assertThat(done(first).value()).hasValue("v2");
        assertThat(done(second).value()).hasValue("v2");
        assertThat(done(third).value()).hasValue("v2");
        assertThat(source.loads).hasSize(2);
    }

    @Test
    void refreshTakesOverWhereTheLoadOfAnotherFails() {
        done(one.get("k").toCompletableFuture());
        CompletableFuture<Void> gate = source.holdUp();
        CompletableFuture<Cached<String>> first = one.refresh("k").toCompletableFuture();
        CompletableFuture<Cached<String>> second = other.refresh("k").toCompletableFuture();
        source.set("k", "v2");
        source.letPass();
        gate.completeExceptionally(new IllegalStateException("down"));

        assertThat(first).isCompletedExceptionally();
        assertThat(done(second).value()).hasValue("v2");
    }

    @Test
    void waiterLoadsWhenTheLeaseOfADeadProcessEnds() {
        store.acquire("test:k", Duration.ofMillis(300), "")
                .toCompletableFuture()
                .join();

        assertThat(done(one.get("k").toCompletableFuture()).origin()).isEqualTo(Cached.Origin.LOADED);
        assertThat(source.loads).hasSize(1);
    }

    @Test
    void loadThatTakesLongerThanItsLeaseIsStillTheOnlyOne() {
        CacheAside<String, String> slow =
                builder().lease(Duration.ofMillis(900)).build();
        CompletableFuture<Void> gate = source.holdUp();
        // Each comes after a third of the lease.
        store.renewals = renewals -> {
            if (renewals == 4) {
                gate.complete(null);
            }
        };
        CompletableFuture<Cached<String>> first = slow.get("k").toCompletableFuture();
        CompletableFuture<Cached<String>> second = other.get("k").toCompletableFuture();

        assertThat(done(first).origin()).isEqualTo(Cached.Origin.LOADED);
        assertThat(done(second).origin()).isEqualTo(Cached.Origin.HIT_STORE);
        assertThat(source.loads).hasSize(1);
    }

    @Test
    void invalidationElsewhereEmptiesTheNearLevel() {
        warm(one);
        warm(other);
        source.set("k", "v2");
        one.invalidate("k").toCompletableFuture().join();

        assertThat(get(other)).isEqualTo("v2");
        assertThat(get(one)).isEqualTo("v2");
    }

    @Test
    void loadThatBeganBeforeAnInvalidationElsewhereReachesNeitherLevel() {
        CompletableFuture<Void> gate = source.holdUp();
        CompletableFuture<Cached<String>> early = one.get("k").toCompletableFuture();
        source.letPass();
        source.set("k", "v2");
        other.invalidate("k").toCompletableFuture().join();
        gate.complete(null);

        assertThat(done(early).value()).hasValue("v1");
        assertThat(one.statistics().lostLeases()).isEqualTo(1);
        assertThat(get(one)).isEqualTo("v2");
        assertThat(get(other)).isEqualTo("v2");
    }

    @Test
    void loadThatLostItsLeaseIsNotKeptThoughItsProcessTookTheLeaseAnew() {
        CompletableFuture<Void> oldGate = source.holdUp();
        CompletableFuture<Cached<String>> early = one.get("k").toCompletableFuture();
        source.set("k", "v2");
        one.invalidate("k").toCompletableFuture().join();
        CompletableFuture<Void> newGate = source.holdUp();
        CompletableFuture<Cached<String>> late = one.get("k").toCompletableFuture();
        oldGate.complete(null);

        assertThat(done(early).value()).hasValue("v1");
        assertThat(late).isNotDone();
        newGate.complete(null);
        assertThat(done(late).value()).hasValue("v2");
        assertThat(get(other)).isEqualTo("v2");
    }

    @Test
    void answerOfTheStoreThatComesAfterAnInvalidationIsNotKept() {
        warm(other);
        CompletableFuture<Object> gate = new CompletableFuture<>();
        store.reads = FaultyStore.Fault.gated(gate);
        CompletableFuture<Cached<String>> early = one.get("k").toCompletableFuture();
        store.reads = FaultyStore.Fault.none();
        source.set("k", "v2");
        other.invalidate("k").toCompletableFuture().join();
        gate.complete("open");

        assertThat(done(early).value()).hasValue("v1");
        assertThat(get(one)).isEqualTo("v2");
    }

    @Test
    void tagInvalidatesAllThatHaveItAndNothingElse() {
        source.set("a", "v1").set("b", "v1");
        source.sayings = context -> context.tags("even");
        warm(one, "a");
        warm(other, "a");
        source.sayings = context -> context.tags("odd", "other");
        warm(one, "b");
        source.sayings = context -> {};
        source.set("a", "v2").set("b", "v2");
        other.invalidateTag("even").toCompletableFuture().join();

        assertThat(get(one, "a")).isEqualTo("v2");
        assertThat(get(other, "a")).isEqualTo("v2");
        assertThat(get(one, "b")).isEqualTo("v1");
        assertThat(get(other, "b")).isEqualTo("v1");
        one.invalidateTag("other").toCompletableFuture().join();
        assertThat(get(one, "b")).isEqualTo("v2");
    }

    @Test
    void loadThatBeganBeforeItsTagWasInvalidatedIsNotKept() {
        source.sayings = context -> context.tags("t");
        CompletableFuture<Void> gate = source.holdUp();
        CompletableFuture<Cached<String>> early = one.get("k").toCompletableFuture();
        source.letPass();
        source.set("k", "v2");
        other.invalidateTag("t").toCompletableFuture().join();
        gate.complete(null);

        assertThat(done(early).value()).hasValue("v1");
        assertThat(get(other)).isEqualTo("v2");
        assertThat(get(one)).isEqualTo("v2");
    }

    @Test
    void loadIsKeptThoughAnotherTagWasInvalidatedMeanwhile() {
        source.set("a", "v1").sayings = context -> context.tags("t");
        warm(one, "a");
        CompletableFuture<Void> gate = source.holdUp();
        CompletableFuture<Cached<String>> early = one.get("k").toCompletableFuture();
        source.letPass();
        other.invalidateTag("stranger").toCompletableFuture().join();
        gate.complete(null);
        done(early);

        assertThat(get(one)).isEqualTo("v1");
        assertThat(source.loads).containsExactly("a", "k");
    }

    @Test
    void clearForgetsAllAndLoadsThatBeganBefore() {
        source.set("a", "v1");
        warm(one, "a");
        warm(other, "a");
        CompletableFuture<Void> gate = source.holdUp();
        CompletableFuture<Cached<String>> early = one.get("k").toCompletableFuture();
        source.letPass();
        source.set("a", "v2").set("k", "v2");
        other.clear().toCompletableFuture().join();
        gate.complete(null);

        done(early);
        for (CacheAside<String, String> cache : List.of(one, other)) {
            assertThat(get(cache, "a")).isEqualTo("v2");
            assertThat(get(cache, "k")).isEqualTo("v2");
        }
    }

    @Test
    void otherCacheOnTheStoreIsLeftAlone() {
        CacheAside<String, String> stranger = CacheAside.builder("test2", TTL, source)
                .store(store, Codec.json(new JsonMapper(), new TypeReference<>() {}))
                .build();
        warm(stranger);
        source.set("k", "v2");
        one.clear().toCompletableFuture().join();
        one.invalidate("k").toCompletableFuture().join();

        assertThat(get(stranger)).isEqualTo("v1");
    }

    @Test
    void nearLevelIsNotTrustedWhileChangesMayBeMissed() {
        warm(one);
        Epoch before = store.epoch();
        store.epoch = Epoch.ended();
        store.put("test:k", new byte[] {1}, Lifetime.of(TTL))
                .toCompletableFuture()
                .join();
        source.set("k", "v2");
        assertThat(before.isLive(System.nanoTime())).isTrue();
        warm(one);
        source.set("k", "v3");
        other.invalidate("k").toCompletableFuture().join();

        assertThat(get(one)).isEqualTo("v3");
        assertThat(one.get("k").toCompletableFuture().join().origin()).isEqualTo(Cached.Origin.HIT_STORE);
        store.beginEpoch();
        warm(one);
        assertThat(one.get("k").toCompletableFuture().join().origin()).isEqualTo(Cached.Origin.HIT_NEAR);
    }

    @Test
    void whatWasReadInAnEpochThatEndedMeanwhileIsNotTrusted() {
        warm(other);
        Epoch epoch = Epoch.unlimited();
        store.epoch = epoch;
        CompletableFuture<Object> gate = new CompletableFuture<>();
        store.reads = FaultyStore.Fault.gated(gate);
        CompletableFuture<Cached<String>> early = one.get("k").toCompletableFuture();
        store.reads = FaultyStore.Fault.none();
        epoch.end();
        store.beginEpoch();
        gate.complete("open");
        done(early);

        assertThat(one.get("k").toCompletableFuture().join().origin()).isEqualTo(Cached.Origin.HIT_STORE);
    }

    @Test
    void entryThatOthersKeepWritingInAnotherFormIsLoadedInTheEnd() {
        store.reads = FaultyStore.Fault.before(() -> memoryPut(new byte[] {9}));

        assertThat(get(one)).isEqualTo("v1");
    }

    private void memoryPut(byte[] bytes) {
        store.put("test:k", bytes, Lifetime.of(TTL)).toCompletableFuture().join();
    }

    @Test
    void schemaVersionsDoNotReadEachOther() {
        CacheAside<String, String> next = CacheAside.builder("test", TTL, source)
                .store(store, Codec.json(new JsonMapper(), new TypeReference<>() {}, 2))
                .build();
        for (int i = 0; i < 3; i++) {
            assertThat(get(one)).isEqualTo("v1");
            assertThat(get(next)).isEqualTo("v1");
        }
        source.set("k", "v2");
        next.invalidate("k").toCompletableFuture().join();

        assertThat(get(one)).isEqualTo("v2");
        assertThat(get(next)).isEqualTo("v2");
        assertThat(one.statistics().storeFailures()).isPositive();
    }

    @Test
    void commitWithTheTokenOfAnotherLeaseIsRefused() {
        assertThat(store.commit(new Lease("test:k", "guessed"), new byte[0], Lifetime.of(TTL))
                        .toCompletableFuture()
                        .join())
                .isFalse();
    }

    private CacheAsideBuilder<String, String> builder() {
        return CacheAside.builder("test", TTL, source)
                .store(store, Codec.json(new JsonMapper(), new TypeReference<>() {}))
                .earlyRefresh(0);
    }

    private static void warm(CacheAside<String, String> cache) {
        warm(cache, "k");
    }

    private static void warm(CacheAside<String, String> cache, String key) {
        get(cache, key);
        get(cache, key);
    }

    private static String get(CacheAside<String, String> cache) {
        return get(cache, "k");
    }

    private static String get(CacheAside<String, String> cache, String key) {
        return cache.synchronous().get(key).value().orElseThrow();
    }

    private static <T> T done(CompletableFuture<T> stage) {
        return stage.orTimeout(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }
}

package dev.scalableapi.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.cache.Cached.Origin;
import dev.scalableapi.core.cache.CacheStore;
import dev.scalableapi.core.cache.Lifetime;
import dev.scalableapi.core.cache.StoredEntry;
import dev.scalableapi.testkit.TestRun;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class CacheAsideTest {
    private static final Duration TTL = Duration.ofMinutes(10);
    private static final Codec<String> CODEC = Codec.json(new JsonMapper(), new TypeReference<>() {});

    private final ManualClock clock = new ManualClock();
    private final CacheStore memory = CacheStore.inMemory(100, clock);
    private final FaultyStore store = new FaultyStore(memory);
    private final AtomicInteger loads = new AtomicInteger();
    /** What the loader gives; a test may leave it open. */
    private volatile CompletableFuture<Optional<String>> source = found("v1");

    private final CacheAside<String, String> cache = builder().build();

    @Test
    void eachLevelAnswersInItsTurn() {
        assertThat(get(cache, "k")).isEqualTo(cached("v1", Origin.LOADED, TTL));
        // The news of its own write has emptied the near level.
        assertThat(get(cache, "k")).isEqualTo(cached("v1", Origin.HIT_STORE, TTL));
        assertThat(get(cache, "k")).isEqualTo(cached("v1", Origin.HIT_NEAR, TTL));
        CacheAside<String, String> neighbour = builder().build();
        assertThat(get(neighbour, "k")).isEqualTo(cached("v1", Origin.HIT_STORE, TTL));
        assertThat(get(neighbour, "k")).isEqualTo(cached("v1", Origin.HIT_NEAR, TTL));

        assertThat(get(cache, "other").origin().isHit()).isFalse();
        assertThat(get(cache, "other").origin().isHit()).isTrue();
        assertThat(loads).hasValue(2);
        assertThat(cache.statistics()).isEqualTo(new CacheStatistics(1, 2, 0, 2, 0, 0, 0, 0, 0));
        assertThat(neighbour.statistics()).isEqualTo(new CacheStatistics(1, 1, 0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void cacheWithoutAStoreLoadsAndKeeps() {
        CacheAside<String, String> near =
                CacheAside.<String, String>builder("near", TTL, this::load).build();

        assertThat(get(near, "k").origin()).isEqualTo(Origin.LOADED);
        assertThat(get(near, "k").origin()).isEqualTo(Origin.HIT_NEAR);
        near.put("k", "v2").toCompletableFuture().join();
        assertThat(get(near, "k").value()).hasValue("v2");
        near.invalidate("k").toCompletableFuture().join();
        assertThat(get(near, "k").origin()).isEqualTo(Origin.LOADED);
        assertThat(near.getIfPresent("other").toCompletableFuture().join()).isEmpty();
    }

    @Test
    void twoHundredThreadsOnAColdKeyLoadOnce() throws InterruptedException {
        source = new CompletableFuture<>();
        int threads = 200;
        CountDownLatch ready = new CountDownLatch(threads);
        CountDownLatch asked = new CountDownLatch(threads);
        List<CompletableFuture<Cached<String>>> answers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            CompletableFuture<Cached<String>> answer = new CompletableFuture<>();
            answers.add(answer);
            new Thread(() -> {
                        ready.countDown();
                        await(ready);
                        CompletionStage<Cached<String>> stage = cache.get("k");
                        asked.countDown();
                        stage.thenAccept(answer::complete);
                    })
                    .start();
        }
        await(asked);
        source.complete(Optional.of("v1"));

        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isEqualTo(cached("v1", Origin.LOADED, TTL)));
        assertThat(loads).hasValue(1);
    }

    @Test
    void loadThatBeganBeforeAnInvalidationReachesNeitherLevel() {
        CompletableFuture<Optional<String>> old = new CompletableFuture<>();
        source = old;
        CompletionStage<Cached<String>> reader = cache.get("k");
        cache.invalidate("k").toCompletableFuture().join();
        old.complete(Optional.of("v1"));

        assertThat(reader.toCompletableFuture().join().value()).hasValue("v1");
        assertThat(cache.getIfPresent("k").toCompletableFuture().join()).isEmpty();
        assertThat(stored("k")).isEmpty();
        source = found("v2");
        assertThat(get(cache, "k")).isEqualTo(cached("v2", Origin.LOADED, TTL));
        assertThat(get(builder().build(), "k")).isEqualTo(cached("v2", Origin.HIT_STORE, TTL));
    }

    @Test
    void readerAfterAnInvalidationNeverJoinsAnOlderLoad() {
        CompletableFuture<Optional<String>> old = new CompletableFuture<>();
        source = old;
        CompletionStage<Cached<String>> early = cache.get("k");
        cache.invalidate("k");
        source = new CompletableFuture<>();
        CompletionStage<Cached<String>> late = cache.get("k");
        CompletableFuture<Optional<String>> current = source;
        current.complete(Optional.of("v2"));
        old.complete(Optional.of("v1"));

        assertThat(early.toCompletableFuture().join().value()).hasValue("v1");
        assertThat(late.toCompletableFuture().join().value()).hasValue("v2");
        assertThat(get(cache, "k")).isEqualTo(cached("v2", Origin.HIT_STORE, TTL));
        assertThat(stored("k")).isPresent();
        assertThat(get(builder().build(), "k").value()).hasValue("v2");
    }

    @Test
    void readOfTheStoreThatBeganBeforeAnInvalidationDoesNotFillTheNearLevel() {
        get(builder().build(), "k");
        CompletableFuture<Object> gate = new CompletableFuture<>();
        store.reads = FaultyStore.Fault.gated(gate);
        CompletionStage<Cached<String>> early = cache.get("k");
        cache.invalidate("k");
        store.reads = FaultyStore.Fault.none();
        gate.complete("open");
        source = found("v2");

        assertThat(early.toCompletableFuture().join()).isEqualTo(cached("v1", Origin.HIT_STORE, TTL));
        assertThat(get(cache, "k")).isEqualTo(cached("v2", Origin.LOADED, TTL));
    }

    @Test
    void loadThatBeganBeforeAPutDoesNotOverwriteIt() {
        CompletableFuture<Optional<String>> old = new CompletableFuture<>();
        source = old;
        CompletionStage<Cached<String>> reader = cache.get("k");
        cache.put("k", "v2").toCompletableFuture().join();
        old.complete(Optional.of("v1"));

        assertThat(reader.toCompletableFuture().join().value()).hasValue("v1");
        assertThat(get(cache, "k").value()).hasValue("v2");
        assertThat(get(builder().build(), "k")).isEqualTo(cached("v2", Origin.HIT_STORE, TTL));
    }

    @Test
    void invalidationDuringTheWriteOfALoadComesAfterIt() throws InterruptedException {
        Thread invalidator = new Thread(() -> cache.invalidate("k"));
        store.writes = FaultyStore.Fault.before(() -> {
            store.writes = FaultyStore.Fault.none();
            invalidator.start();
            // It ends where nothing keeps it from overtaking the write.
            while (invalidator.getState() != Thread.State.WAITING && invalidator.isAlive()) {
                Thread.onSpinWait();
            }
        });
        get(cache, "k");
        invalidator.join();

        assertThat(stored("k")).isEmpty();
    }

    @Test
    void writesToTheStoreKeepTheirOrderUnderContention() throws InterruptedException {
        for (int round = 0; round < 500; round++) {
            String key = "k" + round;
            CompletableFuture<Optional<String>> open = new CompletableFuture<>();
            source = open;
            cache.get(key);
            CountDownLatch ready = new CountDownLatch(2);
            Thread loader = new Thread(() -> {
                ready.countDown();
                await(ready);
                open.complete(Optional.of("v1"));
            });
            loader.start();
            ready.countDown();
            await(ready);
            cache.invalidate(key).toCompletableFuture().join();
            loader.join();

            assertThat(stored(key)).as("round %s", round).isEmpty();
            assertThat(cache.getIfPresent(key).toCompletableFuture().join())
                    .as("round %s", round)
                    .isEmpty();
        }
    }

    @Test
    void invalidationThatTheStoreMissedFailsAndHoldsInThisProcess() {
        get(cache, "k");
        store.writes = FaultyStore.Fault.failing();
        assertThat(cache.invalidate("k").toCompletableFuture()).isCompletedExceptionally();
        source = found("v2");

        assertThat(stored("k")).isPresent();
        assertThat(cache.getIfPresent("k").toCompletableFuture().join()).isEmpty();
        assertThat(get(cache, "k").value()).hasValue("v2");
    }

    @Test
    void invalidationThatTheStoreMissedIsRepeatedBeforeTheKeyIsReadAgain() {
        get(cache, "k");
        store.writes = FaultyStore.Fault.failing();
        assertThat(cache.invalidate("k").toCompletableFuture()).isCompletedExceptionally();
        store.writes = FaultyStore.Fault.none();
        source = found("v3");

        assertThat(get(cache, "k")).isEqualTo(cached("v3", Origin.LOADED, TTL));
        assertThat(get(builder().build(), "k")).isEqualTo(cached("v3", Origin.HIT_STORE, TTL));
    }

    @Test
    void writesThatTheStoreMissedAreRepeatedWhenItIsBack() {
        CacheAside<String, String> queueing =
                builder().failedWrites(FailedWrites.QUEUE).build();
        get(queueing, "k");
        get(queueing, "p");
        store.writes = FaultyStore.Fault.failing();
        queueing.invalidate("k").toCompletableFuture().join();
        queueing.put("p", "v2").toCompletableFuture().join();
        assertThat(stored("k")).isPresent();
        store.writes = FaultyStore.Fault.none();
        store.beginEpoch();

        assertThat(stored("k")).isEmpty();
        assertThat(stored("p")).isEmpty();
    }

    @Test
    void tagAndClearThatTheStoreMissedAreRepeatedWhenItIsBack() {
        CacheAside<String, String> neighbour = builder().build();
        get(cache, "k");
        get(neighbour, "k");
        store.writes = FaultyStore.Fault.failing();
        assertThat(cache.clear().toCompletableFuture()).isCompletedExceptionally();
        source = found("v2");
        assertThat(get(cache, "k").value()).hasValue("v2");
        store.writes = FaultyStore.Fault.none();
        assertThat(get(neighbour, "k").value()).hasValue("v1");
        store.beginEpoch();

        assertThat(get(neighbour, "k").value()).hasValue("v2");
    }

    @Test
    void tooManyWritesThatTheStoreMissedMakeAllEntriesWrongInstead() {
        CacheAside<String, String> neighbour = builder().build();
        get(neighbour, "k");
        get(neighbour, "k");
        store.writes = FaultyStore.Fault.failing();
        for (int i = 0; i <= 10_000; i++) {
            cache.invalidate("other" + i);
        }
        source = found("v2");
        store.writes = FaultyStore.Fault.none();
        store.beginEpoch();

        assertThat(get(neighbour, "k")).isEqualTo(cached("v2", Origin.LOADED, TTL));
    }

    @Test
    void manyWritesThatAreUnderWayMakeNothingElseWrong() {
        CacheAside<String, String> neighbour = builder().build();
        get(neighbour, "k");
        CompletableFuture<Object> gate = new CompletableFuture<>();
        CacheAside<String, String> patient =
                builder().storeTimeout(Duration.ofMinutes(1)).build();
        store.writes = FaultyStore.Fault.delayed(gate);
        for (int i = 0; i <= 10_500; i++) {
            patient.invalidate("other" + i);
        }
        gate.complete("open");
        store.writes = FaultyStore.Fault.none();

        assertThat(get(patient, "k").origin()).isEqualTo(Origin.HIT_STORE);
    }

    @Test
    void keyWhoseWriteTheStoreMissedIsLeftOutOfABulkReadAlone() {
        get(cache, "a");
        get(cache, "b");
        store.writes = FaultyStore.Fault.failing();
        assertThat(cache.invalidate("a").toCompletableFuture()).isCompletedExceptionally();
        source = found("v2");
        BulkResult<String, String> both = cache.getAll(
                        List.of("a", "b"), contexts -> CompletableFuture.completedFuture(Map.of("a", "v2", "b", "v2")))
                .toCompletableFuture()
                .join();

        assertThat(both.values()).containsEntry("a", "v2").containsEntry("b", "v1");
    }

    @Test
    void readerWaitsForAnInvalidationThatIsUnderWay() {
        get(cache, "k");
        CompletableFuture<Object> gate = new CompletableFuture<>();
        CacheAside<String, String> patient =
                builder().storeTimeout(Duration.ofMinutes(1)).build();
        store.writes = FaultyStore.Fault.delayed(gate);
        CompletionStage<Void> invalidation = patient.invalidate("k");
        store.writes = FaultyStore.Fault.none();
        source = found("v2");
        CompletableFuture<Cached<String>> reader = patient.get("k").toCompletableFuture();

        assertThat(invalidation.toCompletableFuture()).isNotDone();
        assertThat(reader).isNotDone();
        gate.complete("open");
        assertThat(invalidation.toCompletableFuture()).succeedsWithin(TestRun.PATIENCE);
        assertThat(reader).succeedsWithin(TestRun.PATIENCE).isEqualTo(cached("v2", Origin.LOADED, TTL));
    }

    @Test
    void cancellingOneCallersStageLeavesTheLoad() {
        source = new CompletableFuture<>();
        CompletableFuture<Cached<String>> first = cache.get("k").toCompletableFuture();
        CompletableFuture<Cached<String>> second = cache.get("k").toCompletableFuture();
        first.cancel(true);
        second.completeExceptionally(new IllegalStateException("impatient"));
        CompletableFuture<Cached<String>> third = cache.get("k").toCompletableFuture();
        source.complete(Optional.of("v1"));

        assertThat(first).isCancelled();
        assertThat(third.join().value()).hasValue("v1");
        CompletableFuture<Cached<String>> hit = cache.get("k").toCompletableFuture();
        hit.obtrudeValue(cached("spoiled", Origin.LOADED, TTL));
        assertThat(get(cache, "k").value()).hasValue("v1");
        assertThat(loads).hasValue(1);
    }

    @Test
    void nearHitIsAnsweredOnTheCallingThread() {
        get(cache, "k");

        assertThat(cache.get("k").toCompletableFuture()).isCompleted();
    }

    @Test
    void absenceIsKeptForItsOwnShorterTime() {
        source = CompletableFuture.completedFuture(Optional.empty());

        assertThat(get(cache, "k").value()).isEmpty();
        assertThat(get(cache, "k"))
                .isEqualTo(new Cached<>(
                        Optional.empty(), Origin.HIT_STORE, clock.instant().plusSeconds(10)));
        assertThat(get(builder().build(), "k").origin()).isEqualTo(Origin.HIT_STORE);
        clock.advance(Duration.ofSeconds(10));
        source = found("v1");
        assertThat(get(cache, "k")).isEqualTo(cached("v1", Origin.LOADED, TTL));
    }

    @Test
    void valueExpiresAtItsTimeInAllLevels() {
        get(cache, "k");
        get(cache, "k");
        clock.advance(TTL.minusMillis(1));
        assertThat(get(cache, "k").origin()).isEqualTo(Origin.HIT_NEAR);
        clock.advance(Duration.ofMillis(1));
        assertThat(get(cache, "k").origin()).isEqualTo(Origin.LOADED);
    }

    @Test
    void valueFromTheStoreDoesNotLiveLongerInTheNearLevel() {
        get(cache, "k");
        CacheAside<String, String> neighbour = builder().build();
        clock.advance(TTL.minusSeconds(1));
        assertThat(get(neighbour, "k").remaining(clock.instant())).isEqualTo(Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(1));

        assertThat(get(neighbour, "k").origin()).isEqualTo(Origin.LOADED);
        assertThat(new Cached<>(Optional.empty(), Origin.LOADED, clock.instant()).remaining(clock.instant()))
                .isZero();
    }

    @Test
    void nearCopyLivesUpToATenthShorterThanItsTime() {
        CacheAside<String, String> earliest =
                builder().nearTtl(Duration.ofSeconds(100)).random(() -> 1).build();
        get(earliest, "k");
        get(earliest, "k");

        clock.advance(Duration.ofMillis(89_999));
        assertThat(get(earliest, "k").origin()).isEqualTo(Origin.HIT_NEAR);
        clock.advance(Duration.ofMillis(1));
        assertThat(get(earliest, "k").origin()).isEqualTo(Origin.HIT_STORE);
    }

    @Test
    void newValueGetsItsOwnTimeInTheNearLevel() {
        get(cache, "k");
        clock.advance(TTL.minusSeconds(1));
        cache.put("k", "v2");
        get(cache, "k");
        clock.advance(Duration.ofSeconds(2));

        assertThat(get(cache, "k").origin()).isEqualTo(Origin.HIT_NEAR);
    }

    @Test
    void nearLevelIsBoundedButKeepsWhatIsBeingLoaded() {
        CacheAside<String, String> small = builder().nearEntries(1).build();
        source = new CompletableFuture<>();
        CompletionStage<Cached<String>> first = small.get("slow");
        CompletableFuture<Optional<String>> slow = source;
        source = found("v");
        for (int i = 0; i < 100; i++) {
            get(small, "k" + i);
        }
        int before = loads.get();
        CompletionStage<Cached<String>> second = small.get("slow");
        slow.complete(Optional.of("v1"));

        assertThat(first.toCompletableFuture().join().value()).hasValue("v1");
        assertThat(second.toCompletableFuture().join().value()).hasValue("v1");
        assertThat(loads).hasValue(before);
    }

    @Test
    void failedLoadFailsThoseWhoWaitAndIsNotKept() {
        source = new CompletableFuture<>();
        CompletableFuture<Cached<String>> first = cache.get("k").toCompletableFuture();
        CompletableFuture<Cached<String>> second = cache.get("k").toCompletableFuture();
        source.completeExceptionally(new IllegalStateException("database"));

        assertThatThrownBy(first::join).isInstanceOf(CompletionException.class).hasRootCauseMessage("database");
        assertThatThrownBy(second::join).isInstanceOf(CompletionException.class).hasRootCauseMessage("database");
        source = found("v1");
        assertThat(get(cache, "k").value()).hasValue("v1");
        assertThat(cache.statistics().loadFailures()).isEqualTo(1);
    }

    @Test
    void whoeverRetriesInTheFailureItselfLoadsAgain() {
        source = new CompletableFuture<>();
        CompletableFuture<Optional<String>> failing = source;
        CompletionStage<Cached<String>> retried = cache.get("k").exceptionallyCompose(failure -> {
            source = found("v1");
            assertThat(cache.getIfPresent("k").toCompletableFuture().join()).isEmpty();
            return cache.get("k");
        });
        failing.completeExceptionally(new IllegalStateException("database"));

        assertThat(retried.toCompletableFuture().join().value()).hasValue("v1");
    }

    @Test
    void loaderThatThrowsOrGivesNoStageOrNullFails() {
        Loader<String, String> throwing = (key, context) -> {
            throw new IllegalStateException("thrown");
        };
        Loader<String, String> stageless = new StagelessLoader();
        Loader<String, String> empty = (key, context) -> CompletableFuture.completedFuture(null);

        assertThatThrownBy(() -> cache.get("k", throwing).toCompletableFuture().join())
                .hasRootCauseMessage("thrown");
        assertThatThrownBy(() -> cache.get("k", stageless).toCompletableFuture().join())
                .hasRootCauseInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> cache.get("k", empty).toCompletableFuture().join())
                .hasRootCauseInstanceOf(NullPointerException.class);
        assertThat(get(cache, "k").value()).hasValue("v1");
    }

    @Test
    void loadThatTakesTooLongFailsAndFreesTheKey() {
        CacheAside<String, String> hasty =
                builder().loadTimeout(Duration.ofMillis(20)).build();
        source = new CompletableFuture<>();
        CompletableFuture<Optional<String>> late = source;

        assertThatThrownBy(() -> hasty.get("k").toCompletableFuture().join())
                .hasCauseInstanceOf(TimeoutException.class);
        source = found("v2");
        assertThat(get(hasty, "k").value()).hasValue("v2");
        late.complete(Optional.of("v1"));
        assertThat(get(hasty, "k").value()).hasValue("v2");
        assertThat(get(builder().build(), "k").value()).hasValue("v2");
    }

    @Test
    void storeThatIsDownCountsAsEmptyAndIsLoggedOnce() {
        Logger logger = (Logger) LoggerFactory.getLogger(CacheAside.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try {
            for (FaultyStore.Fault fault : List.of(FaultyStore.Fault.failing(), FaultyStore.Fault.throwing())) {
                store.reads = fault;
                store.writes = fault;
                assertThat(get(cache, "k").origin()).isEqualTo(Origin.LOADED);
                assertThat(get(cache, "k").origin()).isEqualTo(Origin.HIT_NEAR);
                assertThat(cache.put("k", "v2").toCompletableFuture()).isCompletedExceptionally();
                assertThat(get(cache, "k").origin()).isEqualTo(Origin.LOADED);
                assertThat(cache.invalidate("k").toCompletableFuture()).isCompletedExceptionally();
                assertThat(get(cache, "k").origin()).isEqualTo(Origin.LOADED);
                clock.advance(Duration.ofSeconds(1));
                assertThat(get(cache, "k").origin()).isEqualTo(Origin.LOADED);
                assertThat(cache.clear().toCompletableFuture()).isCompletedExceptionally();
                assertThat(get(cache, "k").origin()).isEqualTo(Origin.LOADED);
                cache.invalidate("k");
                assertThat(cache.getIfPresent("other").toCompletableFuture().join())
                        .isEmpty();
            }
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list).singleElement().asString().doesNotContain("test:k");
        assertThat(cache.statistics().storeFailures()).isGreaterThanOrEqualTo(8);
    }

    @Test
    void storeThatHangsCountsAsEmptyAfterItsTime() {
        CacheAside<String, String> hasty =
                builder().storeTimeout(Duration.ofMillis(20)).build();
        store.reads = FaultyStore.Fault.hanging();
        store.writes = FaultyStore.Fault.hanging();

        assertThat(hasty.get("k").toCompletableFuture())
                .succeedsWithin(TestRun.PATIENCE)
                .isEqualTo(cached("v1", Origin.LOADED, Duration.ofSeconds(1)));
        assertThat(hasty.invalidate("k").toCompletableFuture()).failsWithin(TestRun.PATIENCE);
        assertThat(hasty.statistics().storeFailures()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void foreignValueInTheStoreIsAMissAndIsReplaced() {
        memory.put("test:k", new byte[] {1, 2, 3}, Lifetime.of(TTL))
                .toCompletableFuture()
                .join();

        assertThat(get(cache, "k").origin()).isEqualTo(Origin.LOADED);
        assertThat(get(builder().build(), "k").origin()).isEqualTo(Origin.HIT_STORE);
        assertThat(cache.statistics().storeFailures()).isEqualTo(1);
    }

    @Test
    void codecThatFailsFailsNoRequest() {
        get(cache, "k");
        CacheAside<String, String> broken = CacheAside.<String, String>builder("test", TTL, this::load)
                .store(store, new BrokenCodec())
                .build();

        assertThat(get(broken, "k").origin()).isEqualTo(Origin.LOADED);
        assertThat(get(broken, "k").origin()).isEqualTo(Origin.LOADED);
        broken.put("k", "v2").toCompletableFuture().join();
        assertThat(stored("k")).isEmpty();
        assertThat(broken.statistics().storeFailures()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void keysFunctionThatFailsFailsNoRequest() {
        CacheAside<String, String> keyless = builder()
                .keys(key -> {
                    throw new IllegalStateException("key");
                })
                .build();

        assertThat(get(keyless, "k").origin()).isEqualTo(Origin.LOADED);
        assertThat(get(keyless, "k").origin()).isEqualTo(Origin.HIT_NEAR);
    }

    @Test
    void getIfPresentReadsBothLevelsAndLoadsNothing() {
        assertThat(cache.getIfPresent("k").toCompletableFuture().join()).isEmpty();
        get(builder().build(), "k");
        loads.set(0);

        assertThat(cache.getIfPresent("k").toCompletableFuture().join()).hasValue(cached("v1", Origin.HIT_STORE, TTL));
        get(cache, "k");
        assertThat(cache.getIfPresent("k").toCompletableFuture().join()).hasValue(cached("v1", Origin.HIT_NEAR, TTL));
        assertThat(loads).hasValue(0);
    }

    @Test
    void getIfPresentDoesNotWaitForALoad() {
        source = new CompletableFuture<>();
        cache.get("k");

        assertThat(cache.getIfPresent("k").toCompletableFuture().join()).isEmpty();
    }

    @Test
    void loaderRunsInTheContextOfItsCallerAfterTheStoreAnsweredElsewhere() throws InterruptedException {
        ContextKey<String> contextKey = ContextKey.named("request");
        AtomicReference<String> seen = new AtomicReference<>();
        CompletableFuture<Object> gate = new CompletableFuture<>();
        store.reads = FaultyStore.Fault.gated(gate);
        CompletionStage<Cached<String>> answer;
        try (Scope scope = Context.root().with(contextKey, "r1").makeCurrent()) {
            assertThat(scope).isNotNull();
            MDC.put("request", "m1");
            answer = cache.get("k", (key, context) -> {
                seen.set(Context.current().get(contextKey) + MDC.get("request"));
                return load(key, context);
            });
        } finally {
            MDC.clear();
        }
        Thread other = new Thread(() -> gate.complete("open"));
        other.start();
        other.join();

        assertThat(answer.toCompletableFuture().join().value()).hasValue("v1");
        assertThat(seen).hasValue("r1m1");
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        CacheAsideBuilder<String, String> builder = builder();

        assertThatIllegalArgumentException().isThrownBy(() -> CacheAside.builder(" ", TTL, this::load));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CacheAside.builder("n", Duration.ZERO, this::load))
                .withMessageContaining("ttl");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.nearEntries(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.nearTtl(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.negativeTtl(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.storeTimeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.loadTimeout(Duration.ofDays(20_000)));
    }

    @Test
    void shortTimeToLiveShortensTheDefaultOfAbsence() {
        source = CompletableFuture.completedFuture(Optional.empty());
        CacheAside<String, String> brief = CacheAside.<String, String>builder("b", Duration.ofSeconds(1), this::load)
                .clock(clock)
                .random(() -> 0)
                .build();
        CacheAside<String, String> lasting =
                builder().negativeTtl(TTL.plus(TTL)).build();

        assertThat(get(brief, "k").expiresAt()).isEqualTo(clock.instant().plusSeconds(1));
        assertThat(get(lasting, "k").expiresAt())
                .isEqualTo(clock.instant().plus(TTL).plus(TTL));
    }

    private CacheAsideBuilder<String, String> builder() {
        return CacheAside.<String, String>builder("test", TTL, this::load)
                .store(store, CODEC)
                .clock(clock)
                .random(() -> 0);
    }

    private CompletionStage<Optional<String>> load(String key, LoadContext<String> context) {
        loads.incrementAndGet();
        return source;
    }

    private static CompletableFuture<Optional<String>> found(String value) {
        return CompletableFuture.completedFuture(Optional.of(value));
    }

    private Cached<String> cached(String value, Origin origin, Duration life) {
        return new Cached<>(Optional.of(value), origin, clock.instant().plus(life));
    }

    private static Cached<String> get(CacheAside<String, String> cache, String key) {
        return cache.get(key).toCompletableFuture().join();
    }

    private Optional<StoredEntry> stored(String key) {
        return memory.get("test:" + key).toCompletableFuture().join();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class BrokenCodec implements Codec<String> {
        @Override
        public byte[] encode(String value) {
            throw new IllegalStateException("codec");
        }

        @Override
        public Optional<String> decode(byte[] bytes) {
            throw new IllegalStateException("codec");
        }
    }

    private static final class StagelessLoader implements Loader<String, String> {
        @Override
        @SuppressWarnings("NullAway")
        public CompletionStage<Optional<String>> load(String key, LoadContext<String> context) {
            return null;
        }
    }
}

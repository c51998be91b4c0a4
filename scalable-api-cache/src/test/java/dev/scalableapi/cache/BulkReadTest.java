package dev.scalableapi.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.cache.CacheStore;
import dev.scalableapi.testkit.TestRun;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BulkReadTest {
    private static final Duration TTL = Duration.ofMinutes(10);

    private final FaultyStore store = new FaultyStore(CacheStore.inMemory(1_000, Clock.systemUTC()));
    private final Source source = new Source();
    private final CacheAside<String, String> one = builder().build();
    private final CacheAside<String, String> other = builder().build();

    BulkReadTest() {
        keys(1, 150).forEach(key -> source.set(key, "v" + key));
    }

    @Test
    void overlappingBulkReadsAndASingleOneLoadEachKeyOnce() {
        CompletableFuture<Void> gate = source.holdUp();
        CompletableFuture<BulkResult<String, String>> low = bulk(one, keys(1, 100));
        CompletableFuture<BulkResult<String, String>> high = bulk(other, keys(50, 150));
        CompletableFuture<Cached<String>> single = one.get("75").toCompletableFuture();
        CompletableFuture<Cached<String>> elsewhere = other.get("25").toCompletableFuture();
        gate.complete(null);

        assertThat(done(low).orElseThrow().values()).hasSize(100).containsEntry("75", "v75");
        assertThat(done(high).orElseThrow().values()).hasSize(101).containsEntry("75", "v75");
        assertThat(done(single).value()).hasValue("v75");
        assertThat(done(elsewhere).value()).hasValue("v25");
        assertThat(loaded()).doesNotHaveDuplicates().hasSize(150);
        assertThat(store.bulkReads).hasValue(2);
        assertThat(source.bulkLoads).hasSize(2);
    }

    @Test
    void answersComeInTheOrderOfTheKeysAndFromAllLevels() {
        one.get("3").toCompletableFuture().join();
        one.get("3").toCompletableFuture().join();
        other.get("2").toCompletableFuture().join();
        source.remove("4");
        BulkResult<String, String> result = done(bulk(one, List.of("4", "3", "2", "1", "3")));

        assertThat(result.answers().keySet()).containsExactly("4", "3", "2", "1");
        assertThat(answer(result, "4").value()).isEmpty();
        assertThat(answer(result, "3").origin()).isEqualTo(Cached.Origin.HIT_NEAR);
        assertThat(answer(result, "2").origin()).isEqualTo(Cached.Origin.HIT_STORE);
        assertThat(answer(result, "1").origin()).isEqualTo(Cached.Origin.LOADED);
        assertThat(source.bulkLoads).containsExactly(List.of("4", "1"));
        assertThat(result.values()).containsOnlyKeys("3", "2", "1");
    }

    @Test
    void warmBulkReadNeedsNothing() {
        done(bulk(one, keys(1, 10)));
        done(bulk(one, keys(1, 10)));
        int reads = store.bulkReads.get();
        done(bulk(one, keys(1, 10)));

        assertThat(store.bulkReads).hasValue(reads);
        assertThat(done(bulk(one, List.of())).answers()).isEmpty();
    }

    @Test
    void keyThatFailsFailsAlone() {
        BulkLoader<String, String> partly = contexts -> {
            contexts.forEach((key, context) -> {
                if (key.equals("2")) {
                    context.fail(new IllegalStateException("two"));
                }
            });
            return CompletableFuture.completedFuture(Map.of("1", "v1", "3", "v3"));
        };
        BulkResult<String, String> result =
                one.getAll(List.of("1", "2", "3"), partly).toCompletableFuture().join();

        assertThat(result.values()).containsOnlyKeys("1", "3");
        assertThat(result.failures()).containsOnlyKeys("2");
        assertThatThrownBy(result::orElseThrow)
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("two");
        assertThat(done(bulk(other, List.of("1", "2", "3"))).values()).hasSize(3);
    }

    @Test
    void loadThatFailsFailsItsKeysAndNotThoseThatWereThere() {
        one.get("1").toCompletableFuture().join();
        source.failure = new IllegalStateException("down");
        BulkResult<String, String> result = done(bulk(one, List.of("1", "2", "3")));

        assertThat(result.values()).containsOnlyKeys("1");
        assertThat(result.failures()).containsOnlyKeys("2", "3");
    }

    @Test
    void keyThatWasInvalidatedDuringTheBulkLoadIsNotKept() {
        CompletableFuture<Void> gate = source.holdUp();
        CompletableFuture<BulkResult<String, String>> early = bulk(one, keys(1, 3));
        source.letPass();
        source.set("2", "new");
        other.invalidate("2").toCompletableFuture().join();
        gate.complete(null);
        assertThat(done(early).values()).containsEntry("2", "v2");

        assertThat(done(bulk(one, keys(1, 3))).values())
                .containsEntry("2", "new")
                .containsEntry("1", "v1");
        assertThat(done(bulk(other, keys(1, 3))).values()).containsEntry("2", "new");
        assertThat(loaded()).hasSize(4);
    }

    @Test
    void storeThatIsDownCountsAsEmpty() {
        store.reads = FaultyStore.Fault.failing();

        assertThat(done(bulk(one, keys(1, 3))).values()).hasSize(3);
        assertThat(source.bulkLoads).hasSize(1);
    }

    @Test
    void bulkReadWithoutAStoreLoadsOnce() {
        CacheAside<String, String> near =
                CacheAside.builder("near", TTL, source).build();
        done(bulk(near, keys(1, 3)));

        assertThat(near.synchronous().getAll(keys(1, 3), source).orElseThrow().values())
                .hasSize(3);
        assertThat(source.bulkLoads).hasSize(1);
    }

    private static Cached<String> answer(BulkResult<String, String> result, String key) {
        return Objects.requireNonNull(result.answers().get(key));
    }

    private List<String> loaded() {
        List<String> all = new ArrayList<>(source.loads);
        source.bulkLoads.forEach(all::addAll);
        return all;
    }

    private CompletableFuture<BulkResult<String, String>> bulk(CacheAside<String, String> cache, List<String> keys) {
        return cache.getAll(keys, source).toCompletableFuture();
    }

    private static List<String> keys(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(String::valueOf).toList();
    }

    private CacheAsideBuilder<String, String> builder() {
        return CacheAside.builder("test", TTL, source)
                .store(store, Codec.json(new JsonMapper(), new TypeReference<>() {}))
                .earlyRefresh(0);
    }

    private static <T> T done(CompletableFuture<T> stage) {
        return stage.orTimeout(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }
}

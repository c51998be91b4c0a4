package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheNode.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.cache.BulkLoader;
import dev.scalableapi.cache.CacheStatistics;
import dev.scalableapi.cache.Cached;
import dev.scalableapi.cache.Loader;
import dev.scalableapi.testkit.TestRun;
import dev.scalableapi.testkit.TestSeed;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two versions of one program on one Redis, as in a rolling deployment: what one writes is foreign to the other. */
class CacheSchemaTest {
    private static final int KEYS = 20;
    private static final int STEPS = 2_000;

    private static TestRedis server;

    private final String namespace = TestRedis.namespace();
    /** What both load from, each in its own form. */
    private final Map<String, Integer> database = new ConcurrentHashMap<>();

    private Version old;
    private Version next;

    @BeforeAll
    static void startRedis() {
        server = TestRedis.started();
    }

    @AfterAll
    static void stopRedis() {
        server.close();
    }

    @BeforeEach
    void start() {
        IntStream.range(0, KEYS).forEach(i -> database.put("k" + i, 0));
        old = new Version('1');
        next = new Version('2');
    }

    @AfterEach
    void stop() {
        old.node.close();
        next.node.close();
    }

    /** A node whose values say which version has made them. */
    private final class Version {
        private final String form;
        private final CacheNode node;

        Version(char schema) {
            form = schema + "-form:";
            RedisConnection connection = server.connect();
            RedisCacheStore store = RedisCacheStore.create(connection, namespace);
            Loader<String, String> loader =
                    (key, context) -> CompletableFuture.completedFuture(Optional.of(form(read(key))));
            node = CacheNode.on(
                    CacheNode.NAME,
                    connection,
                    store,
                    loader,
                    builder -> builder.earlyRefresh(0)
                            .storeTimeout(TestRun.PATIENCE)
                            .store(store, new TextCodec(schema)));
        }

        String form(int number) {
            return form + number;
        }

        /** Fails where it is not of this version's form. */
        int number(String value) {
            assertThat(value).startsWith(form);
            return Integer.parseInt(value.substring(form.length()));
        }

        Cached<String> get(String key) {
            return done(node.cache().get(key));
        }

        int number(String key, Cached<String> cached) {
            assertThat(cached.value()).as(key).isPresent();
            return number(cached.value().orElseThrow());
        }

        List<Integer> numbers(List<String> keys) {
            BulkLoader<String, String> loader = contexts -> {
                Map<String, String> loaded = new HashMap<>();
                contexts.keySet().forEach(key -> loaded.put(key, form(read(key))));
                return CompletableFuture.completedFuture(loaded);
            };
            Map<String, String> values =
                    done(node.cache().getAll(keys, loader)).orElseThrow().values();
            return keys.stream()
                    .map(key -> number(Optional.ofNullable(values.get(key)).orElseThrow()))
                    .toList();
        }

        CacheStatistics statistics() {
            return node.cache().statistics();
        }
    }

    private int read(String key) {
        return Optional.ofNullable(database.get(key)).orElseThrow();
    }

    private int raise(String key) {
        return Optional.ofNullable(database.merge(key, 1, Integer::sum)).orElseThrow();
    }

    @Test
    void versionLoadsItsOwnValueWhereTheOtherHasLoaded() {
        assertThat(old.get("k0").value()).hasValue("1-form:0");
        Cached<String> cached = next.get("k0");

        assertThat(cached.value()).hasValue("2-form:0");
        assertThat(cached.origin()).isEqualTo(Cached.Origin.LOADED);
        assertThat(old.statistics().loads()).isEqualTo(1);
        assertThat(next.statistics().loads()).isEqualTo(1);
        assertThat(next.statistics().storeHits()).isZero();
        assertThat(old.statistics().storeFailures()).isZero();
        assertThat(next.statistics().storeFailures()).isEqualTo(1);
    }

    @Test
    void versionLoadsItsOwnValueWhereTheOtherHasPutOne() {
        done(old.node.cache().put("k0", old.form(7)));
        assertThat(next.node.present("k0")).isEmpty();
        database.put("k0", 7);
        Cached<String> cached = next.get("k0");

        assertThat(cached.value()).hasValue("2-form:7");
        assertThat(cached.origin()).isEqualTo(Cached.Origin.LOADED);
        assertThat(next.statistics().storeFailures()).isEqualTo(2);
    }

    @Test
    void absenceHasNoSchemaAndIsShared() {
        database.clear();
        Loader<String, String> none = (key, context) -> CompletableFuture.completedFuture(Optional.empty());
        done(old.node.cache().get("k0", none));
        Cached<String> cached = done(next.node.cache().get("k0", none));

        assertThat(cached.value()).isEmpty();
        assertThat(cached.origin()).isEqualTo(Cached.Origin.HIT_STORE);
        assertThat(next.statistics().storeFailures()).isZero();
    }

    @Test
    void randomStepsOfBothNeverShowOneTheOthersValue() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        Map<String, Integer> known = new HashMap<>();
        for (int i = 0; i < STEPS; i++) {
            Version version = random.nextBoolean() ? old : next;
            step(version, random, "k" + random.nextInt(KEYS), known);
        }

        assertCurrent(old);
        assertCurrent(next);
        assertCounted(seed, "in turn");
    }

    /** Each version's keys are written by itself alone, in turn, and read by both. */
    @Test
    void randomStepsOfBothAtOnceNeverShowOneTheOthersValue() throws Exception {
        long seed = TestSeed.value();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<?> one = threads.submit(() -> steps(old, new Random(seed), 0));
            Future<?> other = threads.submit(() -> steps(next, new Random(~seed), KEYS / 2));
            one.get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            other.get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
        }

        assertCurrent(old);
        assertCurrent(next);
        assertCounted(seed, "at once");
    }

    private void steps(Version version, Random random, int firstOfItsOwn) {
        Map<String, Integer> known = new HashMap<>();
        for (int i = 0; i < STEPS / 2; i++) {
            if (random.nextBoolean()) {
                step(version, random, "k" + (firstOfItsOwn + random.nextInt(KEYS / 2)), known);
            } else {
                readAny(version, "k" + random.nextInt(KEYS), known);
            }
        }
    }

    /** A node's own writes show at once; the other's when they are heard of. */
    private void step(Version version, Random random, String key, Map<String, Integer> known) {
        switch (random.nextInt(6)) {
            case 0 -> {
                int number = raise(key);
                done(version.node.cache().put(key, version.form(number)));
                known.put(version.form + key, number);
            }
            case 1 -> {
                int number = raise(key);
                done(version.node.cache().invalidate(key));
                known.put(version.form + key, number);
            }
            case 2 ->
                version.node.present(key).ifPresent(value -> assertKnown(version, key, version.number(value), known));
            case 3 -> {
                List<String> keys = List.of(key, "k" + random.nextInt(KEYS), "k" + random.nextInt(KEYS));
                List<Integer> numbers = version.numbers(keys);
                for (int i = 0; i < keys.size(); i++) {
                    assertKnown(version, keys.get(i), numbers.get(i), known);
                }
            }
            default -> readAny(version, key, known);
        }
    }

    private void readAny(Version version, String key, Map<String, Integer> known) {
        assertKnown(version, key, version.number(key, version.get(key)), known);
    }

    private void assertKnown(Version version, String key, int number, Map<String, Integer> known) {
        assertThat(number).as(version.form + key).isBetween(known.getOrDefault(version.form + key, 0), read(key));
    }

    private void assertCurrent(Version version) {
        await().pollInterval(Duration.ofMillis(5))
                .untilAsserted(() -> assertThat(database.keySet())
                        .allSatisfy(key -> assertThat(version.get(key).value()).hasValue(version.form(read(key)))));
    }

    private void assertCounted(long seed, String how) {
        System.out.printf("CacheSchemaTest: %s: %s, %s%n", how, old.statistics(), next.statistics());
        for (Version version : List.of(old, next)) {
            assertThat(version.statistics().storeFailures()).as("seed %d", seed).isPositive();
            assertThat(version.statistics().loadFailures()).as("seed %d", seed).isZero();
        }
    }
}

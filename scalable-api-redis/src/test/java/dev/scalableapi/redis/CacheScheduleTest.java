package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheNode.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.cache.BulkLoader;
import dev.scalableapi.cache.LoadContext;
import dev.scalableapi.cache.Loader;
import dev.scalableapi.testkit.TestRun;
import dev.scalableapi.testkit.TestSeed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/**
 * Runs random schedules of reads, held-up loads and writers on two nodes. Each writer sets the database and then tells the
 * cache; once told, a read begun on its node gives nothing older, and one on the other node neither, once it has heard.
 */
class CacheScheduleTest {
    private static final int STEPS = 25;
    private static final List<String> KEYS = List.of("a", "b", "c");

    /** Versions, that rise; its loads stand still until somebody lets one go. */
    private static final class Database implements Loader<String, String>, BulkLoader<String, String> {
        private final Map<String, Integer> versions = new ConcurrentHashMap<>();
        private final ConcurrentLinkedQueue<CompletableFuture<Void>> held = new ConcurrentLinkedQueue<>();
        private volatile boolean holding = true;

        int version(String key) {
            return versions.getOrDefault(key, 0);
        }

        private String read(String key, LoadContext<String> context) {
            context.tags("tag-" + key);
            return Integer.toString(version(key));
        }

        @Override
        public CompletionStage<Optional<String>> load(String key, LoadContext<String> context) {
            Optional<String> value = Optional.of(read(key, context));
            return passed().thenApply(open -> value);
        }

        @Override
        public CompletionStage<Map<String, String>> loadAll(Map<String, LoadContext<String>> contexts) {
            Map<String, String> values = new HashMap<>();
            contexts.forEach((key, context) -> values.put(key, read(key, context)));
            return passed().thenApply(open -> values);
        }

        private CompletableFuture<Void> passed() {
            CompletableFuture<Void> gate = new CompletableFuture<>();
            held.add(gate);
            if (!holding) {
                letAllGo();
            }
            return gate;
        }

        void letOneGo() {
            CompletableFuture<Void> gate = held.poll();
            if (gate != null) {
                gate.complete(null);
            }
        }

        void letAllGo() {
            for (CompletableFuture<Void> gate = held.poll(); gate != null; gate = held.poll()) {
                gate.complete(null);
            }
        }
    }

    private record Read(String key, int atLeast, CompletionStage<Optional<String>> value) {}

    int runs() {
        return 50;
    }

    @Test
    void nothingOlderIsReadThanAWriterHasTold() {
        Random random = TestSeed.random();
        int reads = 0;
        try (TestRedis server = TestRedis.started();
                RedisConnection first = server.connect();
                RedisConnection second = server.connect();
                RedisCacheStore one = RedisCacheStore.create(first, "schedule");
                RedisCacheStore other = RedisCacheStore.create(second, "schedule")) {
            Database database = new Database();
            List<List<CacheNode>> pairs = new ArrayList<>();
            for (int beta : List.of(0, 100)) {
                pairs.add(List.of(
                        node("beta" + beta, beta, first, one, database),
                        node("beta" + beta, beta, second, other, database)));
            }
            for (int run = 0; run < runs(); run++) {
                reads += run(run, random, pairs.get(random.nextInt(2)), database);
            }
        }
        System.out.println("CacheScheduleTest: " + runs() + " runs, " + reads + " reads");
    }

    private static CacheNode node(
            String name, double beta, RedisConnection connection, RedisCacheStore store, Database database) {
        return CacheNode.on(
                name,
                connection,
                store,
                database,
                builder -> builder.earlyRefresh(beta)
                        .retryDelay(Duration.ofMillis(1))
                        .storeTimeout(TestRun.PATIENCE));
    }

    private static int run(int run, Random random, List<CacheNode> nodes, Database database) {
        List<String> keys = KEYS.stream().map(key -> key + run).toList();
        database.holding = true;
        // What a read on this node must give at least.
        List<Map<String, Integer>> told = List.of(new HashMap<>(), new HashMap<>());
        List<Read> reads = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            int number = random.nextInt(2);
            CacheNode node = nodes.get(number);
            String key = keys.get(random.nextInt(keys.size()));
            switch (random.nextInt(8)) {
                case 0, 1, 2 ->
                    reads.add(new Read(
                            key,
                            told.get(number).getOrDefault(key, 0),
                            node.cache().get(key).thenApply(c -> c.value())));
                case 3 -> node.cache().getAll(keys, database).thenAccept(all -> {});
                case 4 -> node.cache().refresh(key);
                case 5, 6 -> database.letOneGo();
                default -> write(random, database, nodes, told, number, key);
            }
        }
        database.holding = false;
        await().pollInterval(Duration.ofMillis(1)).until(() -> {
            database.letAllGo();
            return reads.stream()
                    .allMatch(read -> read.value().toCompletableFuture().isDone());
        });
        for (Read read : reads) {
            assertThat(Integer.parseInt(done(read.value()).orElseThrow()))
                    .as("run %s, key %s", run, read.key())
                    .isGreaterThanOrEqualTo(read.atLeast());
        }
        for (String key : keys) {
            for (CacheNode node : nodes) {
                String expected = Integer.toString(database.version(key));
                await().pollInterval(Duration.ofMillis(1))
                        .untilAsserted(() -> assertThat(node.get(key))
                                .as("run %s, key %s", run, key)
                                .isEqualTo(expected));
                assertThat(node.present(key)).hasValue(expected);
            }
        }
        return reads.size();
    }

    private static void write(
            Random random,
            Database database,
            List<CacheNode> nodes,
            List<Map<String, Integer>> told,
            int number,
            String key) {
        CacheNode writer = nodes.get(number);
        CacheNode listener = nodes.get(1 - number);
        listener.heard().clear();
        int version = database.version(key) + 1;
        database.versions.put(key, version);
        String group = writer.name();
        // What was put has no tags: of this key, tags are told as long as nothing was put.
        boolean mayPut = key.startsWith("a");
        int kind = random.nextInt(4);
        if (kind == 0) {
            done(writer.cache().clear());
        } else if (kind == 1 && mayPut) {
            done(writer.cache().put(key, Integer.toString(version)));
        } else if (kind == 1) {
            done(writer.cache().invalidateTag("tag-" + key));
        } else {
            done(writer.cache().invalidate(key));
        }
        told.get(number).put(key, version);
        if (random.nextBoolean()) {
            if (kind == 0) {
                listener.heard().awaitNonce(group, "all");
            } else if (kind == 1 && !mayPut) {
                listener.heard().awaitNonce(group, "any");
                listener.heard().awaitNonce(group, "t:tag-" + key);
            } else {
                listener.heard().awaitEntry(group + ":" + key);
            }
            told.get(1 - number).put(key, version);
        }
    }
}

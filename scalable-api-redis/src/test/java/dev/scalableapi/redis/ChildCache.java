package dev.scalableapi.redis;

import dev.scalableapi.cache.CacheAside;
import dev.scalableapi.testkit.TestRun;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A cache in a JVM of its own. Each line of its input is a key and a number of threads that read it at once, its output
 * what they got. It ends with its input, and so with who started it.
 */
final class ChildCache {
    private ChildCache() {}

    /** Takes the Redis's URL, the namespace, the database's prefix, and the lease in milliseconds. */
    public static void main(String[] arguments) throws Exception {
        try (RedisConnection redis = RedisConnection.builder(arguments[0])
                        .timeout(TestRun.PATIENCE)
                        .open();
                RedisCacheStore store = RedisCacheStore.create(redis, arguments[1]);
                SharedDatabase database = new SharedDatabase(arguments[0], arguments[2])) {
            CacheAside<String, String> cache = CacheAside.builder("shared", Duration.ofMinutes(10), database)
                    .store(store, TextCodec.create())
                    // On a busy machine a timeout would count as an empty store.
                    .storeTimeout(TestRun.PATIENCE)
                    .lease(Duration.ofMillis(Long.parseLong(arguments[3])))
                    .build();
            Heard.awaitEpoch(store);
            Heard.awaitConnection(store);
            System.out.println("ready");
            BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                String[] words = line.split(" ", -1);
                System.out.println(read(cache, words[0], Integer.parseInt(words[1])));
            }
        }
        System.exit(0);
    }

    private static Map<String, Integer> read(CacheAside<String, String> cache, String key, int threads)
            throws Exception {
        ExecutorService readers = Executors.newFixedThreadPool(threads);
        CountDownLatch all = new CountDownLatch(threads);
        List<Future<String>> answers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            answers.add(readers.submit(() -> {
                all.countDown();
                all.await();
                return answer(cache, key);
            }));
        }
        Map<String, Integer> counts = new TreeMap<>();
        for (Future<String> answer : answers) {
            counts.merge(answer.get(), 1, Integer::sum);
        }
        readers.shutdown();
        return counts;
    }

    private static String answer(CacheAside<String, String> cache, String key) {
        try {
            return cache.synchronous().get(key).value().orElse("nothing");
        } catch (RuntimeException e) {
            return e.getClass().getSimpleName();
        }
    }
}

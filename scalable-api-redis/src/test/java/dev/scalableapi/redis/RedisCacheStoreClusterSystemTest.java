package dev.scalableapi.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.core.cache.CacheStore;
import dev.scalableapi.core.cache.StoredEntry;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a cluster of three masters, whose state each test leaves as it found it. */
class RedisCacheStoreClusterSystemTest extends CacheStoreContract {
    private static final String NAMESPACE = TestRedis.namespace();

    private static TestRedisCluster cluster;
    private static RedisConnection connection;
    private static RedisConnection otherConnection;
    private static RedisCacheStore store;
    private static RedisCacheStore other;

    @BeforeAll
    static void start() {
        cluster = TestRedisCluster.started();
        connection = cluster.connect();
        otherConnection = cluster.connect();
        store = RedisCacheStore.create(connection, NAMESPACE);
        other = RedisCacheStore.create(otherConnection, NAMESPACE);
    }

    @BeforeEach
    void awaitEpochs() {
        Heard.awaitEpoch(store);
        Heard.awaitEpoch(other);
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(done(store.get("a"))).isEmpty());
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(done(other.get("a"))).isEmpty());
    }

    @AfterAll
    static void stop() {
        store.close();
        other.close();
        connection.close();
        otherConnection.close();
        cluster.close();
    }

    @Override
    CacheStore store() {
        return store;
    }

    @Override
    CacheStore other() {
        return other;
    }

    @Test
    void changesOnAllMastersAreHeard() {
        Heard there = Heard.of(other);
        List<String> keys = IntStream.range(0, 100).mapToObj(i -> "m" + i).toList();
        assertThat(keys.stream()
                        .mapToInt(RedisCacheStoreClusterSystemTest::master)
                        .distinct())
                .hasSize(3);
        for (String key : keys) {
            done(store.put(key, new byte[] {1}, FRESH));
            there.awaitEntry(key);
            there.clear();
            done(store.invalidate(key));
            there.awaitEntry(key);
            there.clear();
            done(store.invalidate(key));
            there.awaitEntry(key);
        }
    }

    @Test
    void entriesOfAllMastersAreReadAtOnceInTheirOrder() {
        List<String> keys = IntStream.range(0, 100).mapToObj(i -> "g" + i).toList();
        for (int i = 0; i < 100; i += 2) {
            done(store.put(keys.get(i), new byte[] {(byte) i}, FRESH));
        }
        List<Optional<StoredEntry>> entries = done(store.getAll(keys));

        for (int i = 0; i < 100; i++) {
            assertThat(entries.get(i).map(entry -> (int) entry.value()[0]))
                    .isEqualTo(i % 2 == 0 ? Optional.of(i) : Optional.empty());
        }
    }

    private static int master(String key) {
        return cluster.masterOf(NAMESPACE + ":v:{" + key + "}");
    }
}

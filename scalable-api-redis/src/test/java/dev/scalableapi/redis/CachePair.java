package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheNode.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.cache.CacheAside;
import dev.scalableapi.cache.Cached;
import dev.scalableapi.core.cache.Epoch;
import dev.scalableapi.testkit.TestRun;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Two nodes on one Redis, each of which has to learn of what the other changes. */
final class CachePair implements AutoCloseable {
    /** As long as this test waits: the end of an epoch does not help. */
    static final Duration HEARTBEAT = TestRun.PATIENCE;

    private static final String KEY = "k";

    private final HeldDatabase database = new HeldDatabase();
    private final CacheNode one;
    private final CacheNode other;
    private int version;

    private CachePair(
            String namespace, Supplier<RedisConnection> connections, UnaryOperator<RedisCacheStore.Builder> settings) {
        one = node(connections.get(), namespace, settings);
        other = node(connections.get(), namespace, settings);
    }

    static CachePair on(
            String namespace, Supplier<RedisConnection> connections, UnaryOperator<RedisCacheStore.Builder> settings) {
        return new CachePair(namespace, connections, settings);
    }

    private CacheNode node(
            RedisConnection connection, String namespace, UnaryOperator<RedisCacheStore.Builder> settings) {
        RedisCacheStore store = settings.apply(
                        RedisCacheStore.builder(connection, namespace).heartbeatTimeout(HEARTBEAT))
                .build();
        return CacheNode.on(
                CacheNode.NAME,
                connection,
                store,
                database,
                builder -> builder.earlyRefresh(0).storeTimeout(TestRun.PATIENCE));
    }

    /** Of one key and of all keys, in both directions. */
    void assertThatChangesAreTold() {
        awaitReady(one);
        awaitReady(other);
        assertTold(one, other, cache -> cache.invalidate(KEY));
        assertTold(other, one, cache -> cache.put(KEY, current()));
        assertTold(one, other, CacheAside::clear);
    }

    private static void awaitReady(CacheNode node) {
        await().ignoreExceptions()
                .until(() -> done(node.cache().put("ready", "v").thenApply(put -> true)));
        Heard.awaitEpoch(node.store());
    }

    private void assertTold(
            CacheNode writer, CacheNode reader, Function<CacheAside<String, String>, CompletionStage<Void>> change) {
        database.set(KEY, current());
        await().until(() -> done(reader.cache().get(KEY)).origin() == Cached.Origin.HIT_NEAR);
        Epoch epoch = reader.store().epoch();
        version++;
        database.set(KEY, current());
        done(change.apply(writer.cache()));

        await().pollInterval(Duration.ofMillis(1)).until(() -> reader.get(KEY).equals(current()));
        assertThat(reader.store().epoch()).isSameAs(epoch);
        assertThat(epoch.isLive(System.nanoTime())).isTrue();
    }

    private String current() {
        return "v" + version;
    }

    @Override
    public void close() {
        one.close();
        other.close();
    }
}

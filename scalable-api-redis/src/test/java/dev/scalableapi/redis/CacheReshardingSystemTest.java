package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheNode.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.cache.Cached;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A slot goes from one master to another, while its key is read and changed. */
class CacheReshardingSystemTest {
    /** The step after which the new master has the keys, and is not yet named. */
    private static final int MIGRATED = 3;

    private static final Duration SETTLED = Duration.ofSeconds(20);

    private final String namespace = TestRedis.namespace();
    private final HeldDatabase database = new HeldDatabase();
    private TestRedisCluster cluster;
    private CacheNode one;
    private CacheNode other;
    private int version;
    private int refused;

    @BeforeEach
    void start() {
        cluster = TestRedisCluster.started();
        one = CacheNode.on(cluster.connect(), namespace, database);
        other = CacheNode.on(cluster.connect(), namespace, database);
    }

    @AfterEach
    void stop() {
        one.close();
        other.close();
        cluster.close();
    }

    /** A change that meets a key between two masters may be refused, visibly; it is made up for. */
    @Test
    void noReadFailsAndNoChangeIsLostWhileASlotMoves() {
        String entry = namespace + ":v:{" + CacheNode.name("k") + "}";
        int former = cluster.masterOf(entry);
        write();
        cluster.moveSlot(entry, this::readAndWrite);

        assertThat(cluster.masterOf(entry)).isNotEqualTo(former);
        System.out.printf("CacheReshardingSystemTest: %d of %d changes were refused%n", refused, version);
        await().atMost(SETTLED)
                .until(() -> one.get("k").equals(current()) && other.get("k").equals(current()));
        await().atMost(SETTLED)
                .until(() -> done(one.cache().get("k")).origin() == Cached.Origin.HIT_NEAR
                        && done(other.cache().get("k")).origin() == Cached.Origin.HIT_NEAR);
        assertThat(one.get("k")).isEqualTo(current());
        assertThat(other.get("k")).isEqualTo(current());
    }

    /** The last change is made when the slot is on its way. */
    private void readAndWrite(int step) {
        for (int i = 0; i < 5; i++) {
            assertThat(one.get("k")).startsWith("v");
            assertThat(other.get("k")).isEqualTo(current());
            if (step <= MIGRATED) {
                write();
            }
            assertThat(other.get("k")).isEqualTo(current());
            assertThat(one.get("k")).startsWith("v");
        }
    }

    private void write() {
        version++;
        database.set("k", current());
        CompletionStage<Boolean> told = other.cache().invalidate("k").handle((done, failure) -> failure == null);
        refused += done(told) ? 0 : 1;
    }

    private String current() {
        return "v" + version;
    }
}

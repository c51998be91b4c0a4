package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheNode.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.cache.Cached;
import dev.scalableapi.testkit.TestSeed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A master dies under the traffic of two nodes; its replica takes its place. Each case has a cluster of its own. */
class CacheAsideFailoverSystemTest {
    private static final int KEYS = 300;
    private static final int WRITES = 1_000;
    /** The default heartbeat timeout, and what a machine under load may add. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(2).plusSeconds(3);

    /** Sooner after a master's death nobody else acknowledges a write of its keys. */
    private static final Duration NO_SUCCESSOR = Duration.ofSeconds(1);

    private static final Duration FAILOVER = Duration.ofSeconds(30);

    private final String namespace = TestRedis.namespace();
    private TestRedisCluster cluster;

    @BeforeEach
    void start() {
        cluster = TestRedisCluster.started();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    /** How much of what the master has acknowledged its replica has when it dies. */
    enum Replica {
        FOLLOWS,
        IS_CUT_OFF
    }

    @ParameterizedTest
    @EnumSource
    void deathOfAMasterFailsNoReadAndLosesNoWriteThatItsReplicaHad(Replica replica) {
        long seed = TestSeed.value();
        say(replica, "seed " + seed);
        // Of the nonces in the one case, of entries alone in the other.
        int nonces = cluster.masterOf("{" + CacheNode.NAME + "}");
        int doomed = replica == Replica.FOLLOWS ? nonces : (nonces + 1) % 3;
        List<String> keys = IntStream.range(0, KEYS).mapToObj(i -> "k" + i).toList();
        List<String> itsKeys =
                keys.stream().filter(key -> master(key) == doomed).toList();
        String probe = probe(doomed);
        try (VersionTraffic traffic = new VersionTraffic(keys, seed);
                DoomedMaster master = new DoomedMaster(cluster, doomed);
                CacheNode one = CacheNode.on(cluster.connect(), namespace, traffic);
                CacheNode other = CacheNode.on(cluster.connect(), namespace, traffic)) {
            master.watchReplication(itsKeys.get(0));
            traffic.start(List.of(one, other));
            traffic.awaitWrites(WRITES, write -> true);
            if (replica == Replica.IS_CUT_OFF) {
                master.cutOffReplica();
                traffic.awaitWrites(WRITES / 5, write -> itsKeys.contains(write.key()));
            }
            say(replica, "in peace an old value was served for " + millis(traffic.oldestReadNanos.get()));
            long killed = System.nanoTime();
            Map<String, Long> left = master.kill(namespace, itsKeys);
            List<VersionTraffic.Write> written = traffic.acknowledged().stream()
                    .filter(write -> itsKeys.contains(write.key()) && write.at() - killed < NO_SUCCESSOR.toNanos())
                    .toList();
            List<VersionTraffic.Write> lost = written.stream()
                    .filter(write -> left.getOrDefault(write.key(), Long.MAX_VALUE) < write.version())
                    .toList();
            long replicated = master.replicatedUntil();
            tellLosses(replica, replicated, written, lost);

            assertThat(lost)
                    .allSatisfy(write -> assertThat(write.at() - replicated).isPositive());
            assertThat(replica == Replica.FOLLOWS || !lost.isEmpty()).isTrue();

            awaitNearHits(replica, killed, probe, List.of(one, other));
            traffic.awaitWrites(WRITES / 2, write -> itsKeys.contains(write.key()));
            traffic.acknowledged().stream()
                    .filter(write -> itsKeys.contains(write.key()) && write.at() - killed > NO_SUCCESSOR.toNanos())
                    .findFirst()
                    .ifPresent(write -> say(replica, "first write after " + millis(write.at() - killed)));
            say(replica, "since the start an old value was served for " + millis(traffic.oldestReadNanos.get()));

            Map<String, Long> invalidated = traffic.invalidateEach();
            long round = System.nanoTime();
            await().atMost(HEARTBEAT)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> oldValues(one, invalidated) + oldValues(other, invalidated) == 0);
            say(replica, "no old value " + millis(System.nanoTime() - round) + " after each key was invalidated");
            for (int i = 0; i < 20; i++) {
                assertThat(oldValues(one, invalidated) + oldValues(other, invalidated))
                        .isZero();
            }
            traffic.stop();
            tellTraffic(replica, traffic);
            assertThat(traffic.readFailures).isEmpty();
        }
    }

    private int master(String key) {
        return cluster.masterOf("{" + CacheNode.name(key) + "}");
    }

    /** A key that nobody else uses. */
    private String probe(int ofMaster) {
        return Stream.iterate(0, i -> i + 1)
                .map(i -> "probe" + i)
                .filter(key -> master(key) == ofMaster)
                .findFirst()
                .orElseThrow();
    }

    private static long oldValues(CacheNode node, Map<String, Long> versions) {
        return versions.entrySet().stream()
                .filter(entry -> Long.parseLong(node.get(entry.getKey())) < entry.getValue())
                .count();
    }

    /** The invalidations drop what was loaded without the store. */
    private static void awaitNearHits(Replica replica, long killed, String probe, List<CacheNode> nodes) {
        await().atMost(FAILOVER)
                .pollInterval(Duration.ofMillis(5))
                .ignoreExceptions()
                .until(() -> {
                    nodes.forEach(node -> done(node.cache().invalidate(probe)));
                    return true;
                });
        say(replica, "writes of both nodes again after " + millis(System.nanoTime() - killed));
        await().atMost(FAILOVER)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> nodes.stream()
                        .allMatch(node -> Heard.isLive(node.store())
                                && done(node.cache().get(probe)).origin() == Cached.Origin.HIT_NEAR));
        say(replica, "near hits of both nodes again after " + millis(System.nanoTime() - killed));
    }

    private static void tellLosses(
            Replica replica, long replicated, List<VersionTraffic.Write> written, List<VersionTraffic.Write> lost) {
        List<VersionTraffic.Write> late =
                written.stream().filter(write -> write.at() - replicated > 0).toList();
        long end = late.stream().mapToLong(VersionTraffic.Write::at).max().orElse(replicated);
        say(
                replica,
                "%d writes acknowledged, %d of them in the last %s, which the replica did not confirm; %d lost, of %d keys"
                        .formatted(
                                written.size(),
                                late.size(),
                                millis(end - replicated),
                                lost.size(),
                                lost.stream()
                                        .map(VersionTraffic.Write::key)
                                        .distinct()
                                        .count()));
    }

    private static void tellTraffic(Replica replica, VersionTraffic traffic) {
        say(
                replica,
                "%d reads, %d failed, the longest took %s; %d writes succeeded, %d did not"
                        .formatted(
                                traffic.reads.sum(),
                                traffic.readFailures.size(),
                                millis(traffic.longestReadNanos.get()),
                                traffic.acknowledged().size(),
                                traffic.unconfirmedWrites.sum()));
    }

    private static String millis(long nanos) {
        return "%.1f ms".formatted(nanos / 1e6);
    }

    private static void say(Replica replica, String what) {
        System.out.println("CacheAsideFailoverSystemTest: the replica " + replica + ": " + what);
    }
}

package dev.scalableapi.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One load for several JVMs on one Redis. */
class CacheProcessesSystemTest {
    private static final Duration DEFAULT_LEASE = Duration.ofSeconds(3);
    /** How long a waiter may take on top of the lease, and what a machine under load may add. */
    private static final long SLACK = 250;

    private static final long LOAD = 1_500;

    private static TestRedis redis;

    private final String namespace = TestRedis.namespace();
    private final String prefix = TestRedis.namespace();
    private SharedDatabase database;
    private List<ChildProcess> children = List.of();

    @BeforeAll
    static void startRedis() {
        redis = TestRedis.started();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @BeforeEach
    void connect() {
        database = new SharedDatabase(redis.url(), prefix);
    }

    @AfterEach
    void end() {
        children.forEach(ChildProcess::close);
        database.close();
    }

    private void start(Duration lease) {
        children = List.of(
                ChildProcess.started(redis, namespace, prefix, lease),
                ChildProcess.started(redis, namespace, prefix, lease));
        children.forEach(ChildProcess::awaitReady);
    }

    private CompletableFuture<String> read(int child, String key, int threads) {
        return children.get(child).read(key, threads);
    }

    @Test
    void coldKeyIsLoadedOnceForTwoHundredThreadsOfEachOfTwoProcesses() {
        start(DEFAULT_LEASE);
        database.loadsTake(Duration.ofMillis(100));
        for (int round = 0; round < 5; round++) {
            String key = "cold" + round;
            database.set(key, "v" + round);
            CompletableFuture<String> one = read(0, key, 200);
            CompletableFuture<String> other = read(1, key, 200);

            assertThat(done(one)).isEqualTo("{v" + round + "=200}");
            assertThat(done(other)).isEqualTo("{v" + round + "=200}");
            assertThat(database.loads(key)).hasSize(1);
        }
    }

    @Test
    void loadOfAKilledProcessIsBegunAnewOnceWhenItsLeaseHasEnded() {
        start(DEFAULT_LEASE);
        database.set("k", "v");
        database.loadsTake(Duration.ofMinutes(1));
        CompletableFuture<String> killed = read(0, "k", 10);
        await().until(() -> database.loads("k").size() == 1);
        CompletableFuture<String> waiting = read(1, "k", 200);
        database.loadsTake(Duration.ofMillis(100));
        children.get(0).kill();
        long kill = database.now();

        assertThat(done(waiting)).isEqualTo("{v=200}");
        assertThat(killed).failsWithin(10, TimeUnit.SECONDS);
        List<Long> loads = database.loads("k");
        assertThat(loads).hasSize(2);
        long after = loads.get(1) - kill;
        print("kill -9: the next load began after %d ms, the lease being %d ms", after, DEFAULT_LEASE.toMillis());
        assertThat(after).isLessThan(DEFAULT_LEASE.toMillis() + SLACK + LOAD);
    }

    @Test
    void loadOfThreeLeasesIsStillTheOnlyOne() {
        Duration lease = Duration.ofSeconds(1);
        start(lease);
        database.set("k", "v");
        database.loadsTake(lease.multipliedBy(3));
        CompletableFuture<String> one = read(0, "k", 20);
        CompletableFuture<String> other = read(1, "k", 20);

        assertThat(done(one)).isEqualTo("{v=20}");
        assertThat(done(other)).isEqualTo("{v=20}");
        assertThat(database.loads("k")).hasSize(1);
    }

    @Test
    void waitersTakeOverFromALoadThatFails() {
        start(DEFAULT_LEASE);
        database.set("k", "v");
        database.failLoads("k", 1);
        database.loadsTake(Duration.ofMillis(500));
        CompletableFuture<String> failing = read(0, "k", 20);
        await().until(() -> database.loads("k").size() == 1);
        CompletableFuture<String> other = read(1, "k", 20);

        assertThat(done(failing)).isEqualTo("{IllegalStateException=20}");
        assertThat(done(other)).isEqualTo("{v=20}");
        List<Long> loads = database.loads("k");
        assertThat(loads).hasSize(2);
        print(
                "a load that fails: the next began %d ms after it had begun, it took 500 ms",
                loads.get(1) - loads.get(0));
    }

    @Test
    void waitersGetTheFailureWhereEveryLoadFails() {
        start(DEFAULT_LEASE);
        database.failLoads("k", 1_000);
        database.loadsTake(Duration.ofMillis(100));
        CompletableFuture<String> one = read(0, "k", 50);
        CompletableFuture<String> other = read(1, "k", 50);

        assertThat(done(one)).isEqualTo("{IllegalStateException=50}");
        assertThat(done(other)).isEqualTo("{IllegalStateException=50}");
        assertThat(database.loads("k")).hasSizeBetween(2, 10);
    }

    private static void print(String format, Object... values) {
        System.out.printf("CacheProcessesSystemTest: " + format + "%n", values);
    }

    private static String done(CompletableFuture<String> answer) {
        return answer.orTimeout(30, TimeUnit.SECONDS).join();
    }
}

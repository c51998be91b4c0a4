package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheNode.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.cache.CacheStatistics;
import dev.scalableapi.cache.Cached;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A Redis that hangs for a minute under a thousand reads a second. Half of them are of a few keys, which the near level has
 * while all is well; the others go round so many keys that each has to be asked of the store, or loaded.
 */
class CacheHangSoakTest {
    /** The cache's own. */
    private static final Duration STORE_TIMEOUT = Duration.ofMillis(250);
    /** What a busy machine may add; less than it takes to wait for the store twice. */
    private static final Duration LOAD = Duration.ofMillis(200);

    /** Who takes longer has waited for Redis, or for a machine that stood still. */
    private static final Duration WAIT = Duration.ofMillis(100);

    private static final Duration WELL = Duration.ofSeconds(10);
    private static final Duration HANG = Duration.ofSeconds(60);
    /** Moments of the hang, at which garbage is collected, which holds up everybody. */
    private static final Duration EARLY = Duration.ofSeconds(15);

    private static final Duration LATE = Duration.ofSeconds(55);
    private static final Duration AFTER = Duration.ofSeconds(10);
    private static final Duration ALL = WELL.plus(HANG).plus(AFTER);

    private static final int HOT = 50;
    private static final int COLD = 4_000;
    private static final int NEAR = 500;
    private static final long HEAP_BOUND = 1_000_000;

    private volatile String watched = "v1";
    private final TestRedis server = TestRedis.started();
    private final String namespace = TestRedis.namespace();
    private final CacheNode one = node();
    private final CacheNode other = node();

    private CacheNode node() {
        return CacheNode.on(
                server.connect(), namespace, (key, context) -> load(key), settings -> settings.nearEntries(NEAR));
    }

    private CompletionStage<Optional<String>> load(String key) {
        return CompletableFuture.completedFuture(Optional.of(key.equals("watched") ? watched : "v"));
    }

    @AfterEach
    void stop() {
        one.close();
        other.close();
        server.close();
    }

    @Test
    void nobodyFailsAndOnlyTheFirstWait() {
        warmUp();
        SteadyLoad.Times alone = loaderAlone();
        SteadyLoad load = SteadyLoad.started(ALL, this::read);
        load.awaitSent(number(WELL));
        CacheStatistics well = one.cache().statistics();
        int paused = load.sent();
        server.pause();
        int collected = paused + number(EARLY);
        int collectedAgain = paused + number(LATE);
        long early = heapAt(load, collected);
        long late = heapAt(load, collectedAgain);
        load.awaitSent(paused + number(HANG));
        CacheStatistics hung = one.cache().statistics();
        int resumed = load.sent();
        server.resume();
        recovers();
        load.awaitEnd();

        int settled = paused + number(Duration.ofSeconds(2));
        SteadyLoad.Times first = load.times(paused, settled, i -> true);
        IntPredicate collecting = i -> isSecondAfter(collected, i) || isSecondAfter(collectedAgain, i);
        SteadyLoad.Times rest = load.times(settled, resumed, collecting.negate());
        say("the loader alone: %s", alone);
        say("before, near: %s", load.times(0, paused, CacheHangSoakTest::isHot));
        say("before, others: %s", load.times(0, paused, i -> !isHot(i)));
        say("before: %s", well);
        say("first two seconds: %s, %d of them waited", first, first.slowerThan(WAIT));
        say("the rest: %s, %d of them waited", rest, rest.slowerThan(WAIT));
        say("left out, for the collection: %s", load.times(settled, resumed, collecting));
        say("by then: %s", hung);
        say("heap: %d bytes at second %d, %+d at second %d", early, EARLY.toSeconds(), late - early, LATE.toSeconds());
        say("after: %s", load.times(resumed, number(ALL), i -> true));

        assertThat(load.failures()).isEmpty();
        assertThat(resumed - paused).isGreaterThanOrEqualTo(number(HANG));
        assertThat(well.loads() + well.storeHits()).isGreaterThan(number(WELL) / 3);
        assertThat(hung.loads() - well.loads()).isGreaterThan(number(HANG) / 3);
        assertThat(first.longest()).isLessThan(STORE_TIMEOUT.plus(LOAD).toNanos());
        assertThat(rest.slowerThan(WAIT)).isLessThan(rest.count() / 100);
        assertThat(rest.longest()).isLessThan(STORE_TIMEOUT.plus(LOAD).toNanos());
        assertThat(rest.median() - alone.median())
                .isLessThan(Duration.ofMillis(1).toNanos());
        assertThat(late - early).isLessThan(HEAP_BOUND);
    }

    /** As long as it is compiled, Redis seems slow. */
    private void warmUp() {
        SteadyLoad.started(Duration.ofSeconds(5), this::read).awaitEnd();
    }

    /** What the same load costs without a cache. */
    private SteadyLoad.Times loaderAlone() {
        Duration length = Duration.ofSeconds(5);
        SteadyLoad load = SteadyLoad.started(length, i -> load(key(i)));
        load.awaitEnd();
        return load.times(number(length) / 2, number(length), i -> true);
    }

    private CompletionStage<Cached<String>> read(int number) {
        return one.cache().get(key(number));
    }

    private static String key(int number) {
        return isHot(number) ? "hot" + number % HOT : "cold" + number % COLD;
    }

    private static boolean isHot(int number) {
        return number % 2 == 0;
    }

    private static boolean isSecondAfter(int moment, int number) {
        return number >= moment && number < moment + SteadyLoad.A_SECOND;
    }

    private static int number(Duration time) {
        return Math.toIntExact(time.toSeconds() * SteadyLoad.A_SECOND);
    }

    private static long heapAt(SteadyLoad load, int number) {
        load.awaitSent(number);
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** The node that is read has the value near when the other node changes it. */
    private void recovers() {
        long resumed = System.nanoTime();
        awaitStore(other);
        awaitStore(one);
        await().atMost(AFTER).until(() -> done(one.cache().get("watched")).origin() == Cached.Origin.HIT_NEAR);
        long back = System.nanoTime();
        watched = "v2";
        done(other.cache().invalidate("watched"));
        await().atMost(AFTER)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> one.get("watched").equals("v2"));
        say(
                "near hits are back after %d ms; then another node's write is seen after %d ms",
                Duration.ofNanos(back - resumed).toMillis(),
                Duration.ofNanos(System.nanoTime() - back).toMillis());
    }

    private static void awaitStore(CacheNode node) {
        await().atMost(AFTER)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> Heard.isLive(node.store()) && !node.connection().isRefusing());
        Heard.awaitConnection(node.store());
    }

    private static void say(String text, Object... figures) {
        System.out.printf("CacheHangSoakTest: " + text + "%n", figures);
    }
}

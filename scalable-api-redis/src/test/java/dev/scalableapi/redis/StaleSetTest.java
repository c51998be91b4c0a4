package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheNode.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.cache.CacheAside;
import dev.scalableapi.cache.CacheAsideBuilder;
import dev.scalableapi.cache.Cached;
import dev.scalableapi.testkit.TestRun;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A load has read v1 and is held up; somebody commits v2 and writes to the cache; then the load goes on. */
class StaleSetTest {
    private static final String TAG = "tag";

    private static TestRedis server;

    private final HeldDatabase database = new HeldDatabase();
    private final String namespace = TestRedis.namespace();
    private CacheNode one;
    private CacheNode other;
    private RedisClient client;
    private RedisCommands<String, String> redis;

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
        one = CacheNode.on(server.connect(), namespace, database, StaleSetTest::lenient);
        other = CacheNode.on(server.connect(), namespace, database, StaleSetTest::lenient);
        client = RedisClient.create(server.uri());
        redis = client.connect().sync();
        database.sayings = context -> context.tags(TAG);
        database.set("k", "v1");
    }

    private static CacheAsideBuilder<String, String> lenient(CacheAsideBuilder<String, String> builder) {
        return builder.earlyRefresh(0)
                .staleIfError(Duration.ofMinutes(1))
                .softTimeout(Duration.ofMillis(30))
                .storeTimeout(TestRun.PATIENCE);
    }

    @AfterEach
    void stop() {
        one.close();
        other.close();
        client.shutdown();
    }

    /** How a load begins, on one node; gives the hold at which it stands, having read v1. */
    enum Load {
        GET,
        BULK,
        REFRESH,
        EARLY_REFRESH,
        BACKGROUND
    }

    /** How v2 is told. */
    enum Write {
        INVALIDATE,
        PUT,
        TAG,
        CLEAR,
        EXPIRE
    }

    static Stream<Arguments> all() {
        return each(Load.values());
    }

    static Stream<Arguments> loadsThatAreJoined() {
        return each(Load.GET, Load.BULK);
    }

    private static Stream<Arguments> each(Load... loads) {
        return Stream.of(loads)
                .flatMap(load -> Stream.of(Write.values())
                        .flatMap(
                                write -> Stream.of(Arguments.of(load, write, true), Arguments.of(load, write, false))));
    }

    @ParameterizedTest
    @MethodSource("all")
    void loadThatReadTheFormerValueReachesNeitherLevel(Load load, Write write, boolean sameNode) {
        HeldDatabase.Hold hold;
        CompletionStage<?> early;
        if (load == Load.GET) {
            hold = database.holdNext();
            early = one.cache().get("k");
        } else if (load == Load.BULK) {
            hold = database.holdNext();
            early = one.cache().getAll(List.of("j", "k"), database);
        } else if (load == Load.REFRESH) {
            warm();
            hold = database.holdNext();
            early = one.cache().refresh("k");
        } else if (load == Load.EARLY_REFRESH) {
            hold = earlyRefresh();
            early = CompletableFuture.completedFuture(null);
        } else {
            warm();
            done(one.cache().expire("k"));
            hold = database.holdNext();
            assertThat(one.get("k")).isEqualTo("v1");
            early = CompletableFuture.completedFuture(null);
        }
        hold.awaitReached();
        database.set("k", "v2");
        done(write(write, (sameNode ? one : other).cache()));
        hold.letGo();
        done(early.exceptionally(failure -> null));

        await().during(Duration.ofMillis(50))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> isNeverOld(write));
        for (CacheNode node : List.of(one, other, one, other)) {
            assertThat(node.get("k")).isEqualTo("v2");
        }
    }

    private void warm() {
        for (int i = 0; i < 3; i++) {
            assertThat(one.get("k")).isEqualTo("v1");
        }
    }

    /** By a cache whose load took so long that every eighth hit refreshes. */
    private HeldDatabase.Hold earlyRefresh() {
        one.close();
        one = CacheNode.on(
                server.connect(),
                namespace,
                database,
                builder -> lenient(builder).earlyRefresh(100).retryDelay(Duration.ofMillis(1)));
        HeldDatabase.Hold slow = database.holdNext();
        database.sayings = context -> context.tags(TAG).ttl(Duration.ofSeconds(20));
        CompletionStage<Cached<String>> first = one.cache().get("k");
        slow.awaitReached();
        long reached = System.nanoTime();
        await().until(() -> System.nanoTime() - reached > 100_000_000L);
        slow.letGo();
        done(first);
        HeldDatabase.Hold hold = database.holdNext();
        await().pollInterval(Duration.ofMillis(2)).until(() -> {
            assertThat(one.get("k")).isEqualTo("v1");
            return hold.reached().isDone();
        });
        return hold;
    }

    private static CompletionStage<Void> write(Write write, CacheAside<String, String> cache) {
        return switch (write) {
            case INVALIDATE -> cache.invalidate("k");
            case PUT -> cache.put("k", "v2");
            case TAG -> cache.invalidateTag(TAG);
            case CLEAR -> cache.clear();
            case EXPIRE -> cache.expire("k");
        };
    }

    /** Where a nonce has ended, or the time, the bytes may stand in Redis: nobody takes them for fresh. */
    private boolean isNeverOld(Write write) {
        assertThat(one.present("k")).isNotEqualTo(Optional.of("v1"));
        assertThat(other.present("k")).isNotEqualTo(Optional.of("v1"));
        if (write == Write.INVALIDATE || write == Write.PUT) {
            assertThat(String.valueOf(redis.get(namespace + ":v:{versions:k}"))).doesNotContain("1v1");
        }
        return true;
    }

    @ParameterizedTest
    @MethodSource("loadsThatAreJoined")
    void readBegunAfterAWriteNeverJoinsAnOlderLoad(Load load, Write write, boolean sameNode) {
        HeldDatabase.Hold hold = database.holdNext();
        CompletionStage<?> early =
                load == Load.GET ? one.cache().get("k") : one.cache().getAll(List.of("j", "k"), database);
        hold.awaitReached();
        database.set("k", "v2");
        one.heard().clear();
        done(write(write, (sameNode ? one : other).cache()));
        if (!sameNode) {
            awaitHeard(write);
        }
        CompletionStage<Cached<String>> late = one.cache().get("k");
        hold.letGo();
        done(early);

        assertThat(done(late).value()).hasValue("v2");
    }

    private void awaitHeard(Write write) {
        if (write == Write.TAG) {
            one.heard().awaitNonce(CacheNode.NAME, "any");
            one.heard().awaitNonce(CacheNode.NAME, "t:" + TAG);
        } else if (write == Write.CLEAR) {
            one.heard().awaitNonce(CacheNode.NAME, "all");
        } else {
            one.heard().awaitEntry(CacheNode.name("k"));
        }
    }

    /** It has learned of v1 while it waits for another node's load. */
    @ParameterizedTest
    @EnumSource(
            value = Write.class,
            names = {"INVALIDATE", "TAG", "CLEAR"})
    void staleValueOfAWaiterIsNotServedAfterAWrite(Write write) {
        warm();
        done(one.cache().expire("k"));
        HeldDatabase.Hold hold = database.holdNext();
        CompletionStage<Cached<String>> loading = other.cache().get("k");
        hold.awaitReached();
        assertThat(one.get("k")).isEqualTo("v1");
        database.set("k", "v2");
        database.failure = new IllegalStateException("The database fails");
        one.heard().clear();
        done(write(write, other.cache()));
        awaitHeard(write);

        CompletionStage<Cached<String>> late = one.cache().get("k");
        hold.letGo();
        done(loading);
        assertThat(late.toCompletableFuture()).failsWithin(TestRun.PATIENCE);
        database.failure = null;
        assertThat(one.get("k")).isEqualTo("v2");
    }

    @Test
    void loadThatLostItsLeaseIsNotKeptThoughItsNodeTookTheLeaseAnew() {
        HeldDatabase.Hold old = database.holdNext();
        CompletionStage<Cached<String>> early = one.cache().get("k");
        old.awaitReached();
        database.set("k", "v2");
        done(one.cache().invalidate("k"));
        HeldDatabase.Hold young = database.holdNext();
        CompletionStage<Cached<String>> late = one.cache().get("k");
        young.awaitReached();
        old.letGo();
        assertThat(done(early).value()).hasValue("v1");
        assertThat(other.present("k")).isEmpty();
        young.letGo();

        assertThat(done(late).value()).hasValue("v2");
        assertThat(other.get("k")).isEqualTo("v2");
    }
}

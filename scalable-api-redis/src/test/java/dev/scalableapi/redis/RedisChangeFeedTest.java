package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.FRESH;
import static dev.scalableapi.redis.CacheStoreContract.MINUTE;
import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.core.cache.Acquisition;
import dev.scalableapi.core.cache.CacheStore;
import dev.scalableapi.core.cache.Epoch;
import dev.scalableapi.core.cache.Lease;
import dev.scalableapi.testkit.TestRun;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisChangeFeedTest {
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final byte[] ONE = {1};

    private final String namespace = TestRedis.namespace();
    private final TestRedis server = TestRedis.started();
    private final RedisConnection connection = server.connect();
    private final RedisCacheStore store = store(connection);
    private final Heard heard = Heard.of(store);
    private final RedisClient client = RedisClient.create(server.uri());
    private RedisCommands<String, String> redis;

    @BeforeEach
    void start() {
        redis = client.connect().sync();
        Heard.awaitEpoch(store);
    }

    @AfterEach
    void stop() {
        store.close();
        connection.close();
        client.shutdown();
        server.close();
    }

    private RedisCacheStore store(RedisConnection on) {
        return RedisCacheStore.builder(on, namespace)
                .heartbeatTimeout(HEARTBEAT)
                .build();
    }

    @Test
    void whatOthersWriteRemoveOrLetExpireIsHeard() {
        String key = namespace + ":v:{foreign}";
        redis.set(key, "x");
        heard.awaitEntry("foreign");
        heard.clear();
        redis.del(key);
        heard.awaitEntry("foreign");

        redis.set(key, "x", SetArgs.Builder.px(20));
        heard.awaitEntry("foreign");
        heard.clear();
        heard.awaitEntry("foreign");

        redis.set(namespace + ":n:{g}name", "x");
        heard.awaitNonce("g", "name");
    }

    @Test
    void whatIsNoKeyOfTheStoreIsNotHeard() {
        for (String key : List.of(":v:", ":v:{", ":v:{}", ":v:{x", ":v:x}", ":n:{", ":n:{}x", ":n:{x", ":x:{x}", "")) {
            redis.set(namespace + key, "x");
        }
        redis.set(TestRedis.namespace() + ":v:{x}", "x");
        redis.publish(namespace + ":w", "x");
        done(store.put("marker", ONE, FRESH));
        heard.awaitEntry("marker");

        assertThat(heard.entries()).containsOnly("marker");
    }

    @Test
    void leasesAreToldToNobody() {
        Lease lease = ((Acquisition.Granted) done(store.acquire("leased", MINUTE, ""))).lease();
        done(store.acquire("leased", MINUTE, ""));
        done(store.renew(lease, MINUTE));
        done(store.put("marker", ONE, FRESH));
        heard.awaitEntry("marker");

        assertThat(redis.info("stats")).contains("tracking_total_prefixes:2\r\n");
        assertThat(heard.entries()).containsOnly("marker");
    }

    @Test
    void changeIsToldOnceWhereTrackingTellsIt() {
        for (int i = 0; i < 20; i++) {
            done(store.put("once" + i, ONE, FRESH));
        }
        heard.awaitEntry("once19");

        assertThat(heard.entries()).doesNotHaveDuplicates();
        assertThat(redis.info("commandstats")).doesNotContain("cmdstat_publish");
    }

    @Test
    void listenerThatThrowsKeepsNothingFromOthers() {
        store.listen(new CacheStore.Listener() {
            @Override
            public void entryChanged(String key) {
                throw new IllegalStateException("as it is meant to be");
            }

            @Override
            public void leaseEnded(String key) {}

            @Override
            public void nonceChanged(String group, String name) {
                throw new IllegalStateException("as it is meant to be");
            }

            @Override
            public void epochBegan() {
                throw new IllegalStateException("as it is meant to be");
            }
        });
        Heard later = Heard.of(store);
        done(store.put("a", ONE, FRESH));
        heard.awaitEntry("a");
        later.awaitEntry("a");
        redis.flushall();

        await().until(() -> later.epochs() > 0);
        done(store.put("b", ONE, FRESH));
        later.awaitEntry("b");
    }

    @Test
    void epochEndsWithItsConnectionAndANewOneBegins() {
        endsAnEpochWhich(() -> redis.clientKill(KillArgs.Builder.typePubsub()));
    }

    @Test
    void epochEndsWhenAllIsFlushed() {
        done(store.put("a", ONE, FRESH));
        endsAnEpochWhich(redis::flushall);
        endsAnEpochWhich(redis::flushdb);
    }

    @Test
    void epochEndsWithTheRedisAndANewOneBeginsWithTheNext() {
        endsAnEpochWhich(() -> {
            server.stop();
            await().until(() -> !Heard.isLive(store));
            server.start();
        });
    }

    private void endsAnEpochWhich(Runnable doubt) {
        Epoch former = store.epoch();
        int epochs = heard.epochs();
        doubt.run();

        await().pollInterval(Duration.ofMillis(1)).until(() -> !former.isLive(System.nanoTime()));
        Heard.awaitEpoch(store);
        await().until(() -> heard.epochs() > epochs);
        assertThat(store.epoch()).isNotSameAs(former);
        heard.clear();
        done(store.put("after", ONE, FRESH));
        heard.awaitEntry("after");
    }

    /** It stands in the epoch itself, so that it holds also where no thread runs that could end it. */
    @Test
    void epochNeverReachesFurtherThanTheHeartbeatTimeoutFromNow() {
        long margin = HEARTBEAT.toNanos() / 20;
        long end = System.nanoTime() + HEARTBEAT.toNanos() * 3 / 2;
        int lived = 0;
        while (System.nanoTime() < end) {
            long now = System.nanoTime();
            boolean reachesFurther = store.epoch().isLive(now + HEARTBEAT.toNanos() + margin);
            // This thread may have stood still in between.
            assertThat(reachesFurther && System.nanoTime() - now < margin).isFalse();
            lived += Heard.isLive(store) ? 1 : 0;
            Thread.onSpinWait();
        }
        assertThat(lived).isPositive();
    }

    @Test
    void redisThatHangsEndsTheEpochInTime() {
        Epoch epoch = store.epoch();
        server.pause();
        long paused = System.nanoTime();

        assertThat(epoch.isLive(paused + HEARTBEAT.toNanos())).isFalse();
        await().until(() -> System.nanoTime() - paused > HEARTBEAT.toNanos());
        assertThat(Heard.isLive(store)).isFalse();
        server.resume();
        Heard.awaitEpoch(store);
        done(store.put("after", ONE, FRESH));
        heard.awaitEntry("after");
    }

    @Test
    void networkThatSwallowsAllEndsTheEpochInTimeAndTheConnectionIsReplaced() {
        try (LossyProxy proxy = LossyProxy.to(server.uri());
                RedisConnection far = RedisConnection.builder(proxy.uri()).open();
                RedisCacheStore behind = store(far)) {
            Heard.awaitEpoch(behind);
            Heard there = Heard.of(behind);
            Epoch former = behind.epoch();
            proxy.swallow();
            long swallowed = System.nanoTime();

            await().until(() -> System.nanoTime() - swallowed > HEARTBEAT.toNanos());
            assertThat(former.isLive(System.nanoTime())).isFalse();
            Heard.awaitEpoch(behind);
            assertThat(behind.epoch()).isNotSameAs(former);
            done(store.put("after", ONE, FRESH));
            there.awaitEntry("after");
        }
    }

    @Test
    void closedStoreEndsItsEpochAndItsConnectionAlone() {
        store.close();
        store.close();

        assertThat(Heard.isLive(store)).isFalse();
        await().until(() -> !redis.clientList().contains(" sub=1 "));
        done(store.put("a", ONE, FRESH));
    }

    @Test
    void closedConnectionEndsTheEpoch() {
        connection.close();

        await().until(() -> !Heard.isLive(store));
    }

    @Test
    void storeThatPublishesNeedsNoTrackingAndTellsAll() {
        RedisURI restricted = user("+@all", "-client|tracking");
        try (RedisConnection one = patient(restricted);
                RedisConnection other = patient(restricted);
                RedisCacheStore writer =
                        RedisCacheStore.builder(one, namespace).publishChanges().build();
                RedisCacheStore reader = RedisCacheStore.builder(other, namespace)
                        .publishChanges()
                        .build()) {
            Heard.awaitEpoch(writer);
            Heard.awaitEpoch(reader);
            Heard there = Heard.of(reader);
            done(writer.put("p", ONE, FRESH));
            there.awaitEntry("p");
            there.clear();
            done(writer.expire("p"));
            there.awaitEntry("p");
            there.clear();
            done(writer.invalidate("p"));
            there.awaitEntry("p");
            there.clear();
            Acquisition.Granted granted = (Acquisition.Granted) done(writer.acquire("p", MINUTE, ""));
            done(writer.commit(granted.lease(), ONE, FRESH));
            there.awaitEntry("p");
            done(writer.nonces("g", List.of("n"), MINUTE));
            there.awaitNonce("g", "n");
            there.clear();
            done(writer.changeNonces("g", List.of("n")));
            there.awaitNonce("g", "n");
        }
    }

    @Test
    void whereTrackingIsRefusedTheEpochStaysEndedAndTheRestWorks() {
        try (RedisConnection other = patient(user("+@all", "-client|tracking"));
                RedisCacheStore refused = store(other)) {
            await().ignoreExceptions()
                    .untilAsserted(() -> assertThat(done(refused.get("a"))).isEmpty());
            done(refused.put("a", ONE, FRESH));
            assertThat(done(refused.get("a"))).isPresent();
            await().during(HEARTBEAT).until(() -> !Heard.isLive(refused));
        }
    }

    @Test
    void userNeedsNoMoreThanIsDocumented() {
        RedisURI least = user(
                "-@all",
                "+hello",
                "+ping",
                "+time",
                "+get",
                "+mget",
                "+getrange",
                "+set",
                "+setrange",
                "+pttl",
                "+pexpire",
                "+persist",
                "+del",
                "+unlink",
                "+eval",
                "+evalsha",
                "+publish",
                "+subscribe",
                "+client|tracking");
        try (RedisConnection other = patient(least);
                RedisCacheStore limited = store(other)) {
            Heard.awaitEpoch(limited);
            Heard there = Heard.of(limited);
            Lease lease = ((Acquisition.Granted) done(limited.acquire("u", MINUTE, ""))).lease();
            done(limited.renew(lease, MINUTE));
            done(limited.release(lease));
            there.awaitLease("u");
            done(limited.put("u", ONE, FRESH));
            done(limited.expire("u"));
            assertThat(done(limited.getAll(List.of("u")))).hasSize(1);
            done(limited.nonces("g", List.of("n"), MINUTE));
            done(limited.nonces("g", List.of("n"), Duration.ofDays(1)));
            done(limited.nonces("g", List.of("n"), Duration.ofDays(100_000)));
            done(limited.changeNonces("g", List.of("n")));
            done(limited.invalidate("u"));
            assertThat(done(limited.get("u"))).isEmpty();
        }
    }

    private static RedisConnection patient(RedisURI uri) {
        return RedisConnection.builder(uri).timeout(TestRun.PATIENCE).open();
    }

    private RedisURI user(String... rules) {
        CommandArgs<String, String> arguments = new CommandArgs<>(StringCodec.UTF8)
                .add("SETUSER")
                .add("limited")
                .add("on")
                .add(">limited-password")
                .add("~" + namespace + ":*")
                .add("&" + namespace + ":w");
        List.of(rules).forEach(arguments::add);
        redis.dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), arguments);
        return RedisURI.builder(server.uri())
                .withAuthentication("limited", "limited-password".toCharArray())
                .build();
    }

    @Test
    void heartbeatTimeoutMustBeReasonable() {
        RedisCacheStore.Builder builder = RedisCacheStore.builder(connection, namespace);

        assertThatIllegalArgumentException().isThrownBy(() -> builder.heartbeatTimeout(Duration.ofMillis(99)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.heartbeatTimeout(Duration.ofSeconds(61)));
    }
}

package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.auth.revocation.Revocation;
import dev.scalableapi.auth.revocation.Revocation.OfSubject;
import dev.scalableapi.auth.revocation.Revocation.OfToken;
import dev.scalableapi.auth.revocation.RevocationChecker;
import dev.scalableapi.auth.revocation.RevocationDelta;
import dev.scalableapi.auth.revocation.RevocationStatus;
import dev.scalableapi.auth.revocation.RevocationStore;
import dev.scalableapi.testkit.TestRun;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a Redis of its own, which it empties. */
class RedisRevocationStoreTest extends RevocationStoreContract {
    private static final Duration BOUND = TestRun.PATIENCE;
    private static TestRedis server;
    private static RedisClient client;
    private static RedisCommands<String, String> redis;
    private static RedisConnection connection;

    private final String namespace = TestRedis.namespace();
    private final String key = namespace + ":revocations";
    private RedisRevocationStore store;

    @BeforeAll
    static void start() {
        server = TestRedis.started();
        client = RedisClient.create(server.uri());
        redis = client.connect().sync();
        connection = server.connect();
    }

    @AfterAll
    static void stop() {
        connection.close();
        client.shutdown();
        server.close();
    }

    @BeforeEach
    void open() {
        store = RedisRevocationStore.create(connection, namespace);
        awaitConnection(store);
    }

    @Override
    RevocationStore store() {
        return store;
    }

    @Test
    void entryStandsInOneStreamThatEndsAfterTheRetention() {
        done(store.add(new OfToken("t", Instant.ofEpochMilli(1))));
        done(store.add(new OfSubject("s", Instant.ofEpochMilli(2), Instant.ofEpochMilli(3))));

        assertThat(redis.xrange(key, Range.unbounded()))
                .extracting(StreamMessage::getBody)
                .containsExactly(Map.of("t", "t", "u", "1"), Map.of("s", "s", "n", "2", "u", "3"));
        assertThat(redis.keys(namespace + "*")).containsExactly(key);
        assertThat(redis.pttl(key))
                .isBetween(
                        Duration.ofHours(25).toMillis(),
                        Duration.ofMinutes(1_510).toMillis());
    }

    @Test
    void oldEntriesLeaveTheStreamAsOthersCome() {
        long now = Long.parseLong(redis.time().get(0)) * 1_000;
        long stays = now - Duration.ofHours(25).toMillis();
        long old = now - Duration.ofMinutes(1_511).toMillis();
        for (int i = 0; i < 1_000; i++) {
            redis.xadd(key, new XAddArgs().id(old + "-" + (i + 1)), Map.of("t", "old" + i, "u", "1"));
        }
        redis.xadd(key, new XAddArgs().id(stays + "-1"), Map.of("t", "stays", "u", "1"));
        done(store.add(new OfToken("new", until)));

        assertThat(redis.xlen(key)).isLessThan(110);
        assertThat(page(RevocationStore.START, 1_000).revocations())
                .contains(new OfToken("stays", Instant.ofEpochMilli(1)), new OfToken("new", until));
    }

    @Test
    void retentionIsASetting() {
        RedisRevocationStore brief = RedisRevocationStore.builder(connection, namespace)
                .retention(Duration.ofMinutes(1))
                .clock(Clock.fixed(until, ZoneOffset.UTC))
                .build();
        done(brief.add(new OfToken("t", until.plusSeconds(60))));

        assertThat(redis.pttl(key))
                .isBetween(
                        Duration.ofMinutes(10).toMillis(),
                        Duration.ofMinutes(11).toMillis());
        assertThatIllegalArgumentException().isThrownBy(() -> brief.add(new OfToken("t", until.plusSeconds(61))));
    }

    @Test
    void scriptIsSentAgainWhereRedisDoesNotKnowIt() {
        done(store.add(new OfToken("before", until)));
        redis.scriptFlush();
        done(store.add(new OfToken("after", until)));

        assertThat(page(RevocationStore.START, 10).revocations()).hasSize(2);
    }

    @Test
    void positionIsLostWithTheStream() {
        done(store.add(new OfToken("t", until)));
        String cursor = page(RevocationStore.START, 10).cursor();
        redis.flushall();

        assertThat(done(store.since(cursor, 10))).isEqualTo(new RevocationDelta.PositionLost());
        assertThat(page(RevocationStore.START, 10))
                .isEqualTo(new RevocationDelta.Page(List.of(), RevocationStore.START, true));
    }

    /** The new master has not heard of the last write, and its clock is behind: its first ids are below the last seen. */
    @Test
    void failoverThatLostTheLastEntryIsFoundThoughOthersHaveCome() {
        List<StreamMessage<String, String>> replicated = addTwo();
        String cursor = page(RevocationStore.START, 10).cursor();
        failOver(replicated.subList(0, 1));
        String between = replicated.get(0).getId() + "99";
        redis.xadd(key, new XAddArgs().id(between), Map.of("t", "below", "u", "9"));
        done(store.add(new OfToken("above", until)));

        assertThat(done(store.since(cursor, 10))).isEqualTo(new RevocationDelta.PositionLost());
    }

    @Test
    void otherEntryOfTheSameIdIsNotTakenForTheLastOne() {
        List<StreamMessage<String, String>> replicated = addTwo();
        String cursor = page(RevocationStore.START, 10).cursor();
        failOver(replicated.subList(0, 1));
        redis.xadd(key, new XAddArgs().id(replicated.get(1).getId()), Map.of("t", "other", "u", "9"));

        assertThat(done(store.since(cursor, 10))).isEqualTo(new RevocationDelta.PositionLost());
    }

    @Test
    void failoverThatLostNothingIsNotNoticed() {
        List<StreamMessage<String, String>> replicated = addTwo();
        String cursor = page(RevocationStore.START, 10).cursor();
        failOver(replicated);
        done(store.add(new OfToken("third", until)));

        assertThat(page(cursor, 10).revocations()).containsExactly(new OfToken("third", until));
    }

    private List<StreamMessage<String, String>> addTwo() {
        done(store.add(new OfToken("first", until)));
        done(store.add(new OfToken("second", until)));
        return redis.xrange(key, Range.unbounded());
    }

    private void failOver(List<StreamMessage<String, String>> replicated) {
        redis.del(key);
        replicated.forEach(entry -> redis.xadd(key, new XAddArgs().id(entry.getId()), entry.getBody()));
    }

    @Test
    void entriesThatNobodyUnderstandsArePassedOver() {
        redis.xadd(key, Map.of("future", "x", "u", "1"));
        redis.xadd(key, Map.of("t", "x"));
        redis.xadd(key, Map.of("t", "x", "u", "soon"));
        redis.xadd(key, Map.of("t", "x", "u", "-1"));
        redis.xadd(key, Map.of("t", "x", "u", Long.toString(Long.MAX_VALUE)));
        redis.xadd(key, Map.of("s", "x", "u", "1"));
        redis.xadd(key, Map.of("t", "x".repeat(257), "u", "1"));
        redis.eval("redis.call('XADD', KEYS[1], '*', 't', '\\255', 'u', '1') return {}", ScriptOutputType.MULTI, key);
        redis.xadd(key, Map.of("t", "good", "u", "1", "added", "later"));

        RevocationDelta.Page page = page(RevocationStore.START, 10);
        assertThat(page.revocations()).containsExactly(new OfToken("good", Instant.ofEpochMilli(1)));
        assertThat(page(page.cursor(), 10).revocations()).isEmpty();
    }

    @Test
    void wrongTypeInRedisFailsTheStages() {
        redis.set(key, "x");

        assertThat(store.add(new OfToken("t", until)).toCompletableFuture()).failsWithin(BOUND);
        assertThat(store.since(RevocationStore.START, 1).toCompletableFuture()).failsWithin(BOUND);
    }

    @Test
    void revokedOnOneNodeMeansRefusedByEveryNode() {
        try (RevocationChecker one = RevocationChecker.failOpen(store).build();
                RevocationChecker second = RevocationChecker.failOpen(store).build();
                RevocationChecker third = RevocationChecker.failClosed(store, Duration.ofSeconds(10))
                        .build()) {
            await().until(() -> !second.isStale() && !third.isStale());
            Instant issued = Instant.now();
            one.revoke(new OfToken("t", until));
            one.revoke(new OfSubject("s", issued, until));

            await().until(() -> List.of(one, second, third).stream()
                    .allMatch(node -> node.check("t", "r", issued) == RevocationStatus.REVOKED
                            && node.check("u", "s", issued) == RevocationStatus.REVOKED));
        }
    }

    @Test
    void emptiedRedisMakesNoNodeForgetAndIsFilledAgainByTheNodesThatRevoked() {
        Revocation revocation = new OfToken("t", until);
        try (RevocationChecker one = fast(store);
                RevocationChecker other = fast(store)) {
            done(one.revoke(revocation));
            await().until(() -> isRevoked(other));
            redis.flushall();

            await().until(() -> page(RevocationStore.START, 10).revocations().contains(revocation));
            assertThat(isRevoked(one)).isTrue();
            assertThat(isRevoked(other)).isTrue();
            try (RevocationChecker newcomer = fast(store)) {
                await().until(() -> isRevoked(newcomer));
            }
        }
    }

    @Test
    void revocationDuringAnOutageArrivesAfterIt() {
        try (TestRedis own = TestRedis.started();
                RedisConnection other = own.connect();
                RevocationChecker one = fast(RedisRevocationStore.create(other, namespace));
                RevocationChecker second = RevocationChecker.failClosed(
                                RedisRevocationStore.create(other, namespace), Duration.ofSeconds(1))
                        .interval(Duration.ofMillis(50))
                        .build()) {
            await().until(() -> !one.isStale() && !second.isStale());
            own.stop();
            assertThat(one.revoke(new OfToken("t", until)).toCompletableFuture())
                    .failsWithin(BOUND);
            assertThat(isRevoked(one)).isTrue();
            await().until(() -> status(second) == RevocationStatus.UNKNOWN);
            own.start();

            await().until(() -> isRevoked(second));
            await().until(() -> second.check("u", "s", until) == RevocationStatus.NOT_REVOKED);
        }
    }

    @Test
    void textHoldsTheKeyAlone() {
        assertThat(store).hasToString("RedisRevocationStore[" + key + "]");
    }

    @Test
    void malformedSettingsAreRefusedAtOnce() {
        assertThatIllegalArgumentException().isThrownBy(() -> RedisRevocationStore.builder(connection, "a b"));
        RedisRevocationStore.Builder builder = RedisRevocationStore.builder(connection, "n");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.retention(Duration.ofSeconds(59)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.retention(Duration.ofDays(31)));
    }

    private static RevocationChecker fast(RevocationStore store) {
        return RevocationChecker.failOpen(store).interval(Duration.ofMillis(50)).build();
    }

    private boolean isRevoked(RevocationChecker node) {
        return status(node) == RevocationStatus.REVOKED;
    }

    private RevocationStatus status(RevocationChecker node) {
        return node.check("t", "s", until);
    }

    private static void awaitConnection(RevocationStore store) {
        await().ignoreExceptions().until(() -> {
            done(store.since(RevocationStore.START, 1));
            return true;
        });
    }
}

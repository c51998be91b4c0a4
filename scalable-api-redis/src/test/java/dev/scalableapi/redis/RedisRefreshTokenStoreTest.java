package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.auth.audit.AuthEvent;
import dev.scalableapi.auth.refresh.IssuedRefreshToken;
import dev.scalableapi.auth.refresh.RefreshResult;
import dev.scalableapi.auth.refresh.RefreshResult.Reason;
import dev.scalableapi.auth.refresh.RefreshTokenService;
import dev.scalableapi.auth.refresh.RefreshTokenStore;
import dev.scalableapi.auth.refresh.RefreshTokenStore.NewFamily;
import dev.scalableapi.testkit.TestRun;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.RestoreArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On the Redis at {@code REDIS_URL}, else on one that it starts. */
class RedisRefreshTokenStoreTest extends RefreshTokenStoreContract {
    private static @Nullable TestRedis own;
    private static RedisURI uri;
    private static RedisConnection connection;
    private static RedisRefreshTokenStore store;
    private static RedisClient client;
    private static RedisCommands<String, String> redis;
    private static final String NAMESPACE = TestRedis.namespace();

    @BeforeAll
    static void start() {
        String url = System.getenv("REDIS_URL");
        if (url == null) {
            own = TestRedis.started();
            url = own.url();
        }
        uri = RedisURI.create(url);
        connection = connect();
        store = RedisRefreshTokenStore.create(connection, NAMESPACE);
        client = RedisClient.create(uri);
        redis = client.connect().sync();
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(done(store.revoke("x"))).isFalse());
    }

    private static RedisConnection connect() {
        return RedisConnection.builder(uri).timeout(TestRun.PATIENCE).open();
    }

    @AfterAll
    static void stop() {
        connection.close();
        client.shutdown();
        if (own != null) {
            own.close();
        }
    }

    @Override
    RefreshTokenStore store() {
        return store;
    }

    @Override
    void pass(String family, Duration time) {
        for (String field : new String[] {"rotated", "expires", "end"}) {
            redis.hincrby(key(family), field, -time.toMillis());
        }
    }

    @Override
    Instant now() {
        var time = redis.time();
        return Instant.ofEpochSecond(Long.parseLong(time.get(0)), 1_000 * Long.parseLong(time.get(1)));
    }

    @Override
    Instant expiry(NewFamily family) {
        return Instant.ofEpochMilli(Long.parseLong(redis.hget(key(family.id()), "expires")));
    }

    @Override
    String dump() {
        return redis.keys(NAMESPACE + "*").stream()
                .sorted()
                .map(key -> key + " " + redis.hgetall(key))
                .collect(Collectors.joining("\n"));
    }

    private static String key(String family) {
        return NAMESPACE + ":refresh:" + family;
    }

    @Test
    void keyEndsWithTheToken() {
        IssuedRefreshToken token = done(service().issue(ALICE));
        assertThat(redis.pexpiretime(key(token.family())))
                .isEqualTo(token.expiresAt().toEpochMilli());

        IssuedRefreshToken next = refreshed(token).token();
        assertThat(redis.pexpiretime(key(token.family())))
                .isEqualTo(next.expiresAt().toEpochMilli());
        done(service().revoke(next.value()));
        assertThat(redis.pexpiretime(key(token.family())))
                .isEqualTo(next.expiresAt().toEpochMilli());
        assertThat(redis.hkeys(key(token.family()))).doesNotContain("current", "previous", "grant");
    }

    @Test
    void familyIsGoneWhenItsTimeIsOver() {
        RefreshTokenService brief = RefreshTokenService.builder(store, keys)
                .idleLifetime(Duration.ofMillis(1))
                .build();
        IssuedRefreshToken token = done(brief.issue(ALICE));

        await().untilAsserted(() ->
                assertThat(done(brief.refresh(token.value()))).isEqualTo(new RefreshResult.Refused(Reason.UNKNOWN)));
        await().until(() -> redis.exists(key(token.family())) == 0);
    }

    @Test
    void rotationThatAFailoverLostIsNoAlarm() {
        IssuedRefreshToken first = done(service().issue(ALICE));
        IssuedRefreshToken second = refreshed(first).token();
        byte[] older = redis.dump(key(first.family()));
        IssuedRefreshToken third = refreshed(second).token();
        restore(first.family(), older);

        assertRefused(third, Reason.LOST);
        assertRefused(second, Reason.UNKNOWN);
        assertRefused(third, Reason.UNKNOWN);
        assertThat(events).isEmpty();
    }

    @Test
    void rotationThatAFailoverLostIsDoneAgainWithTheSameSuccessor() {
        IssuedRefreshToken first = done(service().issue(ALICE));
        byte[] older = redis.dump(key(first.family()));
        IssuedRefreshToken second = refreshed(first).token();
        restore(first.family(), older);

        assertThat(refreshed(first).token().value()).isEqualTo(second.value());
        refreshed(second);
        assertThat(events).isEmpty();
    }

    private static void restore(String family, byte[] dump) {
        redis.restore(key(family), dump, RestoreArgs.Builder.ttl(0).replace());
    }

    @Test
    void redisThatForgotTheScriptsIsTaughtThemAgain() {
        IssuedRefreshToken token = done(service().issue(ALICE));
        redis.scriptFlush();
        IssuedRefreshToken next = refreshed(token).token();
        redis.scriptFlush();
        done(service().revoke(next.value()));
        redis.scriptFlush();

        assertThat(done(service().issue(ALICE)).family()).isNotEqualTo(token.family());
        assertThat(events).containsExactly(new AuthEvent.FamilyRevoked(token.family()));
    }

    @Test
    void twoProcessesAreOneService() {
        try (RedisConnection second = connect()) {
            RedisRefreshTokenStore another = RedisRefreshTokenStore.create(second, NAMESPACE);
            await().ignoreExceptions()
                    .untilAsserted(() -> assertThat(done(another.revoke("x"))).isFalse());
            RefreshTokenService other =
                    RefreshTokenService.builder(another, keys).build();
            IssuedRefreshToken first = done(service().issue(ALICE));

            RefreshResult here = refresh(first);
            assertThat(done(other.refresh(first.value()))).isEqualTo(here);
        }
    }

    @Test
    void whatIsNotOursFailsTheStage() {
        IssuedRefreshToken token = done(service().issue(ALICE));
        redis.hset(key(token.family()), "state", "strange");
        assertThat(service().refresh(token.value()).toCompletableFuture()).failsWithin(TestRun.PATIENCE);

        redis.del(key(token.family()));
        redis.lpush(key(token.family()), "x");
        assertThat(service().refresh(token.value()).toCompletableFuture()).failsWithin(TestRun.PATIENCE);
        assertThat(service().revoke(token.value()).toCompletableFuture()).failsWithin(TestRun.PATIENCE);
        assertThat(events).isEmpty();
        redis.del(key(token.family()));
    }

    @Test
    void textHoldsTheNamespaceAlone() {
        assertThat(store).hasToString("RedisRefreshTokenStore[namespace=" + NAMESPACE + "]");
    }

    @Test
    void malformedNamespaceIsRefusedAtOnce() {
        assertThatIllegalArgumentException().isThrownBy(() -> RedisRefreshTokenStore.create(connection, "a b"));
    }
}

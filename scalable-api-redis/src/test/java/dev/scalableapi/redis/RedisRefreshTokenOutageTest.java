package dev.scalableapi.redis;

import static dev.scalableapi.redis.CacheStoreContract.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.auth.audit.AuthEvent;
import dev.scalableapi.auth.refresh.IssuedRefreshToken;
import dev.scalableapi.auth.refresh.RefreshResult;
import dev.scalableapi.auth.refresh.RefreshTokenKeys;
import dev.scalableapi.auth.refresh.RefreshTokenService;
import dev.scalableapi.testkit.TestRun;
import io.lettuce.core.RedisException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedisRefreshTokenOutageTest {
    private static final Duration BOUND = TestRun.PATIENCE;

    private final List<AuthEvent> events = new ArrayList<>();

    @Test
    void redisThatIsDownFailsFastAndAfterItsReturnUsersLogIn() {
        try (TestRedis redis = TestRedis.started();
                RedisConnection connection = redis.connect()) {
            RedisRefreshTokenStore store = RedisRefreshTokenStore.create(connection, TestRedis.namespace());
            RefreshTokenService service = service(store);
            IssuedRefreshToken token = issued(service);
            redis.stop();
            assertThat(service.refresh(token.value()).toCompletableFuture())
                    .failsWithin(BOUND)
                    .withThrowableThat()
                    .havingRootCause()
                    .isInstanceOfAny(RedisException.class, IOException.class);
            assertThat(service.revoke(token.value()).toCompletableFuture()).failsWithin(BOUND);
            assertThat(service.issue(RefreshTokenStoreContract.ALICE).toCompletableFuture())
                    .failsWithin(BOUND);
            redis.start();

            // It keeps nothing on disk.
            await().ignoreExceptions()
                    .untilAsserted(() -> assertThat(done(service.refresh(token.value())))
                            .isEqualTo(new RefreshResult.Refused(RefreshResult.Reason.UNKNOWN)));
            assertThat(events).isEmpty();
        }
    }

    /** Without a grace, a rotation that is sent once more would look like theft. */
    @Test
    void rotationWhoseAnswerIsLostIsNotSentTwice() {
        try (TestRedis redis = TestRedis.started();
                LossyProxy proxy = LossyProxy.to(redis.uri());
                RedisConnection connection =
                        RedisConnection.builder(proxy.uri()).timeout(BOUND).open()) {
            RedisRefreshTokenStore store = RedisRefreshTokenStore.create(connection, TestRedis.namespace());
            RefreshTokenService service = service(store);
            // The Redis knows the script from here on: the answer that is lost is the rotation's.
            IssuedRefreshToken token = refreshed(service, issued(service));
            proxy.loseNextAnswer();

            assertThat(service.refresh(token.value()).toCompletableFuture()).failsWithin(BOUND);
            await().ignoreExceptions()
                    .untilAsserted(() -> assertThat(done(store.revoke("x"))).isFalse());
            assertThat(events).isEmpty();
            assertThat(proxy.losses()).isEqualTo(1);
            done(service.revoke(token.value()));
            assertThat(events).containsExactly(new AuthEvent.FamilyRevoked(token.family()));
        }
    }

    private RefreshTokenService service(RedisRefreshTokenStore store) {
        return RefreshTokenService.builder(store, RefreshTokenKeys.generate())
                .grace(Duration.ZERO)
                .listener(events::add)
                .build();
    }

    private static IssuedRefreshToken refreshed(RefreshTokenService service, IssuedRefreshToken token) {
        RefreshResult result = done(service.refresh(token.value()));
        assertThat(result).isInstanceOf(RefreshResult.Refreshed.class);
        return ((RefreshResult.Refreshed) result).token();
    }

    private static IssuedRefreshToken issued(RefreshTokenService service) {
        return await().ignoreExceptions()
                .until(() -> done(service.issue(RefreshTokenStoreContract.ALICE)), token -> true);
    }
}

package dev.scalableapi.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.contract.idempotency.IdempotencyStoreContract;
import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.RouteMatch;
import dev.scalableapi.core.idempotency.Claim;
import dev.scalableapi.core.idempotency.FencingToken;
import dev.scalableapi.core.idempotency.IdempotencyFilter;
import dev.scalableapi.core.idempotency.IdempotencyStore;
import dev.scalableapi.testkit.TestRun;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RedisIdempotencyStoreTest extends IdempotencyStoreContract {
    private static final Duration BOUND = TestRun.PATIENCE;
    private static TestRedis server;
    private static RedisConnection one;
    private static RedisConnection other;
    private static RedisClient client;
    private static RedisCommands<String, String> redis;

    private final String namespace = TestRedis.namespace();

    @BeforeAll
    static void start() {
        server = TestRedis.started();
        one = connected(server);
        other = connected(server);
        client = RedisClient.create(server.uri());
        redis = client.connect().sync();
    }

    private static RedisConnection connected(TestRedis server) {
        RedisConnection connection =
                RedisConnection.builder(server.url()).timeout(BOUND).open();
        await().ignoreExceptions()
                .until(() -> done(connection.call(commands -> commands.ping())).equals("PONG"));
        return connection;
    }

    @AfterAll
    static void stop() {
        client.shutdown();
        one.close();
        other.close();
        server.close();
    }

    @Override
    protected List<IdempotencyStore> stores() {
        return List.of(RedisIdempotencyStore.create(one, namespace), RedisIdempotencyStore.create(other, namespace));
    }

    @Override
    protected void pass(String key, Duration time) {
        redis.hincrby(name(key), "end", -time.toMillis());
    }

    private String name(String key) {
        return namespace + ":idempotency:" + key;
    }

    @Test
    void ofAHundredRequestsAtOnceTheHandlerRunsForOne() throws InterruptedException {
        List<IdempotencyFilter> filters = stores().stream()
                .map(store -> IdempotencyFilter.builder(store)
                        .required("POST", "/orders")
                        .build())
                .toList();
        AtomicInteger handled = new AtomicInteger();
        ApiHandler handler = request ->
                CompletableFuture.completedFuture(ApiResponse.text(201, "order " + handled.incrementAndGet()));
        int clients = 100;
        CyclicBarrier barrier = new CyclicBarrier(clients);
        int[] statuses = new int[clients];
        Thread[] threads = new Thread[clients];
        for (int i = 0; i < clients; i++) {
            int client = i;
            threads[i] = new Thread(() -> statuses[client] = ask(filters.get(client % 2), handler, barrier));
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(handled).hasValue(1);
        assertThat(statuses).contains(201).containsOnly(201, 409);
        ApiResponse again = done(filters.get(1).filter(request(), handler));
        assertThat(again.header("Idempotent-Replayed")).hasValue("true");
        assertThat(done(again.body().bytes(100))).isEqualTo("order 1".getBytes(StandardCharsets.UTF_8));
    }

    private static int ask(IdempotencyFilter filter, ApiHandler handler, CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return done(filter.filter(request(), handler)
                .handle((response, failure) ->
                        failure == null ? response.status() : ((ApiException) ApiPipeline.cause(failure)).status()));
    }

    private static ApiRequest request() {
        ApiRequest request = ApiRequest.builder("POST", "/orders")
                .header("Idempotency-Key", "k")
                .build();
        request.exchange().put(RouteMatch.KEY, new RouteMatch("/orders", Access.open(), Map.of()));
        return request;
    }

    @Test
    void keyIsOneHashThatEndsTenMinutesAfterItsLeaseAndItsRetention() {
        FencingToken token = start("a");
        assertEnds(LEASE);
        complete(token);
        assertEnds(RETENTION);
        assertThat(redis.keys(namespace + "*")).containsExactly(name("a"));

        done(store().abandon(start("b")));
        redis.del(name("a"));
        redis.rename(name("b"), name("a"));
        assertEnds(Duration.ZERO);
    }

    private void assertEnds(Duration after) {
        long margin = Duration.ofMinutes(10).toMillis();
        assertThat(redis.pttl(name("a"))).isBetween(after.toMillis() + margin - 60_000, after.toMillis() + margin);
    }

    @Test
    void numbersGrowForAKeyThatIsForgotten() {
        FencingToken first = start("a");
        redis.del(name("a"));
        FencingToken second = start("a");
        redis.del(name("a"));

        assertThat(second.number()).isGreaterThan(first.number());
        assertThat(start("a").number()).isGreaterThan(second.number());
    }

    @Test
    void numbersGrowThoughTheClockWasSetBack() {
        FencingToken token = start("a");
        long future = token.number() + Duration.ofHours(1).toNanos() / 1_000;
        redis.hset(name("a"), "number", Long.toString(future));
        pass("a", LEASE);

        FencingToken next = start("a");
        assertThat(next.number()).isEqualTo(future + 1);
        done(store().abandon(next));
        assertThat(start("a").number()).isEqualTo(future + 2);
    }

    @Test
    void responseAboveTheLimitFailsTheStageAndLeavesTheKeyToItsHolder() {
        FencingToken token = start("a");
        ApiResponse large = ApiResponse.of(200).withBody(Body.of(new byte[1 << 20]));
        assertThat(store().complete(token, large, RETENTION).toCompletableFuture())
                .failsWithin(BOUND)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(IllegalArgumentException.class)
                .withMessage("The response takes 1048587 bytes, and 1048576 are allowed");
        ApiResponse fits = ApiResponse.of(200).withBody(Body.of(new byte[(1 << 20) - 11]));

        assertThat(done(store().complete(token, fits, RETENTION))).isTrue();
        assertThat(((Claim.Completed) begin("a", "f")).response().body().length())
                .isEqualTo((1 << 20) - 11);
    }

    @Test
    void limitIsASetting() {
        IdempotencyStore small = RedisIdempotencyStore.builder(one, namespace)
                .maxResponseBytes(1_024)
                .build();
        ApiResponse fields = ApiResponse.of(200).withHeader("X", "x".repeat(1_100));

        assertThat(small.complete(start("a"), fields, RETENTION).toCompletableFuture())
                .failsWithin(BOUND);
        RedisIdempotencyStore.Builder builder = RedisIdempotencyStore.builder(one, namespace);
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxResponseBytes(1_023));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxResponseBytes((64 << 20) + 1));
    }

    @Test
    void recordThatIsNotOursFailsTheStageAndIsNoReasonToWorkTwice() {
        redis.hset(name("a"), "strange", "x");
        assertForeign();
        redis.hset(name("a"), "number", "x");
        assertForeign();
        redis.hset(name("a"), Map.of("number", "7", "fingerprint", "f"));
        assertForeign();
        redis.hset(name("a"), "end", "soon");
        assertForeign();
        redis.del(name("a"));
        redis.lpush(name("a"), "x");
        assertForeign();
        assertThat(store().complete(new FencingToken("a", 7), CREATED, RETENTION)
                        .toCompletableFuture())
                .failsWithin(BOUND);
        assertThat(store().abandon(new FencingToken("a", 7)).toCompletableFuture())
                .failsWithin(BOUND);
    }

    @Test
    void answerThatIsDamagedFailsTheStage() {
        complete(start("a"));
        for (String damaged : List.of("", "\u0002", "\u0001", "\u0001\u0000", "{}", "\u0001".repeat(40))) {
            redis.hset(name("a"), "response", damaged);
            assertForeign();
        }
    }

    private void assertForeign() {
        assertThat(store().begin("a", "f", LEASE).toCompletableFuture()).failsWithin(BOUND);
    }

    @Test
    void redisThatForgotTheScriptsIsTaughtThemAgain() {
        redis.scriptFlush();
        FencingToken first = start("a");
        redis.scriptFlush();
        done(store().abandon(first));
        FencingToken second = start("a");
        redis.scriptFlush();

        assertThat(complete(second)).isTrue();
        assertAnswer(begin("a", "f"), CREATED);
    }

    @Test
    void redisThatDiesFailsTheStagesAndAfterItsReturnNumbersStillGrow() {
        try (TestRedis mortal = TestRedis.started();
                RedisConnection connection = connected(mortal)) {
            IdempotencyStore store = RedisIdempotencyStore.create(connection, namespace);
            FencingToken first = ((Claim.Started) done(store.begin("a", "f", LEASE))).token();
            mortal.kill();
            assertThat(store.begin("a", "f", LEASE).toCompletableFuture()).failsWithin(BOUND);
            assertThat(store.complete(first, CREATED, RETENTION).toCompletableFuture())
                    .failsWithin(BOUND);
            assertThat(store.abandon(first).toCompletableFuture()).failsWithin(BOUND);
            mortal.start();

            // It keeps nothing on disk.
            FencingToken second = await().ignoreExceptions()
                    .until(() -> ((Claim.Started) done(store.begin("a", "f", LEASE))).token(), token -> true);
            assertThat(second.number()).isGreaterThan(first.number());
            assertThat(done(store.complete(first, CREATED, RETENTION))).isFalse();
            assertThat(done(store.complete(second, CREATED, RETENTION))).isTrue();
        }
    }

    @Test
    void textHoldsTheNamespaceAlone() {
        assertThat(store()).hasToString("RedisIdempotencyStore[namespace=" + namespace + "]");
    }

    @Test
    void malformedNamespaceIsRefusedAtOnce() {
        assertThatIllegalArgumentException().isThrownBy(() -> RedisIdempotencyStore.create(one, "a b"));
    }
}

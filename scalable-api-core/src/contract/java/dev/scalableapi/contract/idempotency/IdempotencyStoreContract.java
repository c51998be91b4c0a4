package dev.scalableapi.contract.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.idempotency.Claim;
import dev.scalableapi.core.idempotency.FencingToken;
import dev.scalableapi.core.idempotency.IdempotencyStore;
import dev.scalableapi.testkit.TestRun;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every {@link IdempotencyStore} does. */
public abstract class IdempotencyStoreContract {
    protected static final Duration LEASE = Duration.ofMinutes(30);
    protected static final Duration RETENTION = Duration.ofHours(24);
    protected static final ApiResponse CREATED = ApiResponse.text(201, "made \u00e4");
    /** More than a test takes. */
    private static final Duration SLACK = Duration.ofMinutes(1);

    protected static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** Of one store, as two processes have it, with keys that no other test has. */
    protected abstract List<IdempotencyStore> stores();

    /** Lets time pass for a key. */
    protected abstract void pass(String key, Duration time);

    protected final IdempotencyStore store() {
        return stores().get(0);
    }

    @Test
    void newKeyStarts() {
        assertThat(begin("a", "f")).isInstanceOf(Claim.Started.class);
        assertThat(begin("b", "f")).isInstanceOf(Claim.Started.class);
    }

    @Test
    void runningKeyIsInProgressForTheRestOfItsLease() {
        begin("a", "f");
        pass("a", Duration.ofMinutes(10));

        assertThat(((Claim.InProgress) begin("a", "f")).retryAfter())
                .isBetween(Duration.ofMinutes(20).minus(SLACK), Duration.ofMinutes(20));
    }

    @Test
    void completedKeyRepeatsTheAnswerUntilItsRetentionEnds() {
        assertThat(complete(start("a"))).isTrue();

        pass("a", RETENTION.minus(SLACK));
        assertAnswer(begin("a", "f"), CREATED);
        assertAnswer(begin("a", "f"), CREATED);
        pass("a", SLACK);
        assertThat(begin("a", "f")).isInstanceOf(Claim.Started.class);
        assertThat(begin("a", "f")).isInstanceOf(Claim.InProgress.class);
    }

    @Test
    void answerComesBackAsItWas() {
        byte[] all = new byte[70_000];
        new Random(1).nextBytes(all);
        ApiResponse response = ApiResponse.of(503)
                .withHeader("X-Octets", "\u00ff\t \u00e4")
                .withAddedHeader("Set-Cookie", "a=1")
                .withAddedHeader("set-cookie", "b=2")
                .withHeader("X-Empty", "")
                .withHeader("X-Long", "x".repeat(70_000))
                .withBody(Body.of(all));
        for (ApiResponse each :
                List.of(response, ApiResponse.of(204), ApiResponse.of(200).withBody(Body.of(all)))) {
            String key = "answer " + each.status();
            done(store().complete(start(key), each, RETENTION));
            assertAnswer(begin(key, "f"), each);
        }
    }

    protected static void assertAnswer(Claim claim, ApiResponse expected) {
        ApiResponse actual = ((Claim.Completed) claim).response();
        assertThat(actual.status()).isEqualTo(expected.status());
        assertThat(actual.headers()).isEqualTo(expected.headers());
        assertThat(content(actual)).isEqualTo(content(expected));
    }

    private static ByteBuffer content(ApiResponse response) {
        return ByteBuffer.wrap(done(response.body().bytes(1_000_000)));
    }

    @Test
    void otherFingerprintIsAMismatchWhetherRunningOrCompleted() {
        FencingToken token = start("a");
        assertThat(begin("a", "other")).isEqualTo(new Claim.Mismatch());
        assertThat(begin("a", "")).isEqualTo(new Claim.Mismatch());
        complete(token);
        assertThat(begin("a", "other")).isEqualTo(new Claim.Mismatch());
        pass("a", RETENTION);
        assertThat(begin("a", "other")).isInstanceOf(Claim.Started.class);
    }

    @Test
    void abandonedKeyStartsAgainWithAGreaterToken() {
        FencingToken last = start("a");
        for (int i = 0; i < 20; i++) {
            done(store().abandon(last));
            FencingToken next = start("a");
            assertThat(next.number()).isGreaterThan(last.number());
            last = next;
        }
        done(store().abandon(last));
        assertThat(begin("a", "other")).isInstanceOf(Claim.Started.class);
    }

    @Test
    void endedLeaseFreesTheKeyAndRefusesItsHolder() {
        FencingToken late = start("a");
        pass("a", LEASE);

        assertThat(complete(late)).isFalse();
        FencingToken successor = start("a");
        assertThat(successor.number()).isGreaterThan(late.number());
        assertThat(complete(late)).isFalse();
        done(store().abandon(late));
        assertThat(begin("a", "f")).isInstanceOf(Claim.InProgress.class);
        assertThat(complete(successor)).isTrue();
    }

    @Test
    void leasesThatEndTogetherFreeEachKey() {
        List<String> keys = List.of("c", "b", "a");
        for (String key : List.of("a", "b", "c")) {
            start(key);
        }
        keys.forEach(key -> pass(key, LEASE));

        assertThat(keys).allSatisfy(key -> assertThat(begin(key, "f")).isInstanceOf(Claim.Started.class));
    }

    @Test
    void completedWorkCannotBeCompletedOrAbandonedAgain() {
        FencingToken token = start("a");
        complete(token);

        assertThat(complete(token)).isFalse();
        done(store().abandon(token));
        assertAnswer(begin("a", "f"), CREATED);
    }

    @Test
    void abandonedWorkCannotBeCompleted() {
        FencingToken token = start("a");
        done(store().abandon(token));
        done(store().abandon(token));

        assertThat(complete(token)).isFalse();
        assertThat(begin("a", "f")).isInstanceOf(Claim.Started.class);
    }

    @Test
    void tokenOfAnUnknownKeyHoldsNothing() {
        FencingToken strange = new FencingToken("never begun", 1);

        assertThat(complete(strange)).isFalse();
        done(store().abandon(strange));
        assertThat(begin("never begun", "f")).isInstanceOf(Claim.Started.class);
    }

    @Test
    void oneOfManyAtOnceStarts() throws InterruptedException {
        int threads = 16;
        CountDownLatch ready = new CountDownLatch(threads);
        AtomicInteger started = new AtomicInteger();
        Thread[] all = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            IdempotencyStore store = stores().get(i % stores().size());
            all[i] = new Thread(() -> {
                ready.countDown();
                try {
                    ready.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                for (int key = 0; key < 20; key++) {
                    if (done(store.begin("k" + key, "f", LEASE)) instanceof Claim.Started) {
                        started.incrementAndGet();
                    }
                }
            });
            all[i].start();
        }
        for (Thread thread : all) {
            thread.join();
        }

        assertThat(started).hasValue(20);
    }

    @Test
    void streamsAndTimesThatAreNotPositiveAreRefused() {
        FencingToken token = start("a");
        ApiResponse stream = ApiResponse.of(200).withBody(Body.streaming(subscriber -> {}));

        assertThatIllegalArgumentException().isThrownBy(() -> store().begin("b", "f", Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> store().complete(token, CREATED, Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> store().complete(token, stream, RETENTION));
    }

    @Test
    void longTimesAreFine() {
        Duration years = Duration.ofDays(365 * 90);
        FencingToken token = ((Claim.Started) done(store().begin("a", "f", years))).token();

        assertThat(done(store().complete(token, CREATED, years))).isTrue();
        assertAnswer(begin("a", "f"), CREATED);
    }

    protected Claim begin(String key, String fingerprint) {
        return done(store().begin(key, fingerprint, LEASE));
    }

    protected FencingToken start(String key) {
        return ((Claim.Started) begin(key, "f")).token();
    }

    protected boolean complete(FencingToken token) {
        return done(store().complete(token, CREATED, RETENTION));
    }
}

package dev.scalableapi.core.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scalableapi.core.ManualClock;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InMemoryIdempotencyStoreTest {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration RETENTION = Duration.ofHours(24);
    private static final ApiResponse CREATED = ApiResponse.text(201, "made");

    private final ManualClock clock = new ManualClock();
    private final IdempotencyStore store = IdempotencyStore.inMemory(2, clock);

    @Test
    void newKeyStarts() {
        assertThat(begin("a", "f")).isInstanceOf(Claim.Started.class);
    }

    @Test
    void runningKeyIsInProgressForTheRestOfItsLease() {
        begin("a", "f");
        clock.advance(Duration.ofSeconds(10));

        assertThat(begin("a", "f")).isEqualTo(new Claim.InProgress(Duration.ofSeconds(20)));
    }

    @Test
    void completedKeyRepeatsTheAnswerUntilItsRetentionEnds() {
        assertThat(complete(start("a"))).isTrue();

        clock.advance(RETENTION.minusMillis(1));
        assertThat(begin("a", "f")).isEqualTo(new Claim.Completed(CREATED));
        clock.advance(Duration.ofMillis(1));
        assertThat(begin("a", "f")).isInstanceOf(Claim.Started.class);
    }

    @Test
    void otherFingerprintIsAMismatchWhetherRunningOrCompleted() {
        FencingToken token = start("a");
        assertThat(begin("a", "other")).isEqualTo(new Claim.Mismatch());
        complete(token);
        assertThat(begin("a", "other")).isEqualTo(new Claim.Mismatch());
    }

    @Test
    void abandonedKeyStartsAgainWithAGreaterToken() {
        FencingToken first = start("a");
        abandon(first);

        assertThat(start("a").number()).isGreaterThan(first.number());
    }

    @Test
    void endedLeaseFreesTheKeyAndRefusesItsHolder() {
        FencingToken late = start("a");
        clock.advance(LEASE);

        assertThat(complete(late)).isFalse();
        FencingToken successor = start("a");
        assertThat(complete(late)).isFalse();
        abandon(late);
        assertThat(begin("a", "f")).isInstanceOf(Claim.InProgress.class);
        assertThat(complete(successor)).isTrue();
    }

    @Test
    void completedWorkCannotBeCompletedOrAbandonedAgain() {
        FencingToken token = start("a");
        complete(token);

        assertThat(complete(token)).isFalse();
        abandon(token);
        assertThat(begin("a", "f")).isEqualTo(new Claim.Completed(CREATED));
    }

    @Test
    void fullStoreRefusesNewKeysUntilOneEnds() {
        complete(start("a"));
        start("b");

        assertThatThrownBy(() -> begin("c", "f"))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(ApiException.class);
        assertThat(begin("a", "f")).isEqualTo(new Claim.Completed(CREATED));
        clock.advance(LEASE);
        assertThat(begin("c", "f")).isInstanceOf(Claim.Started.class);
    }

    @Test
    void oneOfManyAtOnceStarts() throws InterruptedException {
        int threads = 16;
        CountDownLatch ready = new CountDownLatch(threads);
        AtomicInteger started = new AtomicInteger();
        Thread[] all = new Thread[threads];
        for (int i = 0; i < threads; i++) {
            all[i] = new Thread(() -> {
                ready.countDown();
                try {
                    ready.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                if (begin("a", "f") instanceof Claim.Started) {
                    started.incrementAndGet();
                }
            });
            all[i].start();
        }
        for (Thread thread : all) {
            thread.join();
        }

        assertThat(started).hasValue(1);
    }

    @Test
    void streamsAndTimesThatAreNotPositiveAreRefused() {
        FencingToken token = start("a");
        ApiResponse stream = ApiResponse.of(200).withBody(Body.streaming(subscriber -> {}));

        assertThatIllegalArgumentException().isThrownBy(() -> store.begin("b", "f", Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> store.complete(token, CREATED, Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> store.complete(token, stream, RETENTION));
        assertThatIllegalArgumentException().isThrownBy(() -> IdempotencyStore.inMemory(0, Clock.systemUTC()));
    }

    @Test
    void timesBeyondAllInstantsAreFine() {
        Duration ever = Duration.ofSeconds(Long.MAX_VALUE);
        FencingToken token = ((Claim.Started)
                        store.begin("a", "f", ever).toCompletableFuture().join())
                .token();

        assertThat(store.complete(token, CREATED, ever).toCompletableFuture().join())
                .isTrue();
        assertThat(begin("a", "f")).isEqualTo(new Claim.Completed(CREATED));
    }

    @Test
    void tokenDoesNotShowTheKey() {
        assertThat(start("secret").toString()).isEqualTo("FencingToken[number=1]");
    }

    private Claim begin(String key, String fingerprint) {
        return store.begin(key, fingerprint, LEASE).toCompletableFuture().join();
    }

    private FencingToken start(String key) {
        return ((Claim.Started) begin(key, "f")).token();
    }

    private boolean complete(FencingToken token) {
        return store.complete(token, CREATED, RETENTION).toCompletableFuture().join();
    }

    private void abandon(FencingToken token) {
        store.abandon(token).toCompletableFuture().join();
    }
}

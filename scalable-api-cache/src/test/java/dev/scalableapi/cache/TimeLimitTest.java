package dev.scalableapi.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.scalableapi.testkit.TestRun;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class TimeLimitTest {
    private static final Duration LIMIT = Duration.ofMillis(50);

    private final TimeLimit limit = new TimeLimit(new Timer("test"), LIMIT);

    @Test
    void waitEndsAtItsLimit() {
        for (int round = 0; round < 5; round++) {
            assertThatThrownBy(() ->
                            limit.call(CompletableFuture::new).get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .hasCauseInstanceOf(TimeoutException.class)
                    .hasMessageContaining("PT0.05S");
        }
    }

    @Test
    void waitDoesNotEndBeforeItsLimit() {
        Timer timer = new Timer("test");
        CompletableFuture<Object> hour = new TimeLimit(timer, Duration.ofHours(1)).call(CompletableFuture::new);
        // The timer has ended this one, and goes on with what is due.
        assertThat(new TimeLimit(timer, Duration.ofMillis(1)).call(CompletableFuture::new))
                .failsWithin(TestRun.PATIENCE);

        assertThat(hour).isNotDone();
    }

    @Test
    void eachOfManyWaitsEndsThoughOthersEndInTime() throws Exception {
        List<CompletableFuture<String>> lost = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            CompletableFuture<String> answer = new CompletableFuture<>();
            CompletableFuture<String> waiting = limit.call(() -> answer);
            if (i % 10 == 0) {
                lost.add(waiting);
            } else {
                answer.complete("answer");
                assertThat(waiting.get()).isEqualTo("answer");
            }
        }

        for (CompletableFuture<String> waiting : lost) {
            assertThatThrownBy(() -> waiting.get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void answerIsNotKeptByTheWait() {
        TimeLimit hour = new TimeLimit(new Timer("test"), Duration.ofHours(1));
        WeakReference<Object> value = answered(hour);
        CompletableFuture<Object> other = hour.call(CompletableFuture::new);
        for (int i = 0; i < 50 && value.get() != null; i++) {
            System.gc();
        }

        assertThat(value.get()).isNull();
        assertThat(other).isNotDone();
    }

    private static WeakReference<Object> answered(TimeLimit limit) {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        CompletableFuture<Object> waiting = limit.call(() -> answer);
        answer.complete(new Object());
        return new WeakReference<>(waiting.join());
    }

    @Test
    void callThatThrowsOrGivesNothingIsAFailedFuture() {
        assertThat(limit.call(() -> {
                    throw new AssertionError("broken");
                }))
                .isCompletedExceptionally();
        assertThat(limit.call(() -> null)).isCompletedExceptionally();
        assertThat(limit.call(() -> CompletableFuture.completedFuture("there"))).isCompletedWithValue("there");
    }
}

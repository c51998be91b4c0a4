package dev.scalableapi.core.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.scalableapi.core.LogOf;
import dev.scalableapi.core.ManualClock;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthRegistryTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration VALIDITY = Duration.ofSeconds(1);

    private final LogOf log = new LogOf(HealthRegistry.class);
    private final ManualClock clock = new ManualClock();

    @AfterEach
    void stopListening() {
        log.close();
    }

    @Test
    void readyIsUpWhenAllChecksAre() {
        HealthRegistry registry = HealthRegistry.builder()
                .check("database", always(HealthStatus.UP))
                .check("broker", always(HealthStatus.UP))
                .build();
        ApiResponse answer = answer(registry.readyHandler());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(text(answer)).isEqualTo("{\"status\":\"UP\",\"checks\":{\"database\":\"UP\",\"broker\":\"UP\"}}");
        assertThat(answer.header("Cache-Control")).contains("no-store");
        assertThat(answer.header("Content-Type")).contains("application/json");
    }

    @Test
    void oneThatIsDownMakesIt503AndSaysNoMore() {
        HealthRegistry registry = HealthRegistry.builder()
                .check("database", () -> CompletableFuture.failedFuture(new IllegalStateException("secret")))
                .check("broker", always(HealthStatus.UP))
                .check("cache", () -> {
                    throw new IllegalStateException("secret");
                })
                .check("nothing", () -> CompletableFuture.completedStage(null))
                .build();
        ApiResponse answer = answer(registry.readyHandler());
        assertThat(answer.status()).isEqualTo(503);
        assertThat(text(answer))
                .isEqualTo("{\"status\":\"DOWN\",\"checks\":{\"database\":\"DOWN\",\"broker\":\"UP\","
                        + "\"cache\":\"DOWN\",\"nothing\":\"DOWN\"}}");
    }

    @Test
    void liveAsksNoCheck() {
        HealthRegistry registry = HealthRegistry.builder()
                .check("database", () -> {
                    throw new AssertionError("asked");
                })
                .build();
        registry.stopping();
        ApiResponse answer = answer(registry.liveHandler());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(text(answer)).isEqualTo("{\"status\":\"UP\"}");
    }

    @Test
    void aServerThatIsStoppingIsNotReadyAndAsksNoCheck() {
        HealthRegistry registry = HealthRegistry.builder()
                .check("database", () -> {
                    throw new AssertionError("asked");
                })
                .build();
        registry.stopping();
        assertThat(answer(registry.readyHandler()).status()).isEqualTo(503);
    }

    @Test
    void withoutChecksTheServerIsReady() {
        assertThat(text(answer(HealthRegistry.builder().build().readyHandler())))
                .isEqualTo("{\"status\":\"UP\",\"checks\":{}}");
    }

    @Test
    void anAnswerIsKeptForAWhile() {
        AtomicInteger calls = new AtomicInteger();
        HealthRegistry registry = HealthRegistry.builder()
                .clock(clock)
                .validity(Duration.ofSeconds(1))
                .check("database", () -> {
                    calls.incrementAndGet();
                    return CompletableFuture.completedFuture(HealthStatus.UP);
                })
                .build();
        for (int i = 0; i < 100; i++) {
            health(registry);
        }
        clock.advance(Duration.ofMillis(999));
        health(registry);
        assertThat(calls).hasValue(1);
        clock.advance(Duration.ofMillis(1));
        health(registry);
        assertThat(calls).hasValue(2);
    }

    @Test
    void probesShareACheckThatIsRunning() {
        Deque<CompletableFuture<HealthStatus>> running = new ArrayDeque<>();
        HealthRegistry registry = manual(running).build();
        CompletionStage<Health> first = registry.ready();
        clock.advance(Duration.ofSeconds(5));
        CompletionStage<Health> second = registry.ready();
        assertThat(running).hasSize(1);
        running.getFirst().complete(HealthStatus.UP);
        assertThat(first.toCompletableFuture().join().status()).isEqualTo(HealthStatus.UP);
        assertThat(second.toCompletableFuture().join().status()).isEqualTo(HealthStatus.UP);
    }

    @Test
    void aCheckThatHangsIsDownAndIsNotAskedAgainUntilItEndsOrIsGivenUp() {
        Deque<CompletableFuture<HealthStatus>> running = new ArrayDeque<>();
        HealthRegistry registry = manual(running).timeout(SHORT).build();
        assertThat(health(registry).status()).isEqualTo(HealthStatus.DOWN);
        clock.advance(SHORT.multipliedBy(9));
        assertThat(health(registry).status()).isEqualTo(HealthStatus.DOWN);
        assertThat(running).hasSize(1);

        clock.advance(SHORT);
        registry.ready();
        assertThat(running).hasSize(2);
        awaitUp(registry, running);
    }

    /** Asks again if this thread stood still for longer than the timeout. */
    private void awaitUp(HealthRegistry registry, Deque<CompletableFuture<HealthStatus>> running) {
        await().until(() -> {
            CompletionStage<Health> answer = registry.ready();
            running.getLast().complete(HealthStatus.UP);
            clock.advance(VALIDITY);
            return answer.toCompletableFuture().join().status() == HealthStatus.UP;
        });
    }

    @Test
    void aCheckThatEndsAfterItsTimeoutIsAskedAgain() {
        Deque<CompletableFuture<HealthStatus>> running = new ArrayDeque<>();
        HealthRegistry registry =
                manual(running).timeout(SHORT).validity(Duration.ZERO).build();
        health(registry);
        running.getFirst().complete(HealthStatus.UP);
        registry.ready();
        assertThat(running).hasSize(2);
        awaitUp(registry, running);
    }

    @Test
    void theLogHasALineForEachChange() {
        CompletableFuture<HealthStatus> failed = CompletableFuture.failedFuture(new IllegalStateException("down"));
        Deque<CompletableFuture<HealthStatus>> answers = new ArrayDeque<>();
        HealthRegistry registry = HealthRegistry.builder()
                .validity(Duration.ZERO)
                .check("database", answers::removeFirst)
                .build();
        answers.add(failed);
        answers.add(failed);
        answers.add(CompletableFuture.completedFuture(HealthStatus.UP));
        answers.add(CompletableFuture.completedFuture(HealthStatus.UP));
        for (int i = 0; i < 4; i++) {
            health(registry);
        }
        assertThat(log.events()).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN, Level.INFO);
        assertThat(log.events())
                .extracting(ILoggingEvent::getFormattedMessage)
                .allSatisfy(message -> assertThat(message).contains("database"));
        assertThat(log.events().get(0).getThrowableProxy().getMessage()).isEqualTo("down");
    }

    @Test
    void blockingCodeIsUpUnlessItThrows() {
        assertThat(HealthCheck.blocking(Runnable::run, () -> {}).check().toCompletableFuture())
                .isCompletedWithValue(HealthStatus.UP);
        assertThat(HealthCheck.blocking(Runnable::run, () -> {
                            throw new java.io.IOException("gone");
                        })
                        .check()
                        .toCompletableFuture())
                .isCompletedExceptionally();
    }

    @Test
    void anExecutorThatRefusesIsDown() {
        HealthCheck refused = HealthCheck.blocking(
                task -> {
                    throw new RejectedExecutionException();
                },
                () -> {});
        HealthRegistry registry =
                HealthRegistry.builder().check("database", refused).build();
        assertThat(health(registry).status()).isEqualTo(HealthStatus.DOWN);
    }

    @Test
    void settingsAreChecked() {
        HealthRegistry.Builder builder = HealthRegistry.builder().check("a", always(HealthStatus.UP));
        assertThatThrownBy(() -> builder.check("a", always(HealthStatus.UP)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.check(" ", always(HealthStatus.UP)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.timeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.timeout(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.validity(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    private HealthRegistry.Builder manual(Deque<CompletableFuture<HealthStatus>> running) {
        return HealthRegistry.builder().clock(clock).check("database", () -> {
            running.add(new CompletableFuture<>());
            return running.getLast();
        });
    }

    private static HealthCheck always(HealthStatus status) {
        return () -> CompletableFuture.completedFuture(status);
    }

    private static Health health(HealthRegistry registry) {
        return registry.ready().toCompletableFuture().join();
    }

    private static ApiResponse answer(ApiHandler handler) {
        return handler.handle(ApiRequest.builder("GET", "/health").build())
                .toCompletableFuture()
                .join();
    }

    private static String text(ApiResponse response) {
        return new String(response.body().bytes(1000).toCompletableFuture().join(), StandardCharsets.UTF_8);
    }
}

package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.testkit.TestRun;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.MDC;

class BlockingExecutorTest {
    private static final ContextKey<String> NAME = ContextKey.named("name");
    private static final ApiRequest REQUEST = ApiRequest.builder("GET", "/").build();

    @AfterEach
    void forget() {
        MDC.clear();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 5", "8, 2"})
    void exactlyConcurrencyAndQueueAreAccepted(int concurrency, int queue) throws Exception {
        try (BlockingExecutor executor = BlockingExecutor.create(concurrency, queue)) {
            CountDownLatch open = new CountDownLatch(1);
            CountDownLatch running = new CountDownLatch(concurrency);
            CountDownLatch done = new CountDownLatch(concurrency + queue);
            AtomicInteger atOnce = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            for (int i = 0; i < concurrency + queue; i++) {
                executor.execute(() -> {
                    most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                    running.countDown();
                    await(open);
                    atOnce.decrementAndGet();
                    done.countDown();
                });
            }
            await(running);

            for (int i = 0; i < 3; i++) {
                assertThatExceptionOfType(RejectedExecutionException.class)
                        .isThrownBy(() -> executor.execute(() -> {}));
            }

            open.countDown();
            await(done);
            assertThat(most).hasValue(concurrency);
        }
    }

    @Test
    void handlerBeyondTheBoundIs503WithRetryAfter() throws Exception {
        try (BlockingExecutor executor = BlockingExecutor.create(1, 1)) {
            CountDownLatch open = new CountDownLatch(1);
            ApiHandler handler = ApiHandler.blocking(executor, request -> {
                await(open);
                return ApiResponse.of(200);
            });
            var running = handler.handle(REQUEST).toCompletableFuture();
            var waiting = handler.handle(REQUEST).toCompletableFuture();
            var refused = handler.handle(REQUEST).toCompletableFuture();

            assertThat(running).isNotDone();
            assertThat(waiting).isNotDone();
            assertThat(failureOf(refused)).isInstanceOfSatisfying(ApiException.class, e -> {
                assertThat(e.status()).isEqualTo(503);
                assertThat(e.code()).isEqualTo("OVERLOADED");
                assertThat(e.headers().first("Retry-After")).contains("1");
                assertThat(e.getStackTrace()).as("overload is cheap").isEmpty();
            });
            open.countDown();
            assertThat(running.get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                            .status())
                    .isEqualTo(200);
            assertThat(waiting.get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void closedExecutorRefusesAndFinishesWhatItHas() throws Exception {
        BlockingExecutor executor = BlockingExecutor.create(1, 1);
        CountDownLatch open = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            executor.execute(() -> {
                await(open);
                done.countDown();
            });
        }
        executor.close();

        assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> executor.execute(() -> {}));
        open.countDown();
        await(done);
    }

    @Test
    void abortInterruptsWhatRunsAndRunsWhatWaits() throws Exception {
        BlockingExecutor executor = BlockingExecutor.create(1, 1);
        CountDownLatch running = new CountDownLatch(1);
        CompletableFuture<String> interrupted = new CompletableFuture<>();
        executor.execute(() -> {
            running.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.complete("interrupted");
            }
        });
        await(running);
        List<Thread> ran = new ArrayList<>();
        executor.execute(() -> ran.add(Thread.currentThread()));

        executor.abort();

        assertThat(interrupted.get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo("interrupted");
        assertThat(ran).containsExactly(Thread.currentThread());
    }

    @Test
    void contextAndMdcArriveAndAreTakenOff() throws Exception {
        try (BlockingExecutor executor = BlockingExecutor.create(1, 8)) {
            MDC.put("id", "one");
            assertThat(seenBy(executor, "one")).isEqualTo("one {id=one}");
            MDC.clear();
            assertThat(seenBy(executor, null)).isEqualTo("null {}");
            MDC.put("other", "two");
            assertThat(seenBy(executor, "two")).isEqualTo("two {other=two}");
            assertThat(MDC.getCopyOfContextMap()).containsOnly(Map.entry("other", "two"));
        }
    }

    @Test
    void contextAndMdcAreTakenOffAfterATaskThatThrows() {
        Context context = Context.root().with(NAME, "inner");
        MDC.put("id", "inner");
        ThreadContext inner = ThreadContext.capture(context);
        MDC.put("id", "outer");
        List<String> seen = new ArrayList<>();

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> inner.wrap(() -> {
                            seen.add(describe());
                            MDC.put("more", "left behind");
                            throw new IllegalStateException();
                        })
                        .run());

        assertThat(seen).containsExactly("inner {id=inner}");
        assertThat(describe()).isEqualTo("null {id=outer}");
    }

    @Test
    void handlerSeesTheContextOfItsExchangeAndTheMdcOfItsCaller() throws Exception {
        try (BlockingExecutor executor = BlockingExecutor.create(1, 1)) {
            ApiRequest request = ApiRequest.builder("GET", "/").build();
            request.exchange().context(Context.root().with(NAME, "span"));
            MDC.put("id", "caller");
            ApiHandler handler =
                    ApiHandler.blocking(executor, asked -> ApiResponse.of(200).withHeader("Seen", describe()));

            ApiResponse response =
                    handler.handle(request).toCompletableFuture().get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS);

            assertThat(response.header("Seen")).contains("span {id=caller}");
        }
    }

    @Test
    void threadsAreVirtualWhereThereAreAnyAndElseDaemons() throws Exception {
        try (BlockingExecutor executor = BlockingExecutor.create(1, 1)) {
            CompletableFuture<Thread> thread = new CompletableFuture<>();
            executor.execute(() -> thread.complete(Thread.currentThread()));

            Thread worker = thread.get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(worker.isDaemon()).isTrue();
            if (Runtime.version().feature() >= 21) {
                assertThat(Thread.class.getMethod("isVirtual").invoke(worker)).isEqualTo(true);
            } else {
                assertThat(worker.getName()).startsWith("scalable-api-blocking-");
            }
        }
    }

    @Test
    void boundsBelowOneAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> BlockingExecutor.create(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> BlockingExecutor.create(1, 0));
    }

    @Test
    void failureOfBlockingCodeFailsTheStage() {
        Executor sameThread = Runnable::run;
        Exception failure = new Exception("checked");
        AssertionError error = new AssertionError("error");

        assertThat(failureOf(ApiHandler.blocking(sameThread, request -> {
                            throw failure;
                        })
                        .handle(REQUEST)
                        .toCompletableFuture()))
                .isSameAs(failure);
        assertThat(failureOf(ApiHandler.blocking(sameThread, request -> {
                            throw error;
                        })
                        .handle(REQUEST)
                        .toCompletableFuture()))
                .isSameAs(error);
    }

    @Test
    void directCodeAnswersOnTheCallersThread() {
        Exception failure = new Exception("checked");

        assertThat(ApiHandler.direct(request -> ApiResponse.of(204)).handle(REQUEST))
                .isCompletedWithValue(ApiResponse.of(204));
        assertThat(failureOf(ApiHandler.direct(request -> {
                            throw failure;
                        })
                        .handle(REQUEST)
                        .toCompletableFuture()))
                .isSameAs(failure);
    }

    private static String seenBy(BlockingExecutor executor, @Nullable String name) throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        Context context = name == null ? Context.root() : Context.root().with(NAME, name);
        context.wrap(() -> executor.execute(() -> {
                    seen.complete(describe());
                    MDC.put("left", "behind");
                }))
                .run();
        return seen.get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static String describe() {
        Map<String, String> mdc = MDC.getCopyOfContextMap();
        return Context.current().get(NAME) + " " + (mdc == null ? Map.of() : mdc);
    }

    private static Throwable failureOf(CompletableFuture<?> stage) {
        assertThat(stage).isCompletedExceptionally();
        return stage.handle((value, failure) -> failure).join();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

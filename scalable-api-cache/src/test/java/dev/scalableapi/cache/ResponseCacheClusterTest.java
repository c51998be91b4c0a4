package dev.scalableapi.cache;

import static dev.scalableapi.cache.ResponseCacheFixture.as;
import static dev.scalableapi.cache.ResponseCacheFixture.counting;
import static dev.scalableapi.cache.ResponseCacheFixture.status;
import static dev.scalableapi.cache.ResponseCacheFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.core.cache.CacheStore;
import dev.scalableapi.core.cache.Lifetime;
import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.core.http.RouteMatch;
import dev.scalableapi.testkit.TestRun;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.MDC;

/** Several nodes on one store, and a store that fails. */
class ResponseCacheClusterTest {
    private static final Caller ALICE = Caller.of("alice");
    private static final int THREADS = 50;

    private final CacheStore memory = CacheStore.inMemory(1_000, Clock.systemUTC());
    private final FaultyStore store = new FaultyStore(memory);
    private final ApiHandler handler = counting();
    private final ResponseCacheFixture one = node();
    private final ResponseCacheFixture other = node();

    @Test
    void nodesShareWhatTheyHaveStored() {
        ApiResponse first = one.get("/things");
        ApiResponse second = other.get("/things");

        assertThat(text(second)).isEqualTo(text(first)).isEqualTo("v1");
        assertThat(second.headers().without("Age").without("Cache-Status"))
                .isEqualTo(first.headers().without("Cache-Status"));
        assertThat(status(second)).startsWith("shop;hit;ttl=");
        assertThat(other.calls).hasValue(0);
    }

    @Test
    void writeOnOneNodeEndsWhatTheOtherHasNear() {
        one.get("/things/1");
        other.get("/things/1");
        assertThat(status(other.get("/things/1"))).contains("hit");
        one.ask(as(ALICE, "DELETE", "/things/1")).join();

        assertThat(text(other.get("/things/1"))).isEqualTo("v3");
    }

    @Test
    void responseMaySayThatItIsStaleForLongerThanTheSettingsSay() {
        ManualClock clock = new ManualClock();
        CacheStore slow = CacheStore.inMemory(100, clock);
        new ResponseCacheFixture(
                        builder(slow).clock(clock).build(),
                        counting("Cache-Control", "max-age=10, stale-if-error=36000"))
                .get("/things");
        clock.advance(Duration.ofHours(9));
        ResponseCacheFixture failing = new ResponseCacheFixture(
                builder(slow).clock(clock).build(), ApiHandler.direct(request -> ApiResponse.of(500)));

        assertThat(status(failing.get("/things"))).contains("fwd=stale;fwd-status=500");
    }

    @Test
    void nodesShareOnWhatResponsesDepend() {
        ApiHandler echo = ApiHandler.direct(request ->
                ApiResponse.text(200, request.header("X-A").orElse("")).withHeader("Vary", "X-A"));
        one.handler = echo;
        other.handler = echo;
        one.get("/things", "X-A", "1");
        one.get("/things", "X-A", "1");

        assertThat(text(other.get("/things", "X-A", "1"))).isEqualTo("1");
        assertThat(text(other.get("/things", "X-A", "2"))).isEqualTo("2");
        assertThat(other.calls).hasValue(1);
    }

    @Test
    void fiftyThreadsOnTwoNodesHaveOneRequestHandled() throws Exception {
        CompletableFuture<ApiResponse> gate = new CompletableFuture<>();
        one.handler = request -> gate;
        other.handler = request -> gate;
        List<CompletableFuture<ApiResponse>> answers = ask();
        gate.complete(ApiResponse.text(200, "v1"));

        for (CompletableFuture<ApiResponse> answer : answers) {
            assertThat(text(answer.get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS)))
                    .isEqualTo("v1");
        }
        assertThat(one.calls.get() + other.calls.get()).isEqualTo(1);
        assertThat(answers.stream().map(CompletableFuture::join).map(ResponseCacheFixture::status))
                .filteredOn(status -> status.contains("stored"))
                .hasSize(1);
    }

    private List<CompletableFuture<ApiResponse>> ask() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            CyclicBarrier start = new CyclicBarrier(THREADS);
            List<CompletableFuture<ApiResponse>> answers = new CopyOnWriteArrayList<>();
            List<Callable<Boolean>> asking = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                ResponseCacheFixture node = i % 2 == 0 ? one : other;
                asking.add(() -> {
                    start.await();
                    return answers.add(node.ask(as(ALICE, "GET", "/things")));
                });
            }
            for (Future<Boolean> asked : threads.invokeAll(asking)) {
                assertThat(asked.get()).isTrue();
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }

    static Stream<FaultyStore.Fault> faults() {
        return Stream.of(FaultyStore.Fault.failing(), FaultyStore.Fault.throwing(), FaultyStore.Fault.hanging());
    }

    @ParameterizedTest
    @MethodSource("faults")
    void brokenStoreFailsNoRequest(FaultyStore.Fault fault) {
        store.reads = fault;
        store.writes = fault;

        assertThat(one.get("/things").status()).isEqualTo(200);
        assertThat(one.ask(as(ALICE, "PUT", "/things/1")).join().status()).isEqualTo(200);
        assertThat(one.ask(as(ALICE, "HEAD", "/things")).join().status()).isEqualTo(200);
        assertThat(text(one.get("/things"))).isNotEmpty();
    }

    @Test
    void storeThatLosesWritesLeavesTheAnswersRight() {
        store.writes = FaultyStore.Fault.failing();

        assertThat(text(one.get("/things"))).isEqualTo("v1");
        assertThat(text(one.get("/things"))).isEqualTo("v2");
    }

    @Test
    void foreignBytesInTheStoreAreAMiss() {
        one.get("/things");
        ResponseKey key = key();
        memory.put(
                        "shop:" + KeyText.hash(key.text()),
                        "foreign".getBytes(StandardCharsets.UTF_8),
                        new Lifetime(Duration.ofMinutes(1), Duration.ZERO))
                .toCompletableFuture()
                .join();

        assertThat(text(other.get("/things"))).isEqualTo("v2");
    }

    @Test
    void storeSeesNothingOfARequestInItsKeys() {
        List<String> keys = new ArrayList<>();
        memory.listen(new CacheStore.Listener() {
            @Override
            public void entryChanged(String key) {
                keys.add(key);
            }

            @Override
            public void leaseEnded(String key) {}

            @Override
            public void nonceChanged(String group, String name) {}

            @Override
            public void epochBegan() {}
        });
        one.get("/things");

        assertThat(keys).isNotEmpty().allMatch(key -> key.matches("shop:[A-Za-z0-9_-]{32}"));
        assertThat(keys).contains("shop:" + KeyText.hash(key().text()));
    }

    private static ResponseKey key() {
        ApiRequest request = as(ALICE, "GET", "/things");
        request.exchange().put(RouteMatch.KEY, new RouteMatch("/things", Access.open(), Map.of()));
        CachedRoute route = CachedRoute.of("/things");
        return ResponseKey.of(route, request, route.varying()).orElseThrow();
    }

    @Test
    void eachHandlerRunsInTheContextOfItsOwnRequest() {
        ContextKey<String> who = ContextKey.named("who");
        List<String> seen = new ArrayList<>();
        List<CompletableFuture<ApiResponse>> gates = new ArrayList<>();
        List<CompletableFuture<ApiResponse>> answers = new ArrayList<>();
        one.handler = request -> {
            seen.add(Objects.requireNonNull(Context.current().get(who)) + MDC.get("who"));
            gates.add(new CompletableFuture<>());
            return gates.get(gates.size() - 1);
        };
        for (String name : List.of("a", "b")) {
            MDC.put("who", name);
            try (Scope scope = Context.current().with(who, name).makeCurrent()) {
                assertThat(scope).isNotNull();
                answers.add(one.ask(as(ALICE, "GET", "/things")));
            } finally {
                MDC.remove("who");
            }
        }
        // Not to be stored, so that the second request is handled too, by the thread that has ended the first.
        gates.get(0).complete(ApiResponse.of(200).withHeader("Cache-Control", "no-store"));

        assertThat(seen).containsExactly("aa", "bb");
        assertThat(answers.get(0)).isDone();
        assertThat(answers.get(1)).isNotDone();
        assertThat(MDC.get("who")).isNull();
    }

    private ResponseCacheFixture node() {
        return new ResponseCacheFixture(builder(store).build(), handler);
    }

    private static ResponseCacheBuilder builder(CacheStore store) {
        return ResponseCacheFilter.builder("shop", Duration.ofMinutes(10))
                .store(store)
                .route("/things")
                .route("/things/{id}");
    }
}

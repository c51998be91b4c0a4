package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.core.LogOf;
import dev.scalableapi.testkit.TestSeed;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiPipelineTest {
    private final LogOf log = new LogOf(ApiPipeline.class);

    @AfterEach
    void stopListening() {
        log.close();
    }

    @Test
    void filtersRunByStageWhateverTheOrderOfAdding() {
        long seed = TestSeed.value();
        Random random = new Random(seed);
        List<Stage> stages = List.of(Stage.values());
        for (int i = 0; i < 200; i++) {
            List<Stage> shuffled = new ArrayList<>(stages);
            Collections.shuffle(shuffled, random);
            List<Stage> seen = new ArrayList<>();
            ApiFilter[] probes =
                    shuffled.stream().map(stage -> probe(stage, seen)).toArray(ApiFilter[]::new);

            handle(ApiPipeline.of(answering(ApiResponse.of(200)), probes), "GET");

            assertThat(seen).as("seed %d", seed).isEqualTo(stages);
        }
    }

    @Test
    void filtersOfOneStageKeepTheirOrder() {
        List<String> seen = new ArrayList<>();
        ApiFilter[] filters = new ApiFilter[5];
        Arrays.setAll(filters, i -> (ApiFilter) (request, next) -> {
            seen.add("in " + i);
            return next.handle(request).thenApply(response -> {
                seen.add("out " + i);
                return response;
            });
        });

        handle(ApiPipeline.of(answering(ApiResponse.of(200)), filters), "GET");

        assertThat(seen)
                .containsExactly("in 0", "in 1", "in 2", "in 3", "in 4", "out 4", "out 3", "out 2", "out 1", "out 0");
    }

    @Test
    void whatIsThrownOrMissingReachesTheFilterAboveAsAFailedStage() {
        List<ApiHandler> handlers = List.of(
                request -> {
                    throw new IllegalStateException("thrown");
                },
                request -> {
                    throw new StackOverflowError();
                },
                request -> CompletableFuture.failedFuture(new Exception("failed")),
                ApiPipelineTest::nothing);
        for (ApiHandler handler : handlers) {
            for (ApiFilter faulty : List.<ApiFilter>of(
                    (request, next) -> next.handle(request), (request, next) -> handler.handle(request))) {
                List<Throwable> seen = new ArrayList<>();
                ApiFilter renders = (request, next) -> next.handle(request).exceptionally(failure -> {
                    seen.add(ApiPipeline.cause(failure));
                    return ApiResponse.of(418);
                });

                ApiResponse response = handle(ApiPipeline.of(handler, renders.at(Stage.ERRORS), faulty), "GET");

                assertThat(response.status()).isEqualTo(418);
                assertThat(seen).hasSize(1).doesNotHaveAnyElementsOfTypes(CompletionException.class);
            }
        }
        assertThat(log.events()).isEmpty();
    }

    @Test
    void unrenderedFailureIsABare500AndLogged() {
        ApiHandler handler = request -> {
            throw new IllegalStateException("secret");
        };

        ApiResponse response = handle(ApiPipeline.of(handler), "GET");

        assertThat(response).isEqualTo(ApiResponse.of(500));
        assertThat(log.events()).hasSize(1);
        assertThat(log.events().get(0).getThrowableProxy().getClassName())
                .isEqualTo(IllegalStateException.class.getName());
    }

    @Test
    void stageWithoutResponseIsABare500() {
        for (ApiHandler handler : List.<ApiHandler>of(
                ApiHandler.direct(ApiPipelineTest::noResponse),
                request -> CompletableFuture.supplyAsync(() -> noResponse(request)))) {
            assertThat(handle(ApiPipeline.of(handler), "GET")).isEqualTo(ApiResponse.of(500));
        }
        assertThat(log.events()).hasSize(2);
    }

    @Test
    void unrenderedApiExceptionKeepsStatusAndFieldsButNoText() {
        ApiException told =
                ApiException.of(405, "METHOD_NOT_ALLOWED", "message").withHeader("Allow", "GET");

        for (Throwable failure : List.of(told, new CompletionException(new CompletionException(told)))) {
            ApiResponse response = handle(ApiPipeline.of(request -> CompletableFuture.failedFuture(failure)), "GET");

            assertThat(response.status()).isEqualTo(405);
            assertThat(response.header("Allow")).contains("GET");
            assertThat(response.body()).isSameAs(Body.empty());
        }
        assertThat(log.events()).isEmpty();
    }

    @Test
    void unrenderedApiExceptionOf500IsLoggedWithItsCause() {
        ApiException told = ApiException.of(500, "BROKEN", "message").withCause(new Exception("why"));

        ApiResponse response = handle(ApiPipeline.of(request -> CompletableFuture.failedFuture(told)), "GET");

        assertThat(response).isEqualTo(ApiResponse.of(500));
        assertThat(log.events().get(0).getThrowableProxy().getCause().getMessage())
                .isEqualTo("why");
    }

    @Test
    void causesThatFormACircleEnd() {
        CompletionException one = new CompletionException("one") {};
        CompletionException other = new CompletionException("other", one);
        one.initCause(other);

        assertThat(ApiPipeline.cause(one)).isIn(one, other);
    }

    @Test
    void causeOfAnExceptionWithoutCauseIsItself() {
        CompletionException bare = new CompletionException("bare", null);
        assertThat(ApiPipeline.cause(bare)).isSameAs(bare);
    }

    @Test
    void stageThatRefusesToBeAskedIsServed() {
        ApiResponse ok = ApiResponse.text(200, "ok");
        for (CompletionStage<ApiResponse> stage : List.of(
                CompletableFuture.completedStage(ok),
                CompletableFuture.completedFuture(ok).minimalCompletionStage())) {
            assertThat(handle(ApiPipeline.of(request -> stage), "GET")).isEqualTo(ok);
        }
    }

    @Test
    void readyAnswerIsPassedOnAsItIs() {
        CompletionStage<ApiResponse> stage = CompletableFuture.completedFuture(ApiResponse.text(200, "ok"));
        ApiPipeline pipeline = ApiPipeline.of(request -> stage, (request, next) -> next.handle(request));

        assertThat(pipeline.handle(request("GET"))).isSameAs(stage);
    }

    @Test
    void laterAnswerIsMadeWritableToo() {
        CompletableFuture<ApiResponse> later = new CompletableFuture<>();
        CompletableFuture<ApiResponse> answer =
                ApiPipeline.of(request -> later).handle(request("HEAD")).toCompletableFuture();
        assertThat(answer).isNotDone();

        later.complete(ApiResponse.text(200, "text"));

        assertThat(answer.join().body()).isSameAs(Body.empty());
        assertThat(answer.join().header("Content-Length")).contains("4");
    }

    @Test
    void answerToHeadHasTheLengthOnly() {
        assertFramed("HEAD", ApiResponse.text(200, "text"), Body.empty(), "4");
        assertFramed("HEAD", streaming(9), Body.empty(), "9");
        assertFramed("HEAD", streaming(-1), Body.empty(), null);
        assertFramed("HEAD", ApiResponse.of(200), Body.empty(), null);
        assertFramed("HEAD", ApiResponse.of(200).withHeader("Content-Length", "7"), Body.empty(), "7");
        assertFramed("HEAD", ApiResponse.text(200, "text").withHeader("Content-Length", "7"), Body.empty(), "4");
        assertFramed("HEAD", ApiResponse.of(204).withHeader("Content-Length", "7"), Body.empty(), null);
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 205, 304})
    void statusWithoutBodyHasNone(int status) {
        for (String method : List.of("GET", "HEAD")) {
            assertFramed(method, ApiResponse.text(status, "text"), Body.empty(), null);
        }
    }

    @Test
    void notModifiedMayTellTheLengthOfWhatItLeavesOut() {
        assertFramed("GET", ApiResponse.of(304).withHeader("Content-Length", "7"), Body.empty(), "7");
    }

    @Test
    void lengthOfItsOwnIsDroppedBesideABody() {
        for (String framing : List.of("Content-Length", "content-length", "Transfer-Encoding")) {
            ApiResponse response = ApiResponse.text(200, "text").withHeader(framing, "1");
            assertFramed("GET", response, response.body(), null);
            assertFramed("POST", ApiResponse.of(201).withHeader(framing, "1"), Body.empty(), null);
        }
        assertFramed(
                "HEAD", ApiResponse.text(200, "text").withHeader("Transfer-Encoding", "chunked"), Body.empty(), "4");
    }

    private static void assertFramed(String method, ApiResponse given, Body body, @Nullable String length) {
        ApiResponse response = handle(ApiPipeline.of(answering(given)), method);

        assertThat(response.status()).isEqualTo(given.status());
        assertThat(response.body()).isSameAs(body);
        assertThat(response.headers().all("Content-Length")).isEqualTo(length == null ? List.of() : List.of(length));
        assertThat(response.headers().contains("Transfer-Encoding")).isFalse();
        assertThat(response.header("Content-Type")).isEqualTo(given.header("Content-Type"));
    }

    /** A guard, not a measurement: docs/benchmarks.md has the figures. */
    @Test
    void rejectedRequestReachesNoRouteAndNoCredentialIsRead() {
        List<String> passed = new ArrayList<>();
        Routes routes = Routes.builder()
                .add("GET", "/", Access.open(), request -> {
                    passed.add("handler");
                    return CompletableFuture.completedFuture(ApiResponse.of(200));
                })
                .build();
        ApiFilter telemetry = (request, next) -> {
            passed.add("telemetry");
            return next.handle(request);
        };
        ApiFilter authentication = (request, next) -> {
            passed.add("authentication");
            return next.handle(request);
        };
        ApiRequest request =
                ApiRequest.rejected("GET", "/", ApiException.rejected(431)).build();

        for (ApiPipeline pipeline : List.of(
                ApiPipeline.of(routes, authentication.at(Stage.AUTHENTICATION), telemetry.at(Stage.TELEMETRY)),
                ApiPipeline.of(
                        next -> {
                            passed.add("handler");
                            return CompletableFuture.completedFuture(ApiResponse.of(200));
                        },
                        authentication.at(Stage.AUTHENTICATION),
                        telemetry.at(Stage.TELEMETRY)))) {
            passed.clear();
            ApiResponse answer = pipeline.handle(request).toCompletableFuture().join();

            assertThat(answer.status()).isEqualTo(431);
            assertThat(answer.header("Connection")).hasValue("close");
            assertThat(passed).containsExactly("telemetry");
            assertThat(request.route()).isEmpty();
        }
    }

    @Test
    void tenIdleFiltersAllocateLittle() throws Exception {
        ApiFilter[] idle = new ApiFilter[10];
        Arrays.fill(idle, (ApiFilter) (request, next) -> next.handle(request));
        CompletionStage<ApiResponse> stage = CompletableFuture.completedFuture(ApiResponse.text(200, "ok"));
        ApiPipeline pipeline = ApiPipeline.of(request -> stage, idle);
        int rounds = 20_000;
        allocate(pipeline, rounds);

        long before = allocatedBytes();
        allocate(pipeline, rounds);
        long after = allocatedBytes();

        assertThat((after - before) / rounds).isLessThanOrEqualTo(1500);
    }

    private static void allocate(ApiPipeline pipeline, int rounds) {
        for (int i = 0; i < rounds; i++) {
            ApiRequest request = request("GET");
            assert pipeline.handle(request) != null;
            request.exchange().end(200, 2, null);
        }
    }

    /** By reflection, so that the module need not read jdk.management for a test. */
    private static long allocatedBytes() throws Exception {
        Object threads = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        Method bytes =
                Class.forName("com.sun.management.ThreadMXBean").getMethod("getThreadAllocatedBytes", long.class);
        return (long) bytes.invoke(threads, Thread.currentThread().getId());
    }

    private static ApiResponse streaming(long length) {
        ManualPublisher never = new ManualPublisher();
        Body body = length < 0 ? Body.streaming(never) : Body.streaming(never, length);
        return ApiResponse.of(200).withBody(body);
    }

    private static ApiFilter probe(Stage stage, List<Stage> seen) {
        return ((ApiFilter) (request, next) -> {
                    seen.add(stage);
                    return next.handle(request);
                })
                .at(stage);
    }

    private static ApiHandler answering(ApiResponse response) {
        return request -> CompletableFuture.completedFuture(response);
    }

    @SuppressWarnings("NullAway")
    private static CompletionStage<ApiResponse> nothing(ApiRequest request) {
        return null;
    }

    @SuppressWarnings("NullAway")
    private static ApiResponse noResponse(ApiRequest request) {
        return null;
    }

    private static ApiResponse handle(ApiPipeline pipeline, String method) {
        return pipeline.handle(request(method)).toCompletableFuture().join();
    }

    private static ApiRequest request(String method) {
        return ApiRequest.builder(method, "/").build();
    }
}

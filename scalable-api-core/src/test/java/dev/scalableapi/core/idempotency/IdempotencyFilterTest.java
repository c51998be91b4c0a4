package dev.scalableapi.core.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.scalableapi.core.LogOf;
import dev.scalableapi.core.ManualClock;
import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.core.http.RouteMatch;
import dev.scalableapi.core.http.Stage;
import dev.scalableapi.core.http.Violation;
import dev.scalableapi.testkit.TestSeed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

class IdempotencyFilterTest {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration RETENTION = Duration.ofHours(2);

    private final ManualClock clock = new ManualClock();
    private final IdempotencyStore store = IdempotencyStore.inMemory(100, clock);
    private final AtomicInteger handled = new AtomicInteger();
    private final ApiHandler handler = request -> CompletableFuture.completedFuture(
            ApiResponse.text(201, "order " + handled.incrementAndGet()).withHeader("Location", "/orders/1"));
    private final IdempotencyFilter filter = builder().build();

    private IdempotencyFilter.Builder builder() {
        return IdempotencyFilter.builder(store)
                .required("POST", "/orders")
                .optional("PATCH", "/orders")
                .lease(LEASE)
                .retention(RETENTION);
    }

    @Test
    void requestIsHandledOnceAndItsAnswerRepeated() {
        ApiResponse first = answer(filter, request("k", "tea"), handler);
        ApiResponse second = answer(filter, request("\"k\"", "tea"), handler);

        assertThat(handled).hasValue(1);
        assertThat(first.headers().contains("Idempotent-Replayed")).isFalse();
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.headers()).isEqualTo(first.headers().withAdded("Idempotent-Replayed", "true"));
        assertThat(text(second)).isEqualTo("order 1");
        clock.advance(RETENTION);
        assertThat(text(answer(filter, request("k", "tea"), handler))).isEqualTo("order 2");
    }

    @Test
    void replayIsTheSameBytes() {
        long seed = TestSeed.value();
        byte[] content = new byte[100_000];
        new Random(seed).nextBytes(content);
        ApiHandler bytes =
                request -> CompletableFuture.completedFuture(ApiResponse.of(200).withBody(Body.of(content)));
        answer(filter, request("k", ""), bytes);

        assertThat(bytes(answer(filter, request("k", ""), bytes)))
                .as("seed %d", seed)
                .isEqualTo(content);
    }

    @Test
    void fieldsOfOneExchangeAreGivenOnceAndNeverRepeated() {
        ApiHandler talkative = request -> CompletableFuture.completedFuture(ApiResponse.of(200)
                .withHeader("ETag", "\"1\"")
                .withHeader("Set-Cookie", "session=secret")
                .withHeader("set-cookie2", "x")
                .withHeader("Date", "Thu, 01 Jan 2026 00:00:00 GMT")
                .withHeader("Age", "1")
                .withHeader("traceparent", "00-1-1-00")
                .withHeader("Connection", "close, X-Hop")
                .withHeader("x-hop", "1")
                .withHeader("X-Own", "1")
                .withHeader("Idempotent-Replayed", "no")
                .withHeader("Idempotency-Too-Large", "true"));
        IdempotencyFilter omitting = builder().omit("X-Own").build();

        assertThat(answer(omitting, request("k", ""), talkative).headers().contains("Set-Cookie"))
                .isTrue();
        assertThat(answer(omitting, request("k", ""), talkative).headers())
                .isEqualTo(ApiResponse.of(200)
                        .withHeader("ETag", "\"1\"")
                        .withHeader("Idempotent-Replayed", "true")
                        .headers());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Age",
                "Authentication-Info",
                "Baggage",
                "Connection",
                "Content-Length",
                "Date",
                "Keep-Alive",
                "Proxy-Authenticate",
                "Proxy-Authentication-Info",
                "Proxy-Connection",
                "Server-Timing",
                "Set-Cookie",
                "Set-Cookie2",
                "TE",
                "traceparent",
                "tracestate",
                "traceresponse",
                "Trailer",
                "Transfer-Encoding",
                "Upgrade",
                "X-Correlation-ID",
                "X-Request-ID"
            })
    void noFieldOfOneExchangeIsRepeated(String field) {
        ApiResponse response = ApiResponse.of(200).withHeader(field, "1").withHeader("X-Own", "1");
        answer(filter, request("k", ""), request -> CompletableFuture.completedFuture(response));

        assertThat(answer(filter, request("k", ""), handler).headers())
                .isEqualTo(ApiResponse.of(200)
                        .withHeader("X-Own", "1")
                        .withHeader("Idempotent-Replayed", "true")
                        .headers());
    }

    @Test
    void cookieInTheStoreIsNotRepeated() {
        ApiResponse foreign = ApiResponse.of(200).withHeader("Set-Cookie", "session=secret");
        ApiHandler transactional = request -> {
            IdempotentWork work = request.exchange().get(IdempotentWork.KEY).orElseThrow();
            work.markRecorded();
            return store.complete(work.token(), foreign, work.retention()).thenApply(stored -> foreign);
        };
        answer(filter, request("k", ""), transactional);

        assertThat(answer(filter, request("k", ""), handler).headers().contains("Set-Cookie"))
                .isFalse();
    }

    @Test
    void otherContentIsRefused() {
        answer(filter, request("k", "tea"), handler);

        assertRefused(filter, request("k", "coffee"), 422, "IDEMPOTENCY_KEY_REUSED");
        assertRefused(
                filter,
                request("k", "tea").withHeaders(request("k", "").headers().withAdded("Content-Type", "text/plain")),
                422,
                "IDEMPOTENCY_KEY_REUSED");
        assertThat(handled).hasValue(1);
    }

    @Test
    void keyOfAnotherCallerIsAnotherKey() {
        ApiRequest one = request("k", "tea");
        one.exchange().put(Caller.KEY, Caller.of("1"));
        ApiRequest other = request("k", "coffee");
        other.exchange().put(Caller.KEY, Caller.of("2"));
        answer(filter, one, handler);

        assertThat(text(answer(filter, other, handler))).isEqualTo("order 2");
    }

    @Test
    void requestThatIsBeingWorkedOnIsAConflictToBeTriedLater() {
        CompletableFuture<ApiResponse> slow = new CompletableFuture<>();
        CompletableFuture<ApiResponse> first =
                filter.filter(request("k", "tea"), request -> slow).toCompletableFuture();

        ApiException conflict = assertRefused(filter, request("k", "tea"), 409, "IDEMPOTENCY_IN_PROGRESS");
        assertThat(conflict.headers().first("Retry-After")).hasValue("5");
        clock.advance(LEASE.minusMillis(1_200));
        conflict = assertRefused(filter, request("k", "tea"), 409, "IDEMPOTENCY_IN_PROGRESS");
        assertThat(conflict.headers().first("Retry-After")).hasValue("2");
        assertRefused(filter, request("k", "coffee"), 422, "IDEMPOTENCY_KEY_REUSED");

        slow.complete(ApiResponse.text(201, "late"));
        assertThat(text(first.join())).isEqualTo("late");
        assertThat(text(answer(filter, request("k", "tea"), handler))).isEqualTo("late");
    }

    @Test
    void ofAHundredAtOnceTheHandlerRunsForOne() throws Exception {
        int clients = 100;
        CyclicBarrier barrier = new CyclicBarrier(clients);
        ConcurrentAnswers answers = new ConcurrentAnswers();
        Thread[] threads = new Thread[clients];
        for (int i = 0; i < clients; i++) {
            threads[i] = new Thread(() -> {
                answers.await(barrier);
                answers.add(filter.filter(request("k", "tea"), handler));
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(handled).hasValue(1);
        assertThat(answers.statuses()).hasSize(clients).contains(201).isSubsetOf(201, 409);
    }

    private static final class ConcurrentAnswers {
        private final List<CompletionStage<ApiResponse>> all = new ArrayList<>();

        void await(CyclicBarrier barrier) {
            try {
                barrier.await();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        synchronized void add(CompletionStage<ApiResponse> answer) {
            all.add(answer);
        }

        synchronized List<Integer> statuses() {
            return all.stream()
                    .map(answer -> answer.handle((response, failure) -> failure == null
                                    ? response.status()
                                    : refusal(failure).status())
                            .toCompletableFuture()
                            .join())
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 503, 599})
    void answerThatAnotherAttemptCouldChangeIsNotRecorded(int status) {
        ApiHandler failing = request -> CompletableFuture.completedFuture(ApiResponse.of(status));
        assertThat(answer(filter, request("k", "tea"), failing).status()).isEqualTo(status);

        assertThat(text(answer(filter, request("k", "tea"), handler))).isEqualTo("order 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 303, 400, 403, 404, 409, 422})
    void answerOfAnyOtherStatusIsRecorded(int status) {
        ApiHandler refusing = request -> CompletableFuture.completedFuture(ApiResponse.of(status));
        answer(filter, request("k", "tea"), refusing);

        assertThat(answer(filter, request("k", "tea"), handler).status()).isEqualTo(status);
        assertThat(handled).hasValue(0);
    }

    @Test
    void whatIsRecordedIsASetting() {
        IdempotencyFilter all = builder().record(status -> status != 409).build();
        answer(all, request("a", ""), request -> CompletableFuture.completedFuture(ApiResponse.of(500)));
        answer(all, request("b", ""), request -> CompletableFuture.completedFuture(ApiResponse.of(409)));

        assertThat(answer(all, request("a", ""), handler).status()).isEqualTo(500);
        assertThat(answer(all, request("b", ""), handler).status()).isEqualTo(201);
    }

    @Test
    void failureOfTheHandlerFreesTheKey() {
        IllegalStateException own = new IllegalStateException("own");
        List<ApiHandler> failing = List.of(
                request -> CompletableFuture.failedFuture(own),
                request -> {
                    throw own;
                },
                request -> CompletableFuture.completedFuture(ApiResponse.of(200).withBody(Body.streaming(subscriber -> {
                    subscriber.onSubscribe(new NothingMore());
                    subscriber.onError(own);
                }))));
        for (ApiHandler each : failing) {
            CompletableFuture<ApiResponse> answer =
                    filter.filter(request("k", "tea"), each).toCompletableFuture();
            assertThat(catchThrowableOfType(CompletionException.class, answer::join))
                    .hasCause(own);
        }
        assertThat(text(answer(filter, request("k", "tea"), handler))).isEqualTo("order 1");
    }

    @Test
    void missingStageIsAFailure() {
        @SuppressWarnings("NullAway") // What a careless handler does.
        ApiHandler careless = request -> null;
        assertThat(filter.filter(request("k", "tea"), careless).toCompletableFuture())
                .isCompletedExceptionally();
        assertThat(text(answer(filter, request("k", "tea"), handler))).isEqualTo("order 1");
    }

    @Test
    void missingAnswerIsAFailureThoughItWasMarked() {
        @SuppressWarnings("NullAway") // What a careless handler does.
        ApiHandler careless = request -> CompletableFuture.completedFuture(null);
        ApiHandler marking = request -> {
            request.exchange().get(IdempotentWork.KEY).orElseThrow().markRecorded();
            return careless.handle(request);
        };
        for (ApiHandler each : List.of(careless, marking)) {
            assertThat(filter.filter(request("k", "tea"), each).toCompletableFuture())
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(NullPointerException.class)
                    .withMessage("no response");
        }
        assertThat(text(answer(filter, request("k", "tea"), handler))).isEqualTo("order 1");
    }

    @Test
    void whatTheChoiceOfStatusesThrowsIsAFailure() {
        IllegalStateException own = new IllegalStateException("own");
        IdempotencyFilter choosing = builder()
                .record(status -> {
                    throw own;
                })
                .build();
        CompletableFuture<ApiResponse> answer =
                choosing.filter(request("k", "tea"), handler).toCompletableFuture();

        assertThat(catchThrowableOfType(CompletionException.class, answer::join))
                .hasCause(own);
        assertThat(text(answer(filter, request("k", "tea"), handler))).isEqualTo("order 2");
    }

    @Test
    void choiceOfStatusesIsAskedOnceForAnAnswer() {
        List<Integer> asked = new ArrayList<>();
        IdempotencyFilter choosing =
                builder().record(status -> asked.add(status)).build();
        answer(choosing, request("k", "tea"), handler);
        answer(choosing, request("k", "tea"), handler);

        assertThat(asked).containsExactly(201);
    }

    @Test
    void keyIsDemandedWhereItIsRequired() {
        ApiException missing = assertRefused(filter, plain("POST", "/orders"), 400, "IDEMPOTENCY_KEY_MISSING");
        assertThat(missing.violations()).extracting(Violation::name).containsExactly("Idempotency-Key");
        assertThat(answer(filter, plain("PATCH", "/orders"), handler).status()).isEqualTo(201);
        assertRefused(filter, request("a b", ""), 400, "INVALID_IDEMPOTENCY_KEY");
    }

    @Test
    void keyOfAnOptionalRouteCounts() {
        ApiRequest first = plain("PATCH", "/orders");
        answer(filter, first.withHeaders(first.headers().with("Idempotency-Key", "k")), handler);
        ApiRequest second = plain("PATCH", "/orders");
        answer(filter, second.withHeaders(second.headers().with("Idempotency-Key", "k")), handler);

        assertThat(handled).hasValue(1);
    }

    @Test
    void otherRoutesPass() {
        ApiRequest unmatched = ApiRequest.builder("POST", "/orders")
                .header("Idempotency-Key", "k")
                .build();
        ApiRequest other = plain("POST", "/teas");
        for (int i = 0; i < 2; i++) {
            answer(filter, unmatched, handler);
            answer(filter, other.withHeaders(unmatched.headers()), handler);
        }
        assertThat(handled).hasValue(4);
    }

    @Test
    void handlerReadsTheContent() {
        ApiHandler echo = request -> request.body()
                .bytes(10)
                .thenApply(bytes -> ApiResponse.text(200, new String(bytes, StandardCharsets.UTF_8)));
        ApiRequest streamed = request("k", "").withBody(stream("te", "a"));

        assertThat(text(answer(filter, streamed, echo))).isEqualTo("tea");
    }

    @Test
    void contentBeyondTheLimitIsRefusedAndTakesNoKey() {
        IdempotencyFilter small = builder().maxRequestBytes(3).build();

        assertRefused(small, request("k", "milk"), 413, "PAYLOAD_TOO_LARGE");
        assertRefused(small, request("k", "").withBody(stream("mi", "lk")), 413, "PAYLOAD_TOO_LARGE");
        assertThat(answer(small, request("k", "tea"), handler).status()).isEqualTo(201);
    }

    @Test
    void shortStreamIsRecorded() {
        ApiHandler streaming =
                request -> CompletableFuture.completedFuture(ApiResponse.of(200).withBody(stream("te", "a")));
        assertThat(text(answer(filter, request("k", ""), streaming))).isEqualTo("tea");

        assertThat(text(answer(filter, request("k", ""), handler))).isEqualTo("tea");
    }

    @Test
    void answerBeyondTheLimitIsGivenAndItsKeyStaysTaken() {
        IdempotencyFilter small = builder().maxResponseBytes(3).build();
        List<Body> large = List.of(
                Body.of("milk"), stream("mi", "lk"), Body.streaming(subscriber -> streamTo(subscriber, "milk"), 4));
        for (int i = 0; i < large.size(); i++) {
            ApiResponse response = ApiResponse.of(200).withBody(large.get(i));
            ApiResponse first =
                    answer(small, request("k" + i, ""), request -> CompletableFuture.completedFuture(response));
            assertRefused(small, request("k" + i, "other"), 422, "IDEMPOTENCY_KEY_REUSED");
            ApiException refusal = assertRefused(small, request("k" + i, ""), 409, "IDEMPOTENT_RESPONSE_NOT_KEPT");

            assertThat(text(first)).isEqualTo("milk");
            assertThat(refusal.message()).contains("200");
        }
        assertThat(text(answer(
                        small,
                        request("fits", ""),
                        request -> CompletableFuture.completedFuture(ApiResponse.text(200, "tea")))))
                .isEqualTo("tea");
        assertThat(text(answer(small, request("fits", ""), handler))).isEqualTo("tea");
    }

    @Test
    void whoIsLateIsAnsweredWhatTheRecordSays() {
        CompletableFuture<ApiResponse> slow = new CompletableFuture<>();
        CompletableFuture<ApiResponse> late =
                filter.filter(request("k", "tea"), request -> slow).toCompletableFuture();
        clock.advance(LEASE);
        assertThat(text(answer(filter, request("k", "tea"), handler))).isEqualTo("order 1");
        slow.complete(ApiResponse.text(201, "late"));

        assertThat(text(late.join())).isEqualTo("order 1");
        assertThat(late.join().header("Idempotent-Replayed")).hasValue("true");
        assertThat(text(answer(filter, request("k", "tea"), handler))).isEqualTo("order 1");
    }

    @Test
    void whoIsLateWhileAnotherWorksIsAConflict() {
        CompletableFuture<ApiResponse> slow = new CompletableFuture<>();
        CompletableFuture<ApiResponse> late =
                filter.filter(request("k", "tea"), request -> slow).toCompletableFuture();
        clock.advance(LEASE);
        CompletableFuture<ApiResponse> other = new CompletableFuture<>();
        CompletableFuture<ApiResponse> successor =
                filter.filter(request("k", "tea"), request -> other).toCompletableFuture();
        slow.complete(ApiResponse.text(201, "late"));
        other.complete(ApiResponse.text(201, "in time"));

        assertThat(refusal(catchThrowableOfType(CompletionException.class, late::join))
                        .code())
                .isEqualTo("IDEMPOTENCY_IN_PROGRESS");
        assertThat(text(successor.join())).isEqualTo("in time");
        assertThat(text(answer(filter, request("k", "tea"), handler))).isEqualTo("in time");
    }

    @Test
    void whoIsLateIsRefusedIfTheKeyWasTakenForOtherContent() {
        CompletableFuture<ApiResponse> slow = new CompletableFuture<>();
        CompletableFuture<ApiResponse> late =
                filter.filter(request("k", "tea"), request -> slow).toCompletableFuture();
        clock.advance(LEASE);
        answer(filter, request("k", "coffee"), handler);
        slow.complete(ApiResponse.text(201, "late"));

        assertThat(refusal(catchThrowableOfType(CompletionException.class, late::join))
                        .code())
                .isEqualTo("IDEMPOTENCY_KEY_REUSED");
        assertThat(text(answer(filter, request("k", "coffee"), handler))).isEqualTo("order 1");
    }

    @Test
    void whoIsLateAndCannotLearnOfAnotherIsGivenNoAnswer() {
        Fake lost = new Fake();
        lost.claim = CompletableFuture.completedFuture(new Claim.Started(new FencingToken("k", 1)));
        lost.stored = CompletableFuture.completedFuture(false);
        ApiHandler last = request -> {
            lost.claim = CompletableFuture.failedFuture(lost.failure);
            return handler.handle(request);
        };
        CompletableFuture<ApiResponse> late =
                on(lost).filter(request("k", "tea"), last).toCompletableFuture();

        assertThat(refusal(catchThrowableOfType(CompletionException.class, late::join))
                        .code())
                .isEqualTo("IDEMPOTENCY_UNAVAILABLE");
    }

    @Test
    void answerOfWhoIsLateIsRecordedIfNobodyBeganMeanwhile() {
        CompletableFuture<ApiResponse> slow = new CompletableFuture<>();
        CompletableFuture<ApiResponse> late =
                filter.filter(request("k", "tea"), request -> slow).toCompletableFuture();
        clock.advance(LEASE);
        slow.complete(ApiResponse.text(201, "late"));

        assertThat(text(late.join())).isEqualTo("late");
        assertThat(text(answer(filter, request("k", "tea"), handler))).isEqualTo("late");
    }

    @Test
    void tokensGrowFromHolderToHolder() {
        List<Long> numbers = new ArrayList<>();
        ApiHandler holder = request -> {
            numbers.add(request.exchange()
                    .get(IdempotentWork.KEY)
                    .orElseThrow()
                    .token()
                    .number());
            return CompletableFuture.completedFuture(ApiResponse.of(500));
        };
        for (int i = 0; i < 3; i++) {
            answer(filter, request("k", "tea"), holder);
        }
        assertThat(numbers).doesNotHaveDuplicates().isSorted().hasSize(3);
        answer(filter, plain("PATCH", "/orders"), request -> {
            assertThat(request.exchange().get(IdempotentWork.KEY)).isEmpty();
            return CompletableFuture.completedFuture(ApiResponse.of(200));
        });
    }

    @Test
    void whatTheHandlerRecordsItselfIsRepeated() {
        ApiHandler transactional = request -> {
            IdempotentWork work = request.exchange().get(IdempotentWork.KEY).orElseThrow();
            ApiResponse response = ApiResponse.text(201, "own").withHeader("Set-Cookie", "a=b");
            assertThat(work).hasToString("IdempotentWork[number=" + work.token().number() + "]");
            assertThat(work.record(response).headers().contains("Set-Cookie")).isFalse();
            return store.complete(work.token(), work.record(response), work.retention())
                    .thenApply(stored -> {
                        work.markRecorded();
                        return response;
                    });
        };
        ApiResponse first = answer(filter, request("k", "tea"), transactional);

        assertThat(first.headers().contains("Idempotent-Replayed")).isFalse();
        assertThat(text(answer(filter, request("k", "tea"), handler))).isEqualTo("own");
    }

    @Test
    void whatTheHandlerHasRecordedIsGivenAsItIsAndTheStoreIsLeftAlone() {
        Fake untouched = new Fake();
        untouched.claim = CompletableFuture.completedFuture(new Claim.Started(new FencingToken("k", 1)));
        Body stream = stream("te", "a");
        ApiHandler transactional = request -> {
            request.exchange().get(IdempotentWork.KEY).orElseThrow().markRecorded();
            return CompletableFuture.completedFuture(ApiResponse.of(200).withBody(stream));
        };
        try (LogOf log = new LogOf(IdempotencyFilter.class)) {
            assertThat(answer(on(untouched), request("k", "tea"), transactional).body())
                    .isSameAs(stream);
            // Whatever it is asked for fails, and is logged.
            assertThat(log.events()).isEmpty();
        }
    }

    @Test
    void streamCannotBeRecordedByTheHandler() {
        answer(filter, request("k", "tea"), request -> {
            IdempotentWork work = request.exchange().get(IdempotentWork.KEY).orElseThrow();
            ApiResponse stream = ApiResponse.of(200).withBody(stream("a"));
            assertThatIllegalArgumentException().isThrownBy(() -> work.record(stream));
            return CompletableFuture.completedFuture(ApiResponse.of(200));
        });
    }

    @Test
    void withoutTheStoreNothingIsDone() {
        Fake down = new Fake();
        IdempotencyFilter without = on(down);
        for (boolean thrown : new boolean[] {false, true}) {
            down.thrown = thrown;
            ApiException refusal = assertRefused(without, request("k", "tea"), 503, "IDEMPOTENCY_UNAVAILABLE");
            assertThat(refusal.headers().first("Retry-After")).hasValue("1");
            assertThat(refusal).hasCause(down.failure);
        }
        assertThat(handled).hasValue(0);
    }

    @Test
    void refusalOfTheStoreIsToldAsItIs() {
        IdempotencyFilter full = on(IdempotencyStore.inMemory(1, clock));
        answer(full, request("k", "tea"), handler);

        assertRefused(full, request("other", "tea"), 503, "OVERLOADED");
    }

    @Test
    void answerIsGivenThoughTheStoreFailsToTakeItAndThatIsLogged() {
        Fake forgetful = new Fake();
        forgetful.claim = CompletableFuture.completedFuture(new Claim.Started(new FencingToken("secret", 1)));
        IdempotencyFilter losing = on(forgetful);
        try (LogOf log = new LogOf(IdempotencyFilter.class)) {
            assertThat(text(answer(losing, request("k", "tea"), handler))).isEqualTo("order 1");
            answer(losing, request("k", "tea"), request -> CompletableFuture.completedFuture(ApiResponse.of(500)));
            assertThat(log.events())
                    .singleElement()
                    .satisfies(event -> assertThat(event.getFormattedMessage())
                            .isEqualTo("It is not known whether idempotent work was recorded"));
        }
    }

    @Test
    void failureToFreeAKeyIsLoggedAndChangesNoAnswer() {
        IllegalStateException own = new IllegalStateException("own");
        for (boolean thrown : new boolean[] {false, true}) {
            Fake stuck = new Fake();
            stuck.claim = CompletableFuture.completedFuture(new Claim.Started(new FencingToken("secret", 1)));
            stuck.thrownLater = thrown;
            try (LogOf log = new LogOf(IdempotencyFilter.class)) {
                ApiHandler failing = request -> CompletableFuture.failedFuture(own);
                CompletableFuture<ApiResponse> failed =
                        on(stuck).filter(request("k", "tea"), failing).toCompletableFuture();
                assertThat(catchThrowableOfType(CompletionException.class, failed::join))
                        .hasCause(own);
                ApiHandler refusing = request -> CompletableFuture.completedFuture(ApiResponse.of(429));
                assertThat(answer(on(stuck), request("k", "tea"), refusing).status())
                        .isEqualTo(429);
                assertThat(log.events())
                        .extracting(event -> event.getFormattedMessage())
                        .hasSize(2)
                        .containsOnly("It is not known whether idempotent work was abandoned");
                assertThat(answer(on(stuck), request("k", "tea"), handler).status())
                        .isEqualTo(201);
                assertThat(log.events()).hasSize(3);
            }
        }
    }

    @Test
    void leaseThatEndsAtOnceTwiceIsNoAnswer() {
        Fake impatient = new Fake();
        impatient.claim = CompletableFuture.completedFuture(new Claim.Started(new FencingToken("k", 1)));
        impatient.stored = CompletableFuture.completedFuture(false);

        assertRefused(on(impatient), request("k", "tea"), 503, "IDEMPOTENCY_UNAVAILABLE");
    }

    @Test
    void contextOfTheRequestIsThatOfTheHandler() {
        Fake slow = new Fake();
        CompletableFuture<Claim> claim = new CompletableFuture<>();
        slow.claim = claim;
        List<String> seen = new ArrayList<>();
        MDC.put("request", "7");
        CompletableFuture<ApiResponse> answer = on(slow).filter(request("k", "tea"), request -> {
                    seen.add(MDC.get("request"));
                    return handler.handle(request);
                })
                .toCompletableFuture();
        MDC.clear();
        claim.complete(new Claim.Started(new FencingToken("k", 1)));

        assertThat(answer).isCompleted();
        assertThat(seen).containsExactly("7");
    }

    @Test
    void standsWhereAPipelineWantsIt() {
        assertThat(filter.stage()).isEqualTo(Stage.IDEMPOTENCY);
    }

    @Test
    void wrongSettingsAreRefusedAtOnce() {
        IdempotencyFilter.Builder builder = builder();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.required("GET", "/teas"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.optional("POST", "/orders"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.lease(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.retention(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxRequestBytes(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxResponseBytes(0));
        IdempotencyFilter.Builder empty = IdempotencyFilter.builder(store);
        assertThatIllegalStateException().isThrownBy(empty::build);
    }

    /** Answers what it was told to; until then it is down. */
    private static final class Fake implements IdempotencyStore {
        final IllegalStateException failure = new IllegalStateException("down");
        CompletionStage<Claim> claim = CompletableFuture.failedFuture(failure);
        CompletionStage<Boolean> stored = CompletableFuture.failedFuture(failure);
        boolean thrown;
        boolean thrownLater;

        @Override
        public CompletionStage<Claim> begin(String key, String fingerprint, Duration lease) {
            if (thrown) {
                throw failure;
            }
            return claim;
        }

        @Override
        public CompletionStage<Boolean> complete(FencingToken token, ApiResponse response, Duration retention) {
            if (thrownLater) {
                throw failure;
            }
            return stored;
        }

        @Override
        public CompletionStage<Void> abandon(FencingToken token) {
            if (thrownLater) {
                throw failure;
            }
            return CompletableFuture.failedFuture(failure);
        }
    }

    private static final class NothingMore implements Flow.Subscription {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    }

    private static Body stream(String... items) {
        return Body.streaming(subscriber -> streamTo(subscriber, items));
    }

    private static void streamTo(Flow.Subscriber<? super List<ByteBuffer>> subscriber, String... items) {
        SubmissionPublisher<List<ByteBuffer>> publisher = new SubmissionPublisher<>(Runnable::run, 16);
        publisher.subscribe(subscriber);
        for (String item : items) {
            publisher.submit(List.of(ByteBuffer.wrap(item.getBytes(StandardCharsets.UTF_8))));
        }
        publisher.close();
    }

    private static IdempotencyFilter on(IdempotencyStore store) {
        return IdempotencyFilter.builder(store).required("POST", "/orders").build();
    }

    private static ApiRequest request(String key, String body) {
        ApiRequest plain = plain("POST", "/orders");
        return plain.withHeaders(plain.headers().with("Idempotency-Key", key)).withBody(Body.of(body));
    }

    private static ApiRequest plain(String method, String template) {
        ApiRequest request = ApiRequest.builder(method, template).build();
        request.exchange().put(RouteMatch.KEY, new RouteMatch(template, Access.open(), Map.of()));
        return request;
    }

    private static ApiResponse answer(IdempotencyFilter filter, ApiRequest request, ApiHandler handler) {
        return filter.filter(request, handler).toCompletableFuture().join();
    }

    private ApiException assertRefused(IdempotencyFilter filter, ApiRequest request, int status, String code) {
        ApiException refusal =
                refusal(catchThrowableOfType(RuntimeException.class, () -> answer(filter, request, handler)));
        assertThat(refusal.status()).isEqualTo(status);
        assertThat(refusal.code()).isEqualTo(code);
        return refusal;
    }

    private static ApiException refusal(Throwable failure) {
        return (ApiException) ApiPipeline.cause(failure);
    }

    private static byte[] bytes(ApiResponse response) {
        return response.body().bytes(1 << 20).toCompletableFuture().join();
    }

    private static String text(ApiResponse response) {
        return new String(bytes(response), StandardCharsets.UTF_8);
    }
}

package dev.scalableapi.errors;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.Headers;
import dev.scalableapi.core.http.Routes;
import dev.scalableapi.core.http.Stage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class ErrorFilterTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(ErrorFilter.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final ErrorFilter filter = ErrorFilter.create();

    @BeforeEach
    void capture() {
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void release() {
        logger.detachAppender(log);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/problem+json"})
    void secretOfAnExceptionIsLoggedButNotTold(String accept) {
        SQLException failure = new SQLException("pw=hunter2", new IOException("key=hunter3"));
        failure.addSuppressed(new IllegalStateException("token=hunter4"));
        ApiResponse response = answer(request(accept), failing(new CompletionException("hunter5", failure)));

        assertThat(response.status()).isEqualTo(500);
        assertThat(text(response) + response.headers()).doesNotContain("hunter", "SQL", "Exception", "java");
        assertThat(log.list).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.ERROR);
            assertThat(event.getFormattedMessage()).contains(traceId(response));
            assertThat(event.getThrowableProxy().getMessage()).isEqualTo("pw=hunter2");
            assertThat(event.getThrowableProxy().getCause().getMessage()).isEqualTo("key=hunter3");
        });
    }

    @Test
    void expectedFailureIsOnlyDebuggingOutput() {
        ApiException failure = ApiException.of(404, "RESOURCE_NOT_FOUND", "Product with ID 42 not found.")
                .withCause(new IllegalStateException("hunter2"));
        ApiResponse response = answer(request("*/*"), failing(failure));
        assertThat(response.status()).isEqualTo(404);
        assertThat(text(response)).contains("Product with ID 42 not found.").doesNotContain("hunter2");
        assertThat(log.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.DEBUG);
    }

    @Test
    void knownServerFailureIsAWarningWithItsCauseButWithoutStackTrace() {
        ApiException failure = ApiException.of(503, "OVERLOADED", "Try later.").withCause(new IOException("db gone"));
        ApiResponse response = answer(request("*/*"), failing(failure));
        assertThat(text(response)).doesNotContain("db gone");
        assertThat(log.list).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getFormattedMessage()).contains("db gone", "OVERLOADED", traceId(response));
            assertThat(event.getThrowableProxy()).isNull();
        });
    }

    @Test
    void knownServerFailureWithoutCauseIsOnlyDebuggingOutput() {
        answer(request("*/*"), failing(ApiException.of(503, "OVERLOADED", "Try later.")));
        assertThat(log.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.DEBUG);
    }

    @Test
    void failureThatIsToldAs500IsAnErrorWithItsStackTrace() {
        ApiException failure = ApiException.of(500, "BROKEN", "Sorry.").withCause(new IOException("db gone"));
        ApiResponse response = answer(request("*/*"), failing(failure));
        assertThat(text(response)).contains("BROKEN").doesNotContain("db gone");
        assertThat(log.list).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.ERROR);
            assertThat(event.getFormattedMessage()).contains(traceId(response));
            assertThat(event.getThrowableProxy().getCause().getMessage()).isEqualTo("db gone");
        });
    }

    @Test
    void innerFilterRendersForTheStagesAbove() {
        CompletableFuture<ApiResponse> seen = new CompletableFuture<>();
        ApiFilter cache = (request, next) -> next.handle(request).whenComplete((response, failure) -> {
            if (failure == null) {
                seen.complete(response);
            }
        });
        ApiPipeline pipeline = ApiPipeline.of(
                failing(new IllegalStateException("x")),
                filter,
                cache.at(Stage.RESPONSE_CACHE),
                filter.at(Stage.HANDLER_ERRORS));
        ApiResponse response =
                pipeline.handle(request("*/*")).toCompletableFuture().join();
        assertThat(seen).isCompletedWithValue(response);
        assertThat(log.list).hasSize(1);
    }

    @Test
    void innerAndOuterFilterTellTheSameTraceId() {
        ApiRequest request = request("*/*");
        ApiFilter replacing = (asked, next) -> next.handle(asked).thenApply(inner -> {
            assertThat(traceId(inner)).isEqualTo(request.exchange().traceId());
            throw new IllegalStateException("above the inner filter");
        });
        ApiPipeline pipeline = ApiPipeline.of(
                failing(new IllegalStateException("x")),
                filter,
                replacing.at(Stage.IDEMPOTENCY),
                filter.at(Stage.HANDLER_ERRORS));
        ApiResponse outer = pipeline.handle(request).toCompletableFuture().join();
        assertThat(traceId(outer)).isEqualTo(request.exchange().traceId());
        assertThat(log.list)
                .hasSize(2)
                .allSatisfy(event -> assertThat(event.getFormattedMessage()).contains(traceId(outer)));
    }

    @Test
    void traceIdIsTheOneOfTheSpan() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        ApiRequest request = request("*/*");
        request.exchange().context(Context.root().with(Span.wrap(span(trace))));
        assertThat(traceId(answer(request, failing(new IllegalStateException("x")))))
                .isEqualTo(trace);
    }

    @Test
    void logIsWrittenInTheContextOfTheRequest() {
        List<String> traces = new ArrayList<>();
        AppenderBase<ILoggingEvent> current = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                traces.add(Span.current().getSpanContext().getTraceId());
            }
        };
        current.start();
        logger.addAppender(current);
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        ApiRequest request = request("*/*");
        request.exchange().context(Context.root().with(Span.wrap(span(trace))));
        answer(request, failing(new IllegalStateException("x")));
        logger.detachAppender(current);
        assertThat(traces).containsExactly(trace);
    }

    private static SpanContext span(String trace) {
        return SpanContext.create(trace, "00f067aa0ba902b7", TraceFlags.getSampled(), TraceState.getDefault());
    }

    @Test
    void failureOfAPendingStageIsRendered() {
        CompletableFuture<ApiResponse> pending = new CompletableFuture<>();
        CompletableFuture<ApiResponse> answer = filter.filter(request("*/*"), asked -> pending.thenApply(r -> r))
                .toCompletableFuture();
        assertThat(answer).isNotDone();
        pending.completeExceptionally(new TimeoutException("hunter2"));
        assertThat(answer.join().status()).isEqualTo(500);
    }

    @Test
    void responsePassesAsItIs() {
        CompletableFuture<ApiResponse> ready = CompletableFuture.completedFuture(ApiResponse.text(404, "own"));
        assertThat(filter.filter(request("*/*"), asked -> ready)).isSameAs(ready);
        CompletableFuture<ApiResponse> pending = new CompletableFuture<>();
        CompletableFuture<ApiResponse> answer =
                filter.filter(request("*/*"), asked -> pending).toCompletableFuture();
        pending.complete(ready.join());
        assertThat(answer.join()).isSameAs(ready.join());
        assertThat(log.list).isEmpty();
    }

    @Test
    void stageThatCannotBeAskedWhetherItIsReadyIsHandledLikeAnyOther() {
        ApiResponse own = ApiResponse.text(200, "own");
        assertThat(answer(request("*/*"), asked -> CompletableFuture.completedStage(own)))
                .isSameAs(own);
        ApiException failure = ApiException.of(404, "RESOURCE_NOT_FOUND", "No.");
        assertThat(text(answer(request("*/*"), asked -> CompletableFuture.failedStage(failure))))
                .contains("RESOURCE_NOT_FOUND");
    }

    @Test
    void stageWithoutResponseIsAFailure() {
        assertThat(answer(request("*/*"), asked -> CompletableFuture.completedFuture(absent()))
                        .status())
                .isEqualTo(500);
        assertThat(log.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.ERROR);
    }

    @Test
    void filterThatFailsEarlyIsRenderedWithoutRouteOrHeaders() {
        ApiFilter early = (request, next) -> {
            throw new RejectedExecutionException("hunter2");
        };
        ApiRequest bare = ApiRequest.builder("BREW", "/%zz?%").build();
        ApiResponse response = ApiPipeline.of(
                        failing(new IllegalStateException("x")), filter, early.at(Stage.COMPRESSION))
                .handle(bare)
                .toCompletableFuture()
                .join();
        assertThat(response.status()).isEqualTo(500);
        assertThat(traceId(response)).hasSize(32);
    }

    @Test
    void refusalsOfRoutesAreRendered() {
        Routes routes = Routes.builder()
                .add("GET", "/a/{id}", Access.open(), failing(new IllegalStateException("x")))
                .build();
        ApiPipeline pipeline = ApiPipeline.of(routes, filter);
        assertThat(code(pipeline, "GET", "/b")).isEqualTo("RESOURCE_NOT_FOUND");
        assertThat(code(pipeline, "PUT", "/a/1")).isEqualTo("METHOD_NOT_ALLOWED");
        assertThat(code(pipeline, "GET", "/a/%zz")).isEqualTo("INVALID_PATH");
        log.list.clear();
        assertThat(code(pipeline, "GET", "/a/hunter2?x=hunter3")).isEqualTo("INTERNAL_SERVER_ERROR");
        assertThat(log.list)
                .singleElement()
                .satisfies(event -> assertThat(event.getFormattedMessage())
                        .contains("GET /a/{id}")
                        .doesNotContain("hunter"));
    }

    @Test
    void failureThatCannotBePrintedIsAnsweredAllTheSame() {
        ApiResponse response = answer(request("*/*"), failing(new Unprintable()));
        assertThat(response.status()).isEqualTo(500);
        ApiException known = ApiException.of(502, "UPSTREAM", "Sorry.").withCause(new Unprintable());
        assertThat(answer(request("*/*"), failing(known)).status()).isEqualTo(502);
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anySatisfy(message -> assertThat(message).contains("Unprintable", traceId(response)));
    }

    @Test
    void errorsOfTheMachineAreRenderedToo() {
        assertThat(answer(request("*/*"), failing(new StackOverflowError())).status())
                .isEqualTo(500);
    }

    @Test
    void headHasTheFieldsButNoBody() {
        ApiRequest head = ApiRequest.builder("HEAD", "/").build();
        ApiResponse response = answer(head, failing(ApiException.of(404, "RESOURCE_NOT_FOUND", "No.")));
        assertThat(response.body().length()).isZero();
        assertThat(response.header("Content-Type")).contains("application/json");
        assertThat(response.header("Content-Length")).isPresent();
    }

    private ApiResponse answer(ApiRequest request, ApiHandler handler) {
        return ApiPipeline.of(handler, filter)
                .handle(request)
                .toCompletableFuture()
                .join();
    }

    private static String code(ApiPipeline pipeline, String method, String target) {
        ApiRequest request = ApiRequest.builder(method, target).build();
        return tree(pipeline.handle(request).toCompletableFuture().join())
                .at("/error/code")
                .asText();
    }

    private static ApiHandler failing(Throwable failure) {
        return request -> CompletableFuture.failedFuture(failure);
    }

    private static ApiRequest request(String accept) {
        return ApiRequest.builder("GET", "/")
                .headers(Headers.of("Accept", accept))
                .build();
    }

    private static String traceId(ApiResponse response) {
        return tree(response).findValue("traceId").asText();
    }

    private static JsonNode tree(ApiResponse response) {
        try {
            return new ObjectMapper().readTree(text(response));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(ApiResponse response) {
        return StandardCharsets.UTF_8
                .decode(((Body.Bytes) response.body()).buffer())
                .toString();
    }

    /** A null where none is allowed, as careless code would give. */
    @SuppressWarnings("NullAway")
    private static ApiResponse absent() {
        @Nullable ApiResponse none = List.<@Nullable ApiResponse>of().stream().findAny().orElse(null);
        return none;
    }

    private static final class Unprintable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new AssertionError("no message");
        }
    }
}

package dev.scalableapi.core.telemetry;

import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Exchange;
import dev.scalableapi.core.http.Stage;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExceptionEventTest {
    private static final String SECRET = "alice@example.org";

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .build();

    /** As {@code ErrorFilter} of scalable-api-errors does. */
    private final ApiFilter rendering = ((ApiFilter) (request, next) -> next.handle(request)
                    .handle((response, failure) -> {
                        if (failure == null) {
                            return response;
                        }
                        request.exchange().put(Exchange.FAILURE, ApiPipeline.cause(failure));
                        return ApiResponse.of(
                                ApiPipeline.cause(failure) instanceof ApiException told ? told.status() : 500);
                    }))
            .at(Stage.ERRORS);

    @AfterEach
    void close() {
        sdk.close();
    }

    @Test
    void unexpectedExceptionIsAnEventWithItsTypeAndStackTrace() {
        SpanData span = spanOf(new IllegalStateException(SECRET), null);

        assertThat(span.getEvents()).hasSize(1);
        EventData event = span.getEvents().get(0);
        assertThat(event.getName()).isEqualTo("exception");
        assertThat(event.getAttributes().get(stringKey("exception.type"))).isEqualTo("java.lang.IllegalStateException");
        assertThat(event.getAttributes().get(stringKey("exception.stacktrace")))
                .startsWith("java.lang.IllegalStateException\n\tat " + ExceptionEventTest.class.getName() + ".");
        assertThat(span.getAttributes().get(stringKey("error.type"))).isEqualTo("java.lang.IllegalStateException");
        assertThat(span.getStatus()).isEqualTo(StatusData.error());
    }

    @Test
    void eventContainsNoMessage() {
        IOException cause = new IOException(SECRET);
        cause.addSuppressed(new IllegalStateException(SECRET));
        SpanData span = spanOf(new UncheckedIOException(SECRET, cause), null);

        assertThat(span.toString()).doesNotContain(SECRET);
        assertThat(stackTrace(span)).contains("Caused by: java.io.IOException\n");
        assertThat(span.getEvents().get(0).getAttributes().size()).isEqualTo(2);
    }

    @Test
    void exceptionThatNoFilterRenderedIsAnEvent() {
        ApiRequest request = ApiRequest.builder("GET", "/").build();
        ApiPipeline.of(failing(new IllegalStateException(SECRET)), TelemetryFilter.create(sdk))
                .handle(request);
        request.exchange().end(500, 0, null);

        assertThat(stackTrace(spans.getFinishedSpanItems().get(0))).startsWith("java.lang.IllegalStateException\n");
    }

    @Test
    void expectedErrorOfTheServerIsAnEventIfItHasACause() {
        SpanData without = spanOf(ApiException.of(503, "BUSY", "No."), null);
        assertThat(without.getEvents()).isEmpty();
        assertThat(without.getAttributes().get(stringKey("error.type"))).isEqualTo("503");

        SpanData with = spanOf(ApiException.of(503, "BUSY", "No.").withCause(new IOException(SECRET)), null);
        assertThat(with.getAttributes().get(stringKey("error.type"))).isEqualTo("503");
        assertThat(stackTrace(with)).contains("Caused by: java.io.IOException\n");
    }

    @Test
    void refusalOfARequestIsNoEvent() {
        SpanData span = spanOf(ApiException.of(409, "CONFLICT", "No.").withCause(new IOException(SECRET)), null);

        assertThat(span.getEvents()).isEmpty();
        assertThat(span.getStatus()).isEqualTo(StatusData.unset());
    }

    @Test
    void responseThatWasCutShortIsAnEvent() {
        SpanData span = spanOf(null, new IOException("Broken pipe"));

        assertThat(stackTrace(span)).startsWith("java.io.IOException\n");
        assertThat(span.getStatus()).isEqualTo(StatusData.error());
    }

    @Test
    void stackTraceIsLimitedAndEndsThoughCausesFormACircle() {
        IllegalStateException first = new IllegalStateException(SECRET);
        IllegalStateException second = new IllegalStateException(SECRET, first);
        first.initCause(second);
        assertThat(StackTraceText.of(first)).hasSizeLessThanOrEqualTo(16_384).contains("Caused by: ");

        IllegalStateException deep = new IllegalStateException(SECRET);
        StackTraceElement[] elements = new StackTraceElement[100_000];
        java.util.Arrays.fill(elements, new StackTraceElement("a.B", "c", "B.java", 1));
        deep.setStackTrace(elements);
        assertThat(StackTraceText.of(deep)).hasSize(16_384);
    }

    private SpanData spanOf(@Nullable RuntimeException thrown, @Nullable Throwable cut) {
        spans.reset();
        ApiRequest request = ApiRequest.builder("GET", "/").build();
        ApiHandler handler =
                thrown == null ? asked -> CompletableFuture.completedFuture(ApiResponse.of(200)) : failing(thrown);
        ApiResponse response = ApiPipeline.of(handler, rendering, TelemetryFilter.create(sdk))
                .handle(request)
                .toCompletableFuture()
                .join();
        request.exchange().end(response.status(), 0, cut);
        return spans.getFinishedSpanItems().get(0);
    }

    private static ApiHandler failing(RuntimeException thrown) {
        return asked -> {
            throw thrown;
        };
    }

    private static String stackTrace(SpanData span) {
        return String.valueOf(span.getEvents().get(0).getAttributes().get(stringKey("exception.stacktrace")));
    }
}

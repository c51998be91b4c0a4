package dev.scalableapi.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.cache.CacheStore;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CacheTelemetryTest {
    @RegisterExtension
    static final OpenTelemetryExtension TELEMETRY = OpenTelemetryExtension.create();

    private final Source source = new Source().set("secret-key", "secret-value");
    private CacheAside<String, String> cache;

    /** Not before: the extension forgets what was there before a test. */
    @BeforeEach
    void open() {
        cache = CacheAside.builder("telling", Duration.ofMinutes(1), source)
                .store(
                        CacheStore.inMemory(10, Clock.systemUTC()),
                        Codec.json(new JsonMapper(), new TypeReference<>() {}))
                .openTelemetry(TELEMETRY.getOpenTelemetry())
                .earlyRefresh(0)
                .build();
    }

    @Test
    void answersAreCountedByWhereTheyCameFrom() {
        for (int i = 0; i < 5; i++) {
            cache.synchronous().get("secret-key");
        }

        assertThat(requests()).isEqualTo(Map.of("hit_near", 3L, "hit_store", 1L, "load", 1L));
        assertThat(TELEMETRY.getMetrics())
                .filteredOn(metric -> metric.getName().equals("scalableapi.cache.near.entries"))
                .singleElement()
                .satisfies(metric -> assertThat(metric.getLongGaugeData()
                                .getPoints()
                                .iterator()
                                .next()
                                .getValue())
                        .isEqualTo(1));
    }

    private static Map<String, Long> requests() {
        MetricData metric = TELEMETRY.getMetrics().stream()
                .filter(data -> data.getName().equals("scalableapi.cache.requests"))
                .findFirst()
                .orElseThrow();
        return metric.getLongSumData().getPoints().stream()
                .collect(Collectors.toMap(
                        point -> point.getAttributes().asMap().values().stream()
                                .map(Object::toString)
                                .filter(value -> !value.equals("telling"))
                                .findFirst()
                                .orElseThrow(),
                        LongPointData::getValue));
    }

    @Test
    void loadsAndCallsOfTheStoreHaveSpansAndNearHitsHaveNone() {
        Span parent = TELEMETRY
                .getOpenTelemetry()
                .getTracer("test")
                .spanBuilder("parent")
                .startSpan();
        try (Scope scope = parent.makeCurrent()) {
            assertThat(scope).isNotNull();
            cache.synchronous().get("secret-key");
            cache.synchronous().get("secret-key");
            int before = TELEMETRY.getSpans().size();
            cache.synchronous().get("secret-key");
            assertThat(TELEMETRY.getSpans()).hasSize(before);
        } finally {
            parent.end();
        }

        assertThat(TELEMETRY.getSpans())
                .filteredOn(span -> span.getName().equals("cache load"))
                .singleElement()
                .satisfies(span -> {
                    assertThat(span.getKind()).isEqualTo(SpanKind.INTERNAL);
                    assertThat(span.getTraceId())
                            .isEqualTo(parent.getSpanContext().getTraceId());
                });
        assertThat(TELEMETRY.getSpans())
                .filteredOn(span -> span.getKind() == SpanKind.CLIENT)
                .extracting(SpanData::getName)
                .contains("cache get", "cache acquire", "cache commit", "cache nonces");
        assertThat(TELEMETRY.getSpans().toString()).doesNotContain("secret");
        assertThat(TELEMETRY.getMetrics().toString()).doesNotContain("secret");
    }

    @Test
    void loadThatFailsEndsItsSpanWithAnError() {
        source.failure = new IllegalStateException("down");
        assertThatThrownBy(() -> cache.synchronous().get("secret-key")).hasMessage("down");

        assertThat(TELEMETRY.getSpans())
                .filteredOn(span -> span.getName().equals("cache load"))
                .singleElement()
                .satisfies(span -> assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR));
    }

    /** A stage that depends on a failed one fails with a wrapper. */
    @Test
    void typeOfALoadsErrorIsThatOfItsCause() {
        CacheAside<String, String> failing = CacheAside.<String, String>builder(
                        "failing",
                        Duration.ofMinutes(1),
                        (key, context) -> CompletableFuture.supplyAsync(() -> Optional.of(key), Runnable::run)
                                .thenApply(value -> {
                                    throw new IllegalStateException("down");
                                }))
                .openTelemetry(TELEMETRY.getOpenTelemetry())
                .build();
        assertThatThrownBy(() -> failing.synchronous().get("secret-key")).hasMessage("down");

        assertThat(TELEMETRY.getSpans())
                .filteredOn(span -> span.getName().equals("cache load"))
                .singleElement()
                .satisfies(span -> assertThat(span.getAttributes().get(AttributeKey.stringKey("error.type")))
                        .isEqualTo("java.lang.IllegalStateException"));
    }

    @Test
    void durationsOfLoadsHaveBucketsOfMillisecondsToSeconds() {
        cache.synchronous().get("secret-key");

        assertThat(TELEMETRY.getMetrics())
                .filteredOn(metric -> metric.getName().equals("scalableapi.cache.load.duration"))
                .singleElement()
                .satisfies(metric -> {
                    assertThat(metric.getUnit()).isEqualTo("s");
                    assertThat(metric.getHistogramData()
                                    .getPoints()
                                    .iterator()
                                    .next()
                                    .getBoundaries())
                            .startsWith(0.001)
                            .contains(0.01, 0.1, 1.0)
                            .endsWith(30.0);
                });
    }

    @Test
    void eachMetricHasAUnitAndADescription() {
        cache.synchronous().get("secret-key");

        assertThat(TELEMETRY.getMetrics()).hasSize(9).allSatisfy(metric -> {
            assertThat(metric.getUnit()).as(metric.getName()).isNotEmpty();
            assertThat(metric.getDescription()).as(metric.getName()).isNotEmpty();
        });
    }
}

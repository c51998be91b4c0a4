package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.testkit.TestRun;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ExchangeTraceIdTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @Test
    void traceIdIsTheOneOfTheSpan() {
        Exchange exchange = exchange();
        SpanContext span =
                SpanContext.create(TRACE, "00f067aa0ba902b7", TraceFlags.getDefault(), TraceState.getDefault());
        exchange.context(Context.root().with(Span.wrap(span)));
        assertThat(exchange.traceId()).isEqualTo(TRACE);
    }

    @Test
    void withoutASpanEachExchangeHasItsOwnValidTraceId() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            String id = exchange().traceId();
            assertThat(TraceId.isValid(id)).isTrue();
            ids.add(id);
        }
        assertThat(ids).hasSize(1_000);
    }

    @Test
    void threadsThatAskFirstAtTheSameTimeSeeTheSameTraceId() throws Exception {
        int rounds = 5_000;
        Exchange[] exchanges = new Exchange[rounds];
        Arrays.setAll(exchanges, i -> exchange());
        CyclicBarrier barrier = new CyclicBarrier(2);
        CompletableFuture<List<String>> other = CompletableFuture.supplyAsync(() -> traceIds(exchanges, barrier));
        assertThat(traceIds(exchanges, barrier)).isEqualTo(other.get(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    private static List<String> traceIds(Exchange[] exchanges, CyclicBarrier barrier) {
        List<String> ids = new ArrayList<>();
        for (Exchange exchange : exchanges) {
            try {
                barrier.await(TestRun.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            ids.add(exchange.traceId());
        }
        return ids;
    }

    private static Exchange exchange() {
        return ApiRequest.builder("GET", "/").build().exchange();
    }
}

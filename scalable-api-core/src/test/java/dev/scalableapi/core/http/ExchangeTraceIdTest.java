package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
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
    void allThreadsSeeTheSameTraceId() {
        for (int round = 0; round < 100; round++) {
            Exchange exchange = exchange();
            Set<String> ids = ConcurrentHashMap.newKeySet();
            IntStream.range(0, 64).parallel().forEach(i -> ids.add(exchange.traceId()));
            assertThat(ids).hasSize(1);
        }
    }

    private static Exchange exchange() {
        return ApiRequest.builder("GET", "/").build().exchange();
    }
}

package dev.scalableapi.benchmarks;

import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What do ten filters that do nothing cost a request, beside the bare handler and beside lambdas that nest directly? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PipelineBenchmark {
    private final ApiResponse response = ApiResponse.text(200, "ok");
    private final ApiHandler handler = request -> CompletableFuture.completedFuture(response);
    private final ApiRequest request = newRequest();

    /** Ten classes: one lambda ten times would let the compiler see through calls that no application spares it. */
    private final ApiFilter[] filters = {
        (asked, next) -> next.handle(asked),
        (asked, next) -> next.handle(asked),
        (asked, next) -> next.handle(asked),
        (asked, next) -> next.handle(asked),
        (asked, next) -> next.handle(asked),
        (asked, next) -> next.handle(asked),
        (asked, next) -> next.handle(asked),
        (asked, next) -> next.handle(asked),
        (asked, next) -> next.handle(asked),
        (asked, next) -> next.handle(asked)
    };

    private final ApiPipeline pipeline = ApiPipeline.of(handler, filters);
    private final ApiHandler nested = nest(filters, handler);

    @Benchmark
    public CompletionStage<ApiResponse> handlerAlone() {
        return handler.handle(request);
    }

    @Benchmark
    public CompletionStage<ApiResponse> nestedLambdas() {
        return nested.handle(request);
    }

    @Benchmark
    public CompletionStage<ApiResponse> tenFilters() {
        return pipeline.handle(request);
    }

    @Benchmark
    public ApiRequest constructionAlone() {
        return newRequest();
    }

    @Benchmark
    public CompletionStage<ApiResponse> tenFiltersAndConstruction() {
        return pipeline.handle(newRequest());
    }

    private static ApiRequest newRequest() {
        return ApiRequest.builder("GET", "/products/1234").build();
    }

    private static ApiHandler nest(ApiFilter[] filters, ApiHandler handler) {
        ApiHandler nested = handler;
        for (int i = filters.length - 1; i >= 0; i--) {
            ApiFilter filter = filters[i];
            ApiHandler next = nested;
            nested = request -> filter.filter(request, next);
        }
        return nested;
    }
}

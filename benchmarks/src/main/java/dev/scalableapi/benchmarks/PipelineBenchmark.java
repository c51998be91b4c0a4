package dev.scalableapi.benchmarks;

import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What does a filter that does nothing cost a request? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PipelineBenchmark {
    @Param({"0", "15"})
    int filters;

    private ApiHandler pipeline = request -> {
        throw new IllegalStateException("Not set up");
    };

    @Setup
    public void assemble() {
        ApiHandler handler = ApiHandler.direct(request -> ApiResponse.of(204));
        ApiFilter passing = (request, next) -> next.handle(request);
        pipeline = ApiPipeline.of(
                handler, IntStream.range(0, filters).mapToObj(i -> passing).toArray(ApiFilter[]::new));
    }

    @Benchmark
    public ApiResponse request() {
        return pipeline.handle(ApiRequest.builder("GET", "/products").build())
                .toCompletableFuture()
                .join();
    }
}

package dev.scalableapi.benchmarks;

import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Routes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

/**
 * What does it cost to find one of forty routes? Each request is new, since the match is left in its exchange; a look-up
 * of the whole target in a hash table, which can do less, shows what the rest of a request costs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RoutesBenchmark {
    private static final List<String> THINGS =
            List.of("products", "orders", "users", "carts", "payments", "reviews", "invoices", "coupons");

    private final ApiResponse response = ApiResponse.text(200, "ok");
    private final ApiHandler handler = request -> CompletableFuture.completedFuture(response);
    private final ApiPipeline routes = ApiPipeline.of(fortyRoutes());
    private final Map<String, ApiHandler> table = new HashMap<>(Map.of("/invoices", handler));
    private final ApiPipeline hashTable = ApiPipeline.of(
            request -> table.getOrDefault(request.target(), handler).handle(request));

    @Benchmark
    public CompletionStage<ApiResponse> hashTable() {
        return handle(hashTable, "/invoices");
    }

    @Benchmark
    public CompletionStage<ApiResponse> literal() {
        return handle(routes, "/invoices");
    }

    @Benchmark
    public CompletionStage<ApiResponse> oneParameter() {
        return handle(routes, "/invoices/1234");
    }

    @Benchmark
    public CompletionStage<ApiResponse> twoParameters() {
        return handle(routes, "/invoices/1234/items/5678");
    }

    @Benchmark
    public CompletionStage<ApiResponse> escapedParameter() {
        return handle(routes, "/invoices/caf%C3%A9");
    }

    @Benchmark
    public CompletionStage<ApiResponse> unknownPath() {
        return handle(routes, "/invoices/1234/nothing");
    }

    private static CompletionStage<ApiResponse> handle(ApiPipeline pipeline, String target) {
        return pipeline.handle(ApiRequest.builder("GET", target).build());
    }

    private Routes fortyRoutes() {
        Routes.Builder builder = Routes.builder();
        for (String thing : THINGS) {
            builder.add("GET", "/" + thing, Access.open(), handler)
                    .add("POST", "/" + thing, Access.open(), handler)
                    .add("GET", "/" + thing + "/{id}", Access.open(), handler)
                    .add("PUT", "/" + thing + "/{id}", Access.open(), handler)
                    .add("GET", "/" + thing + "/{id}/items/{item}", Access.open(), handler);
        }
        return builder.build();
    }
}

package dev.scalableapi.cache;

import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiFilter;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.core.http.Routes;
import dev.scalableapi.core.http.Stage;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A node of an application: its handler counts its calls, and answers as a test says. */
final class ResponseCacheFixture {
    final AtomicInteger calls = new AtomicInteger();
    volatile ApiHandler handler;
    private final ApiPipeline pipeline;

    ResponseCacheFixture(ResponseCacheFilter filter, ApiHandler handler, ApiFilter... others) {
        this.handler = handler;
        Routes.Builder routes = Routes.builder();
        for (String template : new String[] {"/things", "/things/{id}", "/other"}) {
            for (String method : new String[] {"GET", "POST", "PUT", "DELETE"}) {
                routes.add(method, template, Access.open(), this::handle);
            }
        }
        ApiFilter[] all = new ApiFilter[others.length + 1];
        all[0] = filter;
        System.arraycopy(others, 0, all, 1, others.length);
        pipeline = ApiPipeline.of(routes.build(), all);
    }

    private CompletionStage<ApiResponse> handle(ApiRequest request) {
        calls.incrementAndGet();
        return handler.handle(request);
    }

    /** Answers with how often it was called, and these fields. */
    static ApiHandler counting(String... fields) {
        AtomicInteger calls = new AtomicInteger();
        return ApiHandler.direct(request -> with(ApiResponse.text(200, "v" + calls.incrementAndGet()), fields));
    }

    static ApiResponse with(ApiResponse response, String... fields) {
        ApiResponse changed = response;
        for (int i = 0; i < fields.length; i += 2) {
            changed = changed.withAddedHeader(fields[i], fields[i + 1]);
        }
        return changed;
    }

    CompletableFuture<ApiResponse> ask(ApiRequest request) {
        return pipeline.handle(request).toCompletableFuture();
    }

    ApiResponse get(String target, String... fields) {
        return ask(as(Caller.of("alice"), "GET", target, fields)).join();
    }

    ApiResponse anonymously(String target, String... fields) {
        return ask(request("GET", target, fields)).join();
    }

    static ApiRequest as(Caller caller, String method, String target, String... fields) {
        ApiRequest request = request(method, target, fields);
        request.exchange().put(Caller.KEY, caller);
        return request;
    }

    static ApiRequest request(String method, String target, String... fields) {
        ApiRequest.Builder builder = ApiRequest.builder(method, target).authority("shop.test");
        for (int i = 0; i < fields.length; i += 2) {
            builder.header(fields[i], fields[i + 1]);
        }
        return builder.build();
    }

    static String text(ApiResponse response) {
        return response.body() instanceof Body.Bytes bytes
                ? StandardCharsets.UTF_8.decode(bytes.buffer()).toString()
                : "";
    }

    static String status(ApiResponse response) {
        return response.headers().combined("Cache-Status").orElse("");
    }

    /** A filter of a stage, for the response alone. */
    static ApiFilter after(Stage stage, Function<ApiResponse, ApiResponse> change) {
        return ((ApiFilter) (request, next) -> next.handle(request).thenApply(change)).at(stage);
    }
}

package com.example;

import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.core.http.Routes;
import java.util.Map;

final class Program {
    private Program() {}

    public static void main(String[] args) {
        Json json = Json.create();
        Routes routes = Routes.builder()
                .add("GET", "/hello/{name}", Access.open(), ApiHandler.direct(request ->
                        json.response(200, Map.of("hello", request.pathParameter("name")))))
                .build();
        ApiResponse response = ApiPipeline.of(routes)
                .handle(ApiRequest.builder("GET", "/hello/world").build())
                .toCompletableFuture()
                .join();
        if (response.status() != 200) {
            throw new IllegalStateException("Answered with " + response.status());
        }
    }
}

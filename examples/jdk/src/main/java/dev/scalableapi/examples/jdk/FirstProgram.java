package dev.scalableapi.examples.jdk;

import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.JdkHttpServerAdapter;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.core.http.Routes;
import java.net.InetSocketAddress;
import java.util.Map;

public final class FirstProgram {
    public static void main(String[] args) throws Exception {
        Json json = Json.create();
        Routes routes = Routes.builder()
                .add(
                        "GET",
                        "/hello/{name}",
                        Access.open(),
                        ApiHandler.direct(
                                request -> json.response(200, Map.of("hello", request.pathParameter("name")))))
                .build();
        var server = JdkHttpServerAdapter.start(new InetSocketAddress("localhost", 8080), ApiPipeline.of(routes));
        System.out.println("http://localhost:" + server.address().getPort() + "/hello/world");
    }
}

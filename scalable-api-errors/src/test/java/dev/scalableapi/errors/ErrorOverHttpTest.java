package dev.scalableapi.errors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.core.http.Access;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.JdkHttpServerAdapter;
import dev.scalableapi.core.http.Routes;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorOverHttpTest {
    private final Routes routes = Routes.builder()
            .add("GET", "/broken", Access.open(), ApiHandler.direct(request -> {
                throw new SQLException("pw=hunter2");
            }))
            .build();
    private JdkHttpServerAdapter server;

    @BeforeEach
    void start() throws IOException {
        server = start(ErrorFilter.create());
    }

    private JdkHttpServerAdapter start(ErrorFilter errors) throws IOException {
        return JdkHttpServerAdapter.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), ApiPipeline.of(routes, errors));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void clientIsToldNoSecret() throws Exception {
        HttpURLConnection response = get("/broken", "application/problem+json");
        assertThat(response.getResponseCode()).isEqualTo(500);
        assertThat(response.getHeaderField("Content-Type")).isEqualTo("application/problem+json");
        assertThat(response.getHeaderField("Cache-Control")).isEqualTo("no-store");
        assertThat(body(response))
                .contains("\"code\":\"INTERNAL_SERVER_ERROR\"", "\"traceId\":\"")
                .doesNotContain("hunter2", "SQL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "application/json", "*/*", "application/problem+json"})
    void problemsAreTheDefaultForEveryResponseIfThatIsConfigured(String accept) throws Exception {
        server.close();
        server = start(ErrorFilter.of(
                ErrorRenderer.builder().defaultFormat(ErrorFormat.PROBLEM).build()));
        for (String path : List.of("/broken", "/nothing")) {
            HttpURLConnection response = get(path, accept);
            assertThat(response.getResponseCode()).isGreaterThanOrEqualTo(404);
            assertThat(response.getHeaderField("Content-Type")).isEqualTo("application/problem+json");
            assertThat(body(response)).startsWith("{\"type\":\"about:blank\",\"title\":\"");
        }
    }

    @Test
    void refusalIsRenderedForAClientThatAcceptsNeitherFormat() throws Exception {
        HttpURLConnection response = get("/nothing", "text/html");
        assertThat(response.getResponseCode()).isEqualTo(404);
        assertThat(response.getHeaderField("Content-Type")).isEqualTo("application/json");
        assertThat(response.getHeaderField("Vary")).isEqualTo("Accept");
        assertThat(body(response)).startsWith("{\"error\":{\"code\":\"RESOURCE_NOT_FOUND\",");
    }

    private HttpURLConnection get(String path, String accept) throws Exception {
        URI uri = new URI(
                "http", null, server.address().getHostString(), server.address().getPort(), path, null, null);
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setRequestProperty("Accept", accept);
        return connection;
    }

    private static String body(HttpURLConnection response) throws IOException {
        try (InputStream body = response.getErrorStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

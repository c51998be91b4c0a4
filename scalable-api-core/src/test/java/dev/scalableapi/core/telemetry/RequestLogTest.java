package dev.scalableapi.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.scalableapi.core.GrantingFilter;
import dev.scalableapi.core.LogOf;
import dev.scalableapi.core.http.ApiHandler;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Caller;
import dev.scalableapi.core.http.Routes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestLogTest {
    private final LogOf log = new LogOf(RequestLog.LOGGER);
    private final ApiPipeline pipeline = ApiPipeline.of(
            Routes.builder()
                    .add("GET", "/products/{id}", ApiHandler.direct(request -> ApiResponse.text(200, "abc")))
                    .build(),
            RequestLog.create(),
            GrantingFilter.create());

    @AfterEach
    void stopListening() {
        log.close();
    }

    private Map<String, Object> line() {
        assertThat(log.events()).hasSize(1);
        return log.events().get(0).getKeyValuePairs().stream()
                .collect(Collectors.toMap(pair -> pair.key, pair -> pair.value));
    }

    @Test
    void aRequestIsOneLineWhenItsExchangeEnds() throws UnknownHostException {
        ApiRequest request = ApiRequest.builder("GET", "/products/7?token=secret")
                .header("Authorization", "Bearer secret")
                .peer(new InetSocketAddress(InetAddress.getByAddress("secret", new byte[] {10, 0, 0, 1}), 1234))
                .build();
        request.exchange()
                .put(Caller.KEY, new Caller("alice", Optional.empty(), Optional.empty(), Set.of(), Set.of(), Set.of()));
        pipeline.handle(request).toCompletableFuture().join();
        assertThat(log.events()).isEmpty();

        request.exchange().end(200, 3, null);
        assertThat(line())
                .containsEntry("method", "GET")
                .containsEntry("route", "/products/{id}")
                .containsEntry("status", 200)
                .containsEntry("bytes", 3L)
                .containsEntry("traceId", request.exchange().traceId())
                .containsEntry("caller", "alice")
                .containsEntry("peer", "10.0.0.1")
                .doesNotContainKeys("path", "cause");
        assertThat((double) line().getOrDefault("durationMs", -1.0)).isNotNegative();
        assertThat(line().toString()).doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({"200, INFO", "404, INFO", "499, INFO", "500, WARN", "503, WARN"})
    void serverErrorsAreWarnings(int status, String level) {
        ApiRequest request = ApiRequest.builder("GET", "/nothing").build();
        pipeline.handle(request).toCompletableFuture().join();
        request.exchange().end(status, 0, new IOException("secret"));
        assertThat(log.events().get(0).getLevel()).isEqualTo(Level.valueOf(level));
        assertThat(line()).containsEntry("path", "/nothing").containsEntry("cause", "java.io.IOException");
    }

    @Test
    void noClientCanForgeALine() {
        ApiRequest request = ApiRequest.builder("PROPFIND", "/a%0Ab")
                .peer(InetSocketAddress.createUnresolved("host\n", 1))
                .build();
        request.exchange()
                .put(
                        Caller.KEY,
                        new Caller(
                                "eve\r\n2026 INFO \tb\u0085c\u2028d\u2029e\u202ef\ud83d",
                                Optional.empty(),
                                Optional.empty(),
                                Set.of(),
                                Set.of(),
                                Set.of()));
        pipeline.handle(request).toCompletableFuture().join();
        request.exchange().end(404, 0, null);
        assertThat(line())
                .containsEntry("method", "_OTHER")
                .containsEntry("path", "/a%0Ab")
                .containsEntry("caller", "eve??2026 INFO ?b?c?d?e?f?")
                .containsEntry("peer", "host?");
    }

    @Test
    void aLongPathIsCut() {
        ApiRequest request = ApiRequest.builder("GET", "/" + "a".repeat(10_000)).build();
        pipeline.handle(request).toCompletableFuture().join();
        request.exchange().end(404, 0, null);
        assertThat(line()).containsEntry("path", "/" + "a".repeat(255));
    }

    @Test
    void aLevelThatIsOffCostsNothing() {
        log.only(Level.ERROR);
        ApiRequest request = ApiRequest.builder("GET", "/products/7").build();
        pipeline.handle(request).toCompletableFuture().join();
        request.exchange().end(500, 0, null);
        assertThat(log.events()).isEmpty();
    }
}

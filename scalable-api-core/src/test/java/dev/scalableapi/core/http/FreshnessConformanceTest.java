package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.scalableapi.testkit.Conformance;
import org.junit.jupiter.api.Test;

/** The cases of jshttp/fresh: when a read is answered with 304. */
class FreshnessConformanceTest {
    @Test
    void readsAreNotModifiedAsElsewhere() {
        int passed = 0;
        int deviations = 0;
        for (JsonNode one : Conformance.json("http/freshness/fresh.json")) {
            ApiResponse current = new ApiResponse(200, headers(one.get("responseHeaders")), Body.of("content"));
            ApiRequest request = ApiRequest.builder("GET", "/")
                    .headers(headers(one.get("requestHeaders")))
                    .build();
            boolean fresh = ApiPipeline.of(ApiHandler.direct(r -> current), ConditionalFilter.create())
                            .handle(request)
                            .toCompletableFuture()
                            .join()
                            .status()
                    == 304;
            if (request.headers().contains("Cache-Control")) {
                deviations++;
                assertThat(fresh).as(one.toString()).isTrue();
            } else {
                assertThat(fresh).as(one.toString()).isEqualTo(one.get("fresh").asBoolean());
                passed++;
            }
        }
        System.out.printf(
                "Freshness: %d cases passed; %d differ: no-cache asks caches to validate, and a 304 is the origin's"
                        + " validation%n",
                passed, deviations);
    }

    private static Headers headers(JsonNode fields) {
        Headers.Builder headers = Headers.builder();
        fields.properties()
                .forEach(field -> headers.add(field.getKey(), field.getValue().asText()));
        return headers.build();
    }
}

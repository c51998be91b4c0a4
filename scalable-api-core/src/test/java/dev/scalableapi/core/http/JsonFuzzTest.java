package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a body holds, it is a value or a refusal of the client. A build runs the seeds; {@code mvn test -Pfuzz} looks for more. */
class JsonFuzzTest {
    private static final Json JSON = Json.create();

    private static Stream<byte[]> seeds() {
        return Stream.of(
                        "{\"name\":\"\\ud83d\\ude00\",\"grams\":[1,-2],\"blends\":{\"a\":null},\"price\":1.5e3}",
                        "1e99999999999999999999")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest
    void bodyIsReadOrRefused(byte[] content) {
        read(content, Tea.class);
        read(content, JsonNode.class);
        read(content, BigDecimal.class);
    }

    private static void read(byte[] content, Class<?> type) {
        ApiRequest request = ApiRequest.builder("POST", "/")
                .header("Content-Type", "application/json")
                .body(Body.of(content))
                .build();
        try {
            assertThat(JSON.read(request, type).toCompletableFuture().join()).isNotNull();
        } catch (CompletionException refusal) {
            assertThat(refusal.getCause())
                    .isInstanceOfSatisfying(
                            ApiException.class,
                            refused -> assertThat(refused.status()).isEqualTo(400));
        }
    }

    private record Tea(String name, List<Integer> grams, Map<String, Tea> blends, BigDecimal price) {}
}

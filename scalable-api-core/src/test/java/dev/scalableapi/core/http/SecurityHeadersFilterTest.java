package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecurityHeadersFilterTest {
    private static final SecurityHeadersFilter FILTER = SecurityHeadersFilter.create();

    @Test
    void everyAnswerForbidsSniffingAndStoring() {
        ApiResponse answer = answer(request -> ApiResponse.text(200, "{}"));
        assertThat(answer.header("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.header("Cache-Control")).contains("no-store");
    }

    @Test
    void refusalsThatNoFilterRendersHaveTheFieldsToo() {
        ApiException busy = ApiException.of(503, "BUSY", "Busy.").withHeader("Cache-Control", "max-age=1");
        ApiResponse answer = answer(request -> {
            throw busy;
        });
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.headers().all("Cache-Control")).containsExactly("max-age=1");
    }

    @Test
    void anUnknownPathHasThemToo() {
        ApiPipeline pipeline = ApiPipeline.of(Routes.builder().build(), FILTER);
        ApiResponse answer = pipeline.handle(
                        ApiRequest.builder("GET", "/nothing").build())
                .toCompletableFuture()
                .join();
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("X-Content-Type-Options")).contains("nosniff");
    }

    @Test
    void anUnexpectedFailureStaysWhatItIs() {
        ApiResponse answer = answer(request -> {
            throw new IllegalStateException("broken on purpose");
        });
        assertThat(answer.status()).isEqualTo(500);
    }

    @Test
    void theHandlersOwnValueWins() {
        ApiResponse own = ApiResponse.of(200)
                .withHeader("x-content-type-options", "other")
                .withHeader("cache-control", "max-age=60");
        assertThat(answer(request -> own)).isEqualTo(own);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ETag", "Last-Modified", "Expires"})
    void whatTheHandlerMadeCacheableStaysSo(String name) {
        ApiResponse answer = answer(request -> ApiResponse.of(200).withHeader(name, "\"a\""));
        assertThat(answer.header("Cache-Control")).isEmpty();
        assertThat(answer.header("X-Content-Type-Options")).contains("nosniff");
    }

    @Test
    void furtherFieldsCanBeAdded() {
        ApiResponse answer =
                FILTER.with("Strict-Transport-Security", "max-age=63072000").apply(ApiResponse.of(204));
        assertThat(answer.header("Strict-Transport-Security")).contains("max-age=63072000");
        assertThat(FILTER.apply(ApiResponse.of(204)).header("Strict-Transport-Security"))
                .isEmpty();
    }

    private static ApiResponse answer(ApiHandler.Blocking handler) {
        return ApiPipeline.of(ApiHandler.direct(handler), FILTER)
                .handle(ApiRequest.builder("GET", "/").build())
                .toCompletableFuture()
                .join();
    }
}

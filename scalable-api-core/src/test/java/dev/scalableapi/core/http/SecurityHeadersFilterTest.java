package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecurityHeadersFilterTest {
    private static final SecurityHeadersFilter FILTER = SecurityHeadersFilter.create();

    @Test
    void everyAnswerForbidsSniffingRunningFramingAndStoring() {
        ApiResponse answer = answer(request -> ApiResponse.text(200, "{}"));
        assertThat(answer.header("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.header("Content-Security-Policy")).contains("default-src 'none'; frame-ancestors 'none'");
        assertThat(answer.header("Cache-Control")).contains("no-store");
    }

    /** A cache updates the fields of what it has stored by those of a 304 (RFC 9111 section 3.2). */
    @Test
    void whatWasStoredWithTheHandlersOwnFieldsKeepsThem() {
        ApiResponse unchanged = ApiResponse.of(304).withHeader("ETag", "\"a\"");
        assertThat(answer(request -> unchanged)).isEqualTo(unchanged.withHeader("X-Content-Type-Options", "nosniff"));
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
                .withHeader("content-security-policy", "default-src 'self'")
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

    /** RFC 6797 section 7.2. */
    @ParameterizedTest
    @CsvSource({"https, true", "http, false"})
    void transportSecurityIsToldOverHttpsAlone(String scheme, boolean told) {
        ApiFilter strict = FILTER.with("strict-transport-security", "max-age=63072000");
        ApiRequest request = ApiRequest.builder("GET", "/").scheme(scheme).build();
        for (ApiHandler handler : List.of(ApiHandler.direct(any -> ApiResponse.of(200)), ApiHandler.direct(any -> {
            throw ApiException.of(404, "NO_SUCH_TEA", "There is no such tea.");
        }))) {
            ApiResponse answer = ApiPipeline.of(handler, strict)
                    .handle(request)
                    .toCompletableFuture()
                    .join();
            assertThat(answer.headers().contains("Strict-Transport-Security")).isEqualTo(told);
            assertThat(answer.header("X-Content-Type-Options")).contains("nosniff");
        }
    }

    private static ApiResponse answer(ApiHandler.Blocking handler) {
        return ApiPipeline.of(ApiHandler.direct(handler), FILTER)
                .handle(ApiRequest.builder("GET", "/").build())
                .toCompletableFuture()
                .join();
    }
}

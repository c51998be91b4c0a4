package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.scalableapi.core.LogOf;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResponseHeaderLimitFilterTest {
    /** The default limit, without a name of 6 characters and 4 separators. */
    private static final String LONGEST = "v".repeat(7 * 1024 - 6 - 4);

    private final LogOf log = new LogOf(ApiPipeline.class);

    @AfterEach
    void stopListening() {
        log.close();
    }

    @Test
    void everyPipelineLimitsTheHeadersOfResponses() {
        ApiResponse largest = ApiResponse.of(200).withHeader("X-Long", LONGEST);

        assertThat(answer(largest)).isEqualTo(largest);
        assertThat(answer(largest.withHeader("A", "b")).status()).isEqualTo(500);
    }

    @Test
    void messageNamesTheLongestFieldAndNoValue() {
        answer(ApiResponse.of(200)
                .withHeader("X-Short", "secret")
                .withHeader("X-Long", "secret" + LONGEST)
                .withHeader("X-Other", "secret"));

        assertThat(log.events())
                .singleElement()
                .satisfies(event -> assertThat(event.getThrowableProxy().getMessage())
                        .contains("The longest field is X-Long.")
                        .doesNotContain("secret"));
    }

    @Test
    void failureAndLateResponseAreLimitedToo() {
        ApiHandler refusing = request -> CompletableFuture.failedFuture(
                ApiException.of(401, "UNAUTHENTICATED", "No.").withHeader("WWW-Authenticate", LONGEST));
        ApiHandler late = request ->
                CompletableFuture.supplyAsync(() -> ApiResponse.of(200).withHeader("WWW-Authenticate", LONGEST));

        assertThat(answer(ApiPipeline.of(refusing)).status()).isEqualTo(500);
        assertThat(answer(ApiPipeline.of(late)).status()).isEqualTo(500);
    }

    @Test
    void failureIsRenderedByTheFilterForErrorsWhateverTheOrder() {
        ApiFilter errors =
                (request, next) -> next.handle(request).exceptionally(failure -> ApiResponse.text(500, "error"));
        ApiHandler handler = ApiHandler.direct(request -> ApiResponse.of(200).withHeader("X-Longer", LONGEST));

        ApiResponse answer =
                answer(ApiPipeline.of(handler, ResponseHeaderLimitFilter.of(1000), errors.at(Stage.ERRORS)));

        assertThat(answer.header("Content-Type")).hasValue("text/plain;charset=utf-8");
    }

    @Test
    void limitCanBeChanged() {
        ApiHandler handler = ApiHandler.direct(
                request -> ApiResponse.of(200).withHeader("X-Long", LONGEST).withHeader("A", "b"));

        assertThat(answer(ApiPipeline.of(handler, ResponseHeaderLimitFilter.of(8 << 10)))
                        .status())
                .isEqualTo(200);
        assertThat(answer(ApiPipeline.of(handler, ResponseHeaderLimitFilter.of(7 << 10)))
                        .status())
                .isEqualTo(500);
        assertThatIllegalArgumentException().isThrownBy(() -> ResponseHeaderLimitFilter.of(0));
    }

    private static ApiResponse answer(ApiResponse response) {
        return answer(ApiPipeline.of(ApiHandler.direct(request -> response)));
    }

    private static ApiResponse answer(ApiPipeline pipeline) {
        return pipeline.handle(ApiRequest.builder("GET", "/").build())
                .toCompletableFuture()
                .join();
    }
}

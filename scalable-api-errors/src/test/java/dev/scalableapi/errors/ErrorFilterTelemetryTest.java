package dev.scalableapi.errors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.ApiPipeline;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.Exchange;
import dev.scalableapi.core.http.Stage;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the filter leaves in the exchange, from where telemetry reads it. */
class ErrorFilterTelemetryTest {
    @Test
    void unexpectedFailureIsLeftForTelemetry() {
        IllegalStateException failure = new IllegalStateException("broken on purpose");
        assertThat(leftFor(failure)).containsSame(failure);
    }

    @Test
    void expectedErrorOfTheServerIsLeftIfItHasACause() {
        ApiException busy = ApiException.of(503, "BUSY", "No.");
        assertThat(leftFor(busy)).isEmpty();
        ApiException broken = busy.withCause(new IOException("broken on purpose"));
        assertThat(leftFor(broken)).containsSame(broken);
    }

    @Test
    void refusalOfARequestIsNotLeft() {
        assertThat(leftFor(ApiException.of(409, "CONFLICT", "No.").withCause(new IOException("no"))))
                .isEmpty();
    }

    private static Optional<Throwable> leftFor(RuntimeException failure) {
        ApiRequest request = ApiRequest.builder("GET", "/").build();
        ErrorFilter filter = ErrorFilter.create();
        ApiPipeline.of(
                        asked -> {
                            throw failure;
                        },
                        filter,
                        filter.at(Stage.HANDLER_ERRORS))
                .handle(request)
                .toCompletableFuture()
                .join();
        return request.exchange().get(Exchange.FAILURE);
    }
}

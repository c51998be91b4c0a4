package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** Handlers of JSON bodies, in the three variants. */
class JsonHandlerTest {
    private final Json json = Json.create();
    private final JsonResponses<Tea> teas = json.responses(Tea.class);

    record NewTea(String name, int grams) {}

    record Tea(int id, String name) {}

    static final class Unreadable {
        Unreadable(int one, int two) {
            assert one < two;
        }
    }

    @AfterEach
    void clear() {
        MDC.clear();
    }

    private List<ApiHandler> variants(ApiHandler.JsonHandler<NewTea> handler) {
        return List.of(
                ApiHandler.json(json, NewTea.class, handler),
                ApiHandler.json(json, NewTea.class, Runnable::run, handler),
                ApiHandler.jsonAsync(json, NewTea.class, (request, tea) -> stage(handler, request, tea)));
    }

    private static CompletionStage<ApiResponse> stage(
            ApiHandler.JsonHandler<NewTea> handler, ApiRequest request, NewTea tea) {
        try {
            return CompletableFuture.completedFuture(handler.handle(request, tea));
        } catch (Exception e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Test
    void bodyIsHandedToTheHandler() throws Exception {
        for (ApiHandler handler : variants((request, tea) -> teas.of(201, new Tea(1, tea.name())))) {
            ApiResponse response = answer(handler, post("{\"name\":\"Assam\",\"grams\":100}"));
            assertThat(response.status()).isEqualTo(201);
            assertThat(new String(
                            response.body().bytes(99).toCompletableFuture().get(), StandardCharsets.UTF_8))
                    .isEqualTo("{\"id\":1,\"name\":\"Assam\"}");
        }
    }

    @Test
    void bodyThatIsNotAcceptableNeverReachesTheHandler() {
        for (ApiHandler handler : variants((request, tea) -> {
            throw new AssertionError("called");
        })) {
            assertThat(failure(handler, post("{\"name\":1,\"grams\":100}")).status())
                    .isEqualTo(400);
            assertThat(failure(handler, post("")).status()).isEqualTo(400);
            assertThat(failure(handler, ApiRequest.builder("POST", "/").build()).status())
                    .isEqualTo(400);
            ApiRequest text = ApiRequest.builder("POST", "/")
                    .header("Content-Type", "text/plain")
                    .body(Body.of("{}"))
                    .build();
            assertThat(failure(handler, text).status()).isEqualTo(415);
            assertThat(failure(handler, post(" ".repeat((1 << 20) + 1))).status())
                    .isEqualTo(413);
        }
    }

    @Test
    void failureOfTheHandlerIsThatOfTheStage() {
        ApiException conflict = ApiException.conflict("There is such a tea.");
        for (ApiHandler handler : variants((request, tea) -> {
            throw conflict;
        })) {
            assertThat(failure(handler, post("{\"name\":\"a\",\"grams\":1}"))).isSameAs(conflict);
        }
        ApiHandler checked = ApiHandler.json(json, NewTea.class, (request, tea) -> {
            throw new IOException("disk");
        });
        assertThat(checked.handle(post("{\"name\":\"a\",\"grams\":1}")).handle((answer, thrown) -> thrown))
                .isCompletedWithValueMatching(thrown -> ApiPipeline.cause(thrown) instanceof IOException);
    }

    @Test
    void typeThatCannotBeReadFailsAtStart() {
        Executor executor = Runnable::run;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiHandler.json(json, Unreadable.class, (request, body) -> ApiResponse.of(204)))
                .withMessageContaining("cannot read");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        ApiHandler.json(json, Unreadable.class, executor, (request, body) -> ApiResponse.of(204)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiHandler.jsonAsync(
                        json,
                        Unreadable.class,
                        (request, body) -> CompletableFuture.completedFuture(ApiResponse.of(204))));
    }

    @Test
    void executorThatIsFullIs503() {
        ApiHandler handler = ApiHandler.json(
                json,
                NewTea.class,
                task -> {
                    throw new RejectedExecutionException();
                },
                (request, tea) -> ApiResponse.of(204));
        assertThat(failure(handler, post("{\"name\":\"a\",\"grams\":1}")).code())
                .isEqualTo("OVERLOADED");
    }

    @Test
    void contextOfTheRequestIsCurrentThoughTheBodyComesOnAnotherThread() throws Exception {
        byte[] bytes = "{\"name\":\"a\",\"grams\":1}".getBytes(StandardCharsets.UTF_8);
        AtomicReference<Map<String, String>> seen = new AtomicReference<>(Map.of());
        for (ApiHandler handler : variants((request, tea) -> {
            seen.set(Map.of(
                    "mdc", String.valueOf(MDC.get("trace")),
                    "baggage", String.valueOf(Baggage.current().getEntryValue("caller"))));
            return ApiResponse.of(204);
        })) {
            ManualPublisher content = new ManualPublisher();
            ApiRequest request = ApiRequest.builder("POST", "/")
                    .header("Content-Type", "application/json")
                    .body(Body.streaming(content))
                    .build();
            request.exchange()
                    .context(Context.root()
                            .with(Baggage.builder().put("caller", "ada").build()));
            MDC.put("trace", "4711");
            CompletionStage<ApiResponse> stage = handler.handle(request);
            MDC.clear();
            Thread other = new Thread(() -> {
                content.next(List.of(ByteBuffer.wrap(bytes)));
                content.complete();
            });
            other.start();
            other.join();
            assertThat(stage).isCompleted();
            assertThat(seen.get()).isEqualTo(Map.of("mdc", "4711", "baggage", "ada"));
        }
    }

    private static ApiResponse answer(ApiHandler handler, ApiRequest request) {
        return handler.handle(request).toCompletableFuture().join();
    }

    private static ApiException failure(ApiHandler handler, ApiRequest request) {
        Throwable thrown = handler.handle(request)
                .handle((answer, failure) -> ApiPipeline.cause(failure))
                .toCompletableFuture()
                .join();
        assertThat(thrown).isInstanceOf(ApiException.class);
        return (ApiException) thrown;
    }

    private static ApiRequest post(String body) {
        return ApiRequest.builder("POST", "/")
                .header("Content-Type", "application/json")
                .body(Body.of(body))
                .build();
    }
}

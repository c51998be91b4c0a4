package dev.scalableapi.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class ThreadContextTest {
    private static final ContextKey<String> KEY = ContextKey.named("key");

    private final Context telemetry = Context.root().with(KEY, "request");

    @AfterEach
    void clear() {
        MDC.clear();
    }

    @Test
    void capturedContextIsInstalledForTheTaskAndTakenOffAgain() {
        MDC.put("request", "1");
        ThreadContext context = ThreadContext.capture(telemetry);
        MDC.clear();
        MDC.put("own", "2");

        Supplier<String> task =
                context.wrapSupplier(() -> Context.current().get(KEY) + MDC.get("request") + MDC.get("own"));

        assertThat(task.get()).isEqualTo("request1null");
        assertThat(MDC.get("own")).isEqualTo("2");
        assertThat(MDC.get("request")).isNull();
        assertThat(Context.current().get(KEY)).isNull();
    }

    @Test
    void emptyContextHidesTheThreadsOwn() {
        ThreadContext context = ThreadContext.capture(telemetry);
        MDC.put("own", "2");
        String[] seen = new String[1];

        context.wrap(() -> seen[0] = MDC.get("own")).run();

        assertThat(seen[0]).isNull();
        assertThat(MDC.get("own")).isEqualTo("2");
    }

    @Test
    void textTellsNothing() {
        MDC.put("user", "alice");

        assertThat(ThreadContext.capture(telemetry)).hasToString("ThreadContext");
    }
}

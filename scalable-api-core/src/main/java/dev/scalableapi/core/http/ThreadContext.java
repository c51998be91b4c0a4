package dev.scalableapi.core.http;

import io.opentelemetry.context.Context;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What a thread knows of the request it works for, carried to the next thread and taken off again there: for code that
 * owns threads or calls back on foreign ones. Immutable.
 *
 * @param telemetry the OpenTelemetry context
 * @param mdc the log context; null when there is none
 */
public record ThreadContext(Context telemetry, @Nullable Map<String, String> mdc) {
    /**
     * {@return the calling thread's MDC beside a given OpenTelemetry context}
     *
     * @param telemetry such as {@link Context#current()}
     */
    public static ThreadContext capture(Context telemetry) {
        return new ThreadContext(telemetry, MDC.getCopyOfContextMap());
    }

    /**
     * {@return the task, which will run in this context and leave its thread as it was}
     *
     * @param task any
     */
    public Runnable wrap(Runnable task) {
        return () -> run(task);
    }

    /**
     * {@return the task, which will run in this context and leave its thread as it was}
     *
     * @param task any
     * @param <T> what it gives
     */
    public <T extends @Nullable Object> Supplier<T> wrapSupplier(Supplier<T> task) {
        return () -> supply(task);
    }

    /** {@return a fixed text: what the MDC holds can be personal} */
    @Override
    public String toString() {
        return "ThreadContext";
    }

    private void run(Runnable task) {
        this.<@Nullable Void>supply(() -> {
            task.run();
            return null;
        });
    }

    private <T extends @Nullable Object> T supply(Supplier<T> task) {
        Map<String, String> before = MDC.getCopyOfContextMap();
        install(mdc);
        try {
            return telemetry.wrapSupplier(task).get();
        } finally {
            install(before);
        }
    }

    private static void install(@Nullable Map<String, String> mdc) {
        if (mdc == null || mdc.isEmpty()) {
            MDC.clear();
        } else {
            MDC.setContextMap(mdc);
        }
    }
}

package dev.scalableapi.core.http;

import io.opentelemetry.context.Context;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** What a thread knows of the request it works for, carried to the next thread and taken off again there. */
record ThreadContext(Context telemetry, @Nullable Map<String, String> mdc) {
    static ThreadContext capture(Context telemetry) {
        return new ThreadContext(telemetry, MDC.getCopyOfContextMap());
    }

    Runnable wrap(Runnable task) {
        return () -> run(task);
    }

    private void run(Runnable task) {
        Map<String, String> before = MDC.getCopyOfContextMap();
        install(mdc);
        try {
            telemetry.wrap(task).run();
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

package dev.scalableapi.core.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * Formats a failure like {@link Throwable#printStackTrace()}, but without messages, which can contain what a client
 * sent. The text has a limit, and so has the number of causes, which can form a circle.
 */
final class StackTraceText {
    private static final int MAX_LENGTH = 16_384;
    private static final int MAX_CAUSES = 10;

    private StackTraceText() {}

    static String of(Throwable failure) {
        StringBuilder text = new StringBuilder(MAX_LENGTH / 4);
        append(text, failure);
        Throwable cause = failure.getCause();
        for (int i = 0; i < MAX_CAUSES && cause != null && text.length() < MAX_LENGTH; i++) {
            text.append("Caused by: ");
            append(text, cause);
            cause = cause.getCause();
        }
        text.setLength(Math.min(text.length(), MAX_LENGTH));
        return text.toString();
    }

    private static void append(StringBuilder text, @Nullable Throwable failure) {
        if (failure == null) {
            return;
        }
        text.append(failure.getClass().getName()).append('\n');
        for (StackTraceElement element : failure.getStackTrace()) {
            if (text.length() >= MAX_LENGTH) {
                return;
            }
            text.append("\tat ").append(element).append('\n');
        }
    }
}

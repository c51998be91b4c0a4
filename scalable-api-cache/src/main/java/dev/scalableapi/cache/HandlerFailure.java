package dev.scalableapi.cache;

import org.jspecify.annotations.Nullable;

/** That a handler has failed, for a cache that may have something stale; never seen outside. */
final class HandlerFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A failure.
     *
     * @param thrown by the handler; null if it answered with 5xx
     */
    HandlerFailure(@Nullable Throwable thrown) {
        super("The handler has failed", thrown, false, false);
    }
}

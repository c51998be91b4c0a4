package dev.scalableapi.auth.audit;

import org.slf4j.LoggerFactory;

/**
 * Is told what an audit trail should hold. Called on the thread of the request, which waits for it: hand over what takes
 * long. Implementations are thread-safe.
 */
@FunctionalInterface
public interface AuthEventListener {
    /**
     * Takes note of an event.
     *
     * @param event what has happened
     */
    void onEvent(AuthEvent event);

    /** {@return a listener that does nothing} */
    static AuthEventListener noop() {
        return event -> {};
    }

    /**
     * {@return a listener that tells this one and never throws} What this one throws is logged, without the event. Whoever
     * takes a listener wraps it so, once.
     */
    default AuthEventListener guarded() {
        return event -> {
            try {
                onEvent(event);
            } catch (RuntimeException e) {
                LoggerFactory.getLogger(AuthEventListener.class).warn("A listener for audit events failed", e);
            }
        };
    }
}

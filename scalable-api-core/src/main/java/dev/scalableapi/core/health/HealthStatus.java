package dev.scalableapi.core.health;

/** Whether something works. */
public enum HealthStatus {
    /** It works. */
    UP,
    /** It does not. */
    DOWN
}

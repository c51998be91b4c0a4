package dev.scalableapi.core.health;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a probe is told. Immutable.
 *
 * @param status down if any check is
 * @param checks the answer of each check by its name, in the order in which they were added
 */
public record Health(HealthStatus status, Map<String, HealthStatus> checks) {
    /**
     * Copies the map.
     *
     * @param status down if any check is
     * @param checks the answer of each check by its name
     */
    public Health {
        checks = Collections.unmodifiableMap(new LinkedHashMap<>(checks));
    }

    /**
     * {@return the health that these checks make}
     *
     * @param checks the answer of each check by its name
     */
    public static Health of(Map<String, HealthStatus> checks) {
        return new Health(checks.containsValue(HealthStatus.DOWN) ? HealthStatus.DOWN : HealthStatus.UP, checks);
    }
}

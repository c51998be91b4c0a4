package dev.scalableapi.core.structured;

import java.util.Map;
import java.util.Objects;

/**
 * A value with its parameters (RFC 9651 section 3.3). Immutable.
 *
 * @param value the value
 * @param parameters what is said about it, by key, in order; copied
 */
public record Item(BareItem value, Map<String, BareItem> parameters) implements Member {
    /**
     * Checks and copies.
     *
     * @param value the value
     * @param parameters what is said about it, by key, in order
     * @throws IllegalArgumentException if a key is malformed
     */
    public Item {
        Objects.requireNonNull(value);
        parameters = Keys.checked(parameters);
    }

    /**
     * {@return an item without parameters}
     *
     * @param value the value
     */
    public static Item of(BareItem value) {
        return new Item(value, Map.of());
    }
}

package dev.scalableapi.core.structured;

import java.util.List;
import java.util.Map;

/**
 * A list within a list or a dictionary (RFC 9651 section 3.1.1). Immutable.
 *
 * @param items what it holds; may be empty; copied
 * @param parameters what is said about the list as a whole, by key, in order; copied
 */
public record InnerList(List<Item> items, Map<String, BareItem> parameters) implements Member {
    /**
     * Checks and copies.
     *
     * @param items what it holds
     * @param parameters what is said about the list as a whole, by key, in order
     * @throws IllegalArgumentException if a key is malformed
     */
    public InnerList {
        items = List.copyOf(items);
        parameters = Keys.checked(parameters);
    }

    /**
     * {@return a list without parameters}
     *
     * @param items what it holds
     */
    public static InnerList of(List<Item> items) {
        return new InnerList(items, Map.of());
    }
}

package dev.scalableapi.examples.shop.catalog;

import java.util.List;

/**
 * Some of the products that a list has. Immutable.
 *
 * @param items in the order of their ids
 * @param total how many the whole list has
 */
public record ProductPage(List<Product> items, int total) {
    /** Copies the items. */
    public ProductPage {
        items = List.copyOf(items);
    }
}

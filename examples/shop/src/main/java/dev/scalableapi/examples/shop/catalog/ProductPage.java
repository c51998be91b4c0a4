package dev.scalableapi.examples.shop.catalog;

import java.util.List;

/**
 * Some of the products that a list has. Immutable.
 *
 * @param items in the order that was asked for
 * @param total how many the whole list has
 */
public record ProductPage(List<ProductRow> items, int total) {
    /** Copies the items. */
    public ProductPage {
        items = List.copyOf(items);
    }
}

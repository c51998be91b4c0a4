package dev.scalableapi.examples.shop.catalog;

/**
 * A group of products. Immutable.
 *
 * @param name as in a query, such as {@code books}
 * @param title as on a page, such as {@code Books}
 * @param products how many it has
 */
public record Category(String name, String title, int products) {}

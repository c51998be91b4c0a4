package dev.scalableapi.examples.shop.catalog;

/**
 * A picture of a product. Immutable.
 *
 * @param url absolute, or a path on the shop's own address
 * @param alt what it shows, for those who don't see it
 */
public record Image(String url, String alt) {}

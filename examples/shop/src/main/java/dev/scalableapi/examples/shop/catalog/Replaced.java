package dev.scalableapi.examples.shop.catalog;

/** A product before and after a change. */
record Replaced(Product before, Product now) {}

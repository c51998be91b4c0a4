/** The catalog service below HTTP: products, categories, their generator. */
@NullMarked
package dev.scalableapi.examples.shop.catalog;

import org.jspecify.annotations.NullMarked;

/** The shop, the e-commerce sample: its settings and what it is put together from. */
@NullMarked
package dev.scalableapi.examples.shop;

import org.jspecify.annotations.NullMarked;

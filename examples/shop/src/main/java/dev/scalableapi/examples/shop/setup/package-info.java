/** What the shop is told, what it opens, and in which order it closes. */
@NullMarked
package dev.scalableapi.examples.shop.setup;

import org.jspecify.annotations.NullMarked;

/** The servers that the shop brings along, for a start without any installation. */
@NullMarked
package dev.scalableapi.examples.shop.embedded;

import org.jspecify.annotations.NullMarked;

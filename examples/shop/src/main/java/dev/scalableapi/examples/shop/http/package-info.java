/** The shop's outside: what its calls do, and the server that they come through. */
@NullMarked
package dev.scalableapi.examples.shop.http;

import org.jspecify.annotations.NullMarked;

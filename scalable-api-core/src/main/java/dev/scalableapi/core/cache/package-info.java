/** The port behind a cache: a store of bytes that several processes can share. */
@NullMarked
package dev.scalableapi.core.cache;

import org.jspecify.annotations.NullMarked;

/** Cache-aside: a near level in this process over an optional far level that processes share. */
@NullMarked
package dev.scalableapi.cache;

import org.jspecify.annotations.NullMarked;
